#include "sim/oracles/bounds.h"

#include <algorithm>
#include <vector>

namespace leasehold::sim {
namespace {

// Of every clock that counts the time of a process, at any moment.
std::vector<std::int64_t> rates_of(const Scenario& scenario) {
  std::vector<std::int64_t> rates;
  if (scenario.config.authority == Authority::host_clock) {
    rates.push_back(scenario.host.rate_ppm);
  } else {
    for (const ProcessSpec& process : scenario.processes) rates.push_back(process.clock.rate_ppm);
  }
  for (const TimedFault& fault : scenario.faults) {
    if (fault.kind == TimedFault::Kind::clock_rate) rates.push_back(fault.value);
  }
  return rates;
}

}  // namespace

// A length that was measured between two readings may lack a tick, since readings are cut down.
Length Bounds::at_least(Length local) const {
  constexpr std::int64_t million = 1'000'000;
  const std::int64_t sure = std::max<std::int64_t>(0, (local - tick).count());
  return Length(
      std::max<std::int64_t>(1, detail::scale_down(sure, million, million + fastest_ppm)));
}

// One clock can't disagree with itself, so under host_clock any rate of it is inside; how long
// things take in true time is promised within the drift bound only.
Bounds bounds_of(const Scenario& scenario) {
  const std::int64_t drift = scenario.config.bounds.drift.ppm();
  Bounds bounds{.timing = scenario.config.timing,
                .inside = inside_envelope(scenario),
                .takeover = takeover_bound(scenario.config),
                .tick = scenario.config.bounds.tick};
  for (const std::int64_t rate : rates_of(scenario)) {
    bounds.inside = bounds.inside && rate >= -drift && rate <= drift;
    bounds.fastest_ppm = std::max(bounds.fastest_ppm, rate);
  }
  bounds.clock_steps = static_cast<int>(std::count_if(
      scenario.faults.begin(), scenario.faults.end(),
      [](const TimedFault& fault) { return fault.kind == TimedFault::Kind::clock_step; }));
  return bounds;
}

}  // namespace leasehold::sim
