// Jumps of the store's clock, under store_clock, up to their very bounds.
#pragma once

#include "sim/engine/stream.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// Adds jumps in both directions, which add up to no more than their bounds within their windows
/// (`inside_envelope`), and often to exactly that. Some are the difference of a replica's clock
/// that takes the store's place. `beyond`: some are larger. Requires: the configuration is whole,
/// and so is `run_for`.
void add_store_jumps(Scenario& world, Stream& draw, bool beyond);

}  // namespace leasehold::sim
