// `leasehold-sim replay`: runs scenario files and says what came of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

struct ReplayOptions {
  /// As `files_of` takes them.
  std::vector<std::string> paths;
  /// Empty: every algorithm that the scenario expects something of, or else all.
  std::string algorithm;
  enum class Output { text, json, hash, trace };
  Output output = Output::text;
  /// automatic: of a single file, or if there is a window.
  enum class Timeline { automatic, always, never, everything };
  Timeline timeline = Timeline::automatic;
  /// The window: what of the timeline is printed. Verdicts are those of the whole run.
  Length from{};
  std::optional<Length> to{};
  /// Names of processes; empty: all.
  std::vector<std::string> processes;
  /// The invariants that are judged and decide the exit code; empty: all.
  std::vector<Invariant> only;
  /// The folder for a page of each run with a broken invariant; empty: none are made.
  std::string pages;
  /// The file for JUnit's XML of all runs; empty: none is written.
  std::string junit;
};

/// Prints to stdout, errors to stderr: a line each, and of a file an excerpt. Returns the worst
/// exit code: 0 as expected, 1 invariant broken, 2 expectation or vacuity failed, 3 bad input, 4
/// not deterministic.
int replay(const ReplayOptions& options);

}  // namespace leasehold::sim
