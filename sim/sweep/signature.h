// Tells whether two failures are of one kind.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// The sentence of a finding without what differs from world to world: a process becomes P1, P2,
/// ... in the order in which they are named, a key K, a moment T, and any other number N.
std::string kind_of_failure(const std::string& sentence, const std::vector<std::string>& processes,
                            const std::vector<std::string>& keys);

/// The same, headed by the invariant: "I1: P1 believes in term N from T while ...".
std::string signature(Invariant invariant, const std::string& sentence, const Scenario& scenario);

}  // namespace leasehold::sim
