#include "sim/scenario/store_jumps.h"

#include <utility>
#include <vector>

namespace leasehold::sim {
namespace {

// `sign`: the direction. A jump takes of what its window has left of the bound, often all.
void add_jumps(Scenario& world, Stream& draw, bool beyond, int sign) {
  const Config& config = world.config;
  const Length window = sign > 0 ? longest_lease(config) : takeover_bound(config);
  const Length bound = sign > 0 ? config.bounds.jump_forward : config.bounds.jump_backward;
  Length at = Length(draw.below(world.run_for.count() + 1));
  std::vector<std::pair<Length, std::int64_t>> made;
  for (std::int64_t left = draw.within(0, 4); left > 0 && at <= world.run_for; --left) {
    std::int64_t rest = bound.count();
    for (const auto& [when, size] : made) rest -= at - when <= window ? size : 0;
    const bool excess = beyond && draw.chance(30);
    const std::int64_t size = excess            ? draw.within(1, 2 * config.timing.lease.count())
                              : draw.chance(50) ? rest
                                                : draw.below(rest + 1);
    if (size > 0) {
      if (!excess) made.emplace_back(at, size);
      // A third of them come with a replica that knows all but the time.
      const auto kind =
          draw.chance(33) ? TimedFault::Kind::failover : TimedFault::Kind::store_clock_step;
      world.faults.push_back({.at = at, .kind = kind, .value = sign * size});
    }
    // Half of the time exactly when all of the bound is free again.
    at += draw.chance(50) ? window + Length(1) : Length(draw.below(window.count() * 3 / 2 + 1));
  }
}

}  // namespace

void add_store_jumps(Scenario& world, Stream& draw, bool beyond) {
  add_jumps(world, draw, beyond, 1);
  add_jumps(world, draw, beyond, -1);
}

}  // namespace leasehold::sim
