// `leasehold-sim replay`: runs scenario files and says what came of them.
#pragma once

#include <string>
#include <vector>

namespace leasehold::sim {

struct ReplayOptions {
  /// Files and folders; a folder stands for the *.json below it but schema.json, sorted.
  std::vector<std::string> paths;
  /// Empty: every algorithm that the scenario expects something of, or else all.
  std::string algorithm;
  enum class Output { text, json, hash };
  Output output = Output::text;
  enum class Timeline { automatic, always, never, everything };
  Timeline timeline = Timeline::automatic;
};

/// Prints to stdout, errors to stderr one line each. Returns the worst exit code: 0 as expected, 1
/// invariant broken, 2 expectation or vacuity failed, 3 bad input, 4 not deterministic.
int replay(const ReplayOptions& options);

}  // namespace leasehold::sim
