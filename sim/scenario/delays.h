// What generated worlds add to their leases: a lock delay after one that ran out, a minimum hold.
#pragma once

#include <cstdint>

#include <leasehold/timing.h>

namespace leasehold::sim {

/// One world in six has a lock delay, one in six a minimum hold, of lengths around the lease. Drawn
/// from a stream of their own, so that a world without them is what it was before there were any.
void draw_delays(Config& config, std::uint64_t seed);

}  // namespace leasehold::sim
