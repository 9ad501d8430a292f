// Replicas that take the store's place.
#pragma once

#include "sim/engine/stream.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// Adds a failover that loses nothing. Requires: the configuration is whole, and so is `run_for`.
void add_whole_failover(Scenario& world, Stream& draw);

/// Adds failovers that lose what the store acknowledged last: in a part of a renew interval, or in
/// up to two leases. Requires: as above.
void add_lossy_failovers(Scenario& world, Stream& draw);

}  // namespace leasehold::sim
