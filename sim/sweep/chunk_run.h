// Runs one chunk of a sweep: what came of its worlds, small enough for a line of a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/engine/hash128.h"
#include "sim/sweep/counts.h"
#include "sim/sweep/plan.h"

namespace leasehold::sim {

/// Worlds of one chunk in which one invariant is broken in the same words.
struct Failure {
  Invariant invariant = Invariant::I1;
  std::string signature;
  /// Of the lowest seed, in full.
  std::string sentence;
  /// Rising; never empty.
  std::vector<std::uint64_t> seeds;

  friend bool operator==(const Failure&, const Failure&) = default;
};

struct ChunkRun {
  Chunk chunk;
  Counts counts;
  /// Of the hashes of all runs, in the order of the seeds.
  Digest digest;
  /// In the order in which they were met.
  std::vector<Failure> failures;

  friend bool operator==(const ChunkRun&, const ChunkRun&) = default;
};

/// A pure function: threads that call it share nothing.
ChunkRun run_chunk(const Sweep& sweep, const Chunk& chunk);

/// Of the first worlds under each authority. Programs that differ in it run other worlds, or run
/// them otherwise, and what they counted does not go together.
Digest probe(const Sweep& sweep);

}  // namespace leasehold::sim
