// The scenario to begin one's own with.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// A is killed while it holds the lock, and B, who waits, gets it when A's lease is over. Its
/// `about` says what to change. What it expects of each of `algorithms` is what comes of it now.
/// Requires: `authority` is one of `simulated_authorities()`, `algorithms` of `algorithm_names()`.
Scenario starter(const std::string& name, Authority authority,
                 const std::vector<std::string>& algorithms);

}  // namespace leasehold::sim
