// Worlds whose margins are as small as their bounds allow.
//
// Generous margins hide an error of one nanosecond: a moment that is drawn from a second of them
// hardly ever falls on the one where it shows. Here leases are short, clocks sit exactly at their
// bounds, the network takes no time, and messages come just before, at and just after the moments
// that decide.
#pragma once

#include "sim/engine/stream.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// A lease in which a nanosecond counts.
Length tight_lease(Stream& draw);

/// Time that is kept to the nanosecond, or in steps that are a large part of the lease; the drift
/// bound is left to others. Requires: the lease is set.
void tighten_time(Config& config, Stream& draw);

/// Some messages of each process take so long that they come when something is decided: a request
/// is given up, a belief ends, a lease is over. Requires: the configuration is whole.
void time_messages(Scenario& world, Stream& draw);

}  // namespace leasehold::sim
