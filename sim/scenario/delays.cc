#include "sim/scenario/delays.h"

#include <algorithm>

#include "sim/engine/stream.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

// Half of them are short, and some are the lease itself and its neighbours: the store's clock may
// jump once more in one that is a nanosecond longer.
Length some_length(Length lease, Stream& draw) {
  if (draw.chance(20)) return lease + Length(draw.within(-1, 1));
  const Length most = draw.chance(50) ? lease / 2 : lease * 5 / 2;
  return std::max(Length(draw.below(most.count() + 1)), 1ns);
}

}  // namespace

void draw_delays(Config& config, std::uint64_t seed) {
  Stream draw(seed ^ 0x64656c6179730aU);
  Timing& timing = config.timing;
  if (draw.chance(17)) timing.lock_delay = some_length(timing.lease, draw);
  if (draw.chance(17)) timing.min_hold = some_length(timing.lease, draw);
}

}  // namespace leasehold::sim
