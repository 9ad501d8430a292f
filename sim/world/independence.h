// Judges I18 of a world with several keys by running it once more for each of them.
#pragma once

#include <string>

#include "sim/world/run.h"

namespace leasehold::sim {

/// `together`: what the world came to. Never exercised unless two keys had a tenure.
Judgement judge_independence(const Scenario& scenario, const std::string& algorithm,
                             const RunOptions& options, const Run& together);

}  // namespace leasehold::sim
