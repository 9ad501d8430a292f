// Faults and choices, read from their values. All throw BadInput.
#pragma once

#include "sim/scenario/json_reader.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// Timed faults go to `faults`; a fault of a call is sugar for a choice and goes to `choices`.
/// Requires: authority, horizon and processes were read.
void read_faults(const Value& value, Scenario& scenario);
void read_choices(const Value& value, Scenario& scenario);

}  // namespace leasehold::sim
