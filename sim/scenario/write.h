// Writes scenarios as files that people like to read.
#pragma once

#include <string>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// JSON that `read_scenario` reads back to the same value: keys in the order of the format, short
/// objects on a line each, choices as faults where there is such a word. Ends with a newline.
std::string write_scenario(const Scenario& scenario);

}  // namespace leasehold::sim
