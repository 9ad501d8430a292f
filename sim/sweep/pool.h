// Runs the chunks of a plan on several threads, and hands them over in the order of the plan.
//
// The rule to know: threads take chunks by one atomic counter and share nothing while they run
// them. Handing over in order is what makes the outcome the same for any number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "sim/sweep/chunk_run.h"
#include "sim/sweep/plan.h"

namespace leasehold::sim {

/// Calls `work(0)` to `work(count - 1)` once each, on `jobs` threads. Returns when all are done.
void in_parallel(unsigned jobs, std::uint64_t count,
                 const std::function<void(std::uint64_t)>& work);

struct Pool {
  unsigned jobs = 1;
  /// Runs a chunk; called by several threads at once.
  std::function<ChunkRun(const Chunk&)> run;
  /// Asked before a chunk is begun, by several threads at once; true: begin no more.
  std::function<bool()> out_of_time;
  /// Takes what came of each chunk: one at a time and in order, those that were held too. False:
  /// nothing more is wanted.
  std::function<bool(const ChunkRun&, bool was_held)> take;
};

/// `held` is what need not be run again.
void run_plan(const Plan& plan, const std::map<Chunk, ChunkRun>& held, const Pool& pool);

}  // namespace leasehold::sim
