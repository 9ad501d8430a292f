// True time: what the simulator knows and no process can read.
#pragma once

#include <leasehold/time.h>

namespace leasehold::sim {

struct TrueClock {};
/// Nanoseconds since the world began.
using TrueTime = Instant<TrueClock>;

}  // namespace leasehold::sim
