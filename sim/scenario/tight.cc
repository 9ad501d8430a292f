#include "sim/scenario/tight.h"

#include <algorithm>
#include <cstdint>

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

// A message's way that ends on one of the moments which decide, or a nanosecond beside it.
Length deciding_way(const Config& config, Stream& draw) {
  const Timing& t = config.timing;
  const Length window(usable_window(config).ns());
  const Length wait(observation_wait(t.lease, config.bounds).ns());
  const Length moments[] = {t.request_timeout, t.lease, window, window - t.stop_budget, wait};
  // Two statements: in which order the operands of a "+" are drawn is the compiler's choice.
  const Length beside(draw.within(-1, 1));
  return std::max(draw.pick(moments) + beside, 1ns);
}

}  // namespace

Length tight_lease(Stream& draw) {
  // Primes: nothing that is made of them divides evenly.
  static constexpr Length leases[] = {997ns, 10'007ns, 1'000'003ns, 100ms};
  return draw.pick(leases);
}

void tighten_time(Config& config, Stream& draw) {
  const Length coarse = config.timing.lease / draw.within(20, 50);
  config.bounds.resolution = draw.chance(70) ? 1ns : coarse;
  config.bounds.tick = draw.chance(70) ? 1ns : config.bounds.resolution;
}

void time_messages(Scenario& world, Stream& draw) {
  static constexpr Site sites[] = {Site::acquire, Site::acquire, Site::renew,
                                   Site::renew,   Site::release, Site::abandon};
  static constexpr Purpose purposes[] = {Purpose::request_delay, Purpose::answer_delay,
                                         Purpose::duplicate};
  for (std::size_t process = 0; process < world.processes.size(); ++process) {
    for (std::int64_t left = draw.below(5); left > 0; --left) {
      const ChoiceKey key{static_cast<std::uint32_t>(process), draw.pick(sites),
                          static_cast<std::uint32_t>(draw.within(1, 6)), draw.pick(purposes)};
      world.choices[key] = deciding_way(world.config, draw).count();
    }
  }
}

}  // namespace leasehold::sim
