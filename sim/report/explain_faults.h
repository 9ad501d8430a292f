// What goes wrong in a world, in sentences.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// A sentence for each fault at its moment, in their order in time; then for each request that
/// something is decided about; then for what is drawn from the seed. Of very many choices the first
/// are told and the others counted.
std::vector<std::string> faults_in_words(const Scenario& scenario);

}  // namespace leasehold::sim
