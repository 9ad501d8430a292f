#include "sim/scenario/failovers.h"

namespace leasehold::sim {
namespace {

// Half of the time the replica is there at once, else within a lease.
TimedFault some_failover(const Scenario& world, Stream& draw) {
  const Length lease = world.config.timing.lease;
  TimedFault fault{.at = Length(draw.below(world.run_for.count() + 1)),
                   .kind = TimedFault::Kind::failover};
  if (draw.chance(50)) fault.lasts = Length(1 + draw.below(lease.count()));
  return fault;
}

}  // namespace

void add_whole_failover(Scenario& world, Stream& draw) {
  world.faults.push_back(some_failover(world, draw));
}

void add_lossy_failovers(Scenario& world, Stream& draw) {
  const Timing& timing = world.config.timing;
  for (std::int64_t left = draw.within(1, 4); left > 0; --left) {
    TimedFault fault = some_failover(world, draw);
    const Length most = draw.chance(50) ? timing.renew_every : timing.lease * 2;
    fault.loses = Length(1 + draw.below(most.count()));
    world.faults.push_back(fault);
  }
}

}  // namespace leasehold::sim
