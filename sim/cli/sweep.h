// `leasehold-sim sweep`: runs generated worlds on all cores and says what came of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/plan.h"

namespace leasehold::sim {

struct SweepOptions {
  Sweep sweep;
  Shard shard;
  /// Begin no chunk after that long; nullopt: run them all.
  std::optional<std::uint64_t> minutes{};
  /// Begin no chunk after one with a failure.
  bool stop_on_first = false;
  unsigned jobs = 1;
  /// The file of chunks that is written and gone on with; empty: none.
  std::string out;
  /// The folder for shrunk worlds; empty: beside `out`, or else "failures".
  std::string failures;
  /// Scenario files that are replayed first, as `files_of` takes them.
  std::vector<std::string> corpus;
  /// The file for JUnit's XML; empty: none is written.
  std::string junit;
  /// Run nothing: put these files of chunks together. What they swept is what `sweep` becomes.
  std::vector<std::string> merged;
  /// Print a line or a history for every world, and sum up nothing.
  enum class Each { none, hash, trace };
  Each each = Each::none;
};

/// Prints to stdout, errors to stderr: a line each, and of a file an excerpt. Returns the worst
/// exit code: 0 as expected, 1 invariant broken, 2 expectation or vacuity failed, 3 bad input.
int sweep(const SweepOptions& options);

/// What `each` asks for, of every world in the order of its seeds. Each is run twice: 4 if that
/// gave two histories, else 1 if an invariant is broken, else 0.
int print_each_world(const SweepOptions& options);

}  // namespace leasehold::sim
