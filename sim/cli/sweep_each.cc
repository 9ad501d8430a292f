// `leasehold-sim sweep --hash` and `--trace`: world by world, so that two programs can be compared.
#include <algorithm>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/cli/common.h"
#include "sim/cli/sweep.h"
#include "sim/report/recording.h"
#include "sim/report/verdict.h"
#include "sim/sweep/pool.h"

namespace leasehold::sim {
namespace {

/// Histories are long: those of a few worlds are kept at a time.
constexpr std::uint64_t at_a_time = 64;

struct RunTwice {
  std::string place;
  Digest hash{};
  /// If it was asked for.
  std::optional<Recording> recording{};
  int code = exit_as_expected;
};

std::string place_of(const Sweep& sweep, Authority authority, std::uint64_t seed) {
  return "profile " + sweep.profile + " " + to_string(authority) + " seed " + std::to_string(seed);
}

RunTwice run_twice(const SweepOptions& options, Authority authority, std::uint64_t seed) {
  const Sweep& sweep = options.sweep;
  const bool keep = options.each == SweepOptions::Each::trace;
  const Scenario world = world_of(sweep, authority, seed);
  Run once = run(world, sweep.algorithm, {.keep_trace = keep});
  RunTwice twice{place_of(sweep, authority, seed), once.hash};
  for (const Judgement& judgement : once.judgements) {
    if (judgement.verdict == Verdict::broken) twice.code = 1;
  }
  // Drawn anew too: a seed is one world.
  const bool same = run(world_of(sweep, authority, seed), sweep.algorithm, {}).hash == once.hash;
  if (!same) twice.code = exit_not_deterministic;
  if (keep) twice.recording = recording_of(world, twice.place, sweep.algorithm, std::move(once));
  return twice;
}

}  // namespace

int print_each_world(const SweepOptions& options) {
  const Sweep& sweep = options.sweep;
  const std::uint64_t authorities = sweep.authorities.size();
  const std::uint64_t worlds = sweep.seeds.count() * authorities;
  int code = exit_as_expected;
  for (std::uint64_t first = 0; first < worlds; first += at_a_time) {
    std::vector<RunTwice> block(std::min(at_a_time, worlds - first));
    in_parallel(options.jobs, block.size(), [&](std::uint64_t index) {
      const std::uint64_t nth = first + index;
      block[index] = run_twice(options, sweep.authorities[nth % authorities],
                               sweep.seeds.first + nth / authorities);
    });
    for (const RunTwice& one : block) {
      code = worse(code, one.code);
      if (one.recording) {
        write_recording(std::cout, *one.recording);
      } else {
        std::cout << to_string(one.hash) << "  " << sweep.algorithm << "  " << one.place << "\n";
      }
    }
  }
  std::cout.flush();
  return code;
}

}  // namespace leasehold::sim
