#include "sim/oracles/bounds.h"

#include <algorithm>
#include <vector>

#include "lib/src/core/machine.h"

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

// What passes at most while a clock of the slowest permitted rate counts `local`.
Length in_true_time(Length local, DriftBound drift) {
  return Length(detail::scale_up(local.count(), 1'000'000, drift.slowest()));
}

}  // namespace

// A length that was measured between two readings may lack a tick, since readings are cut down.
Length Bounds::at_least(Length local) const {
  constexpr std::int64_t million = 1'000'000;
  const std::int64_t sure = std::max<std::int64_t>(0, (local - tick).count());
  return Length(
      std::max<std::int64_t>(1, detail::scale_down(sure, million, million + fastest_ppm)));
}

// What was sent before has come by W, and so have the answers. So no lease that nobody has a guard
// of (its caller had left, or it came too late to be of use) begins or is prolonged after W, and
// `takeover_bound` counts from there at the latest. It assumes one who keeps trying. A waiter does,
// unless what he tried before is in the way: an abandon or a release of his own, which began by W,
// is waited for for Q, and is given up E after it began, if two of them leave no room for a third.
// Where the store or a calendar judges, that lease runs out meanwhile, and it is L at least; by
// observation it may be seen for the first time only then. Who asks may hear that the term has
// moved, and asks again at once: another Q. Each wait on a clock may last a tick longer. Before all
// of this a tenure of which nobody has a guard any more may have been kept for H.
Length progress_bound(const Config& config, Length way) {
  const Timing& timing = config.timing;
  const Length in_the_way = in_true_time(
      Length(core::longest_aftermath(config).ns()) + 4 * config.bounds.tick, config.bounds.drift);
  const Length meanwhile =
      config.authority == Authority::observation ? Length::zero() : timing.lease;
  return way + in_the_way - meanwhile + takeover_bound(config) + timing.request_timeout +
         longest_hold(config);
}

Length longest_hold(const Config& config) {
  const Length counted(counted_hold(config).ns());
  if (counted == Length::zero()) return {};
  return in_true_time(counted + config.bounds.tick, config.bounds.drift);
}

// One clock can't disagree with itself, so under host_clock any rate of it is inside; how long
// things take in true time is promised within the drift bound only.
Bounds bounds_of(const Scenario& scenario) {
  const std::int64_t drift = scenario.config.bounds.drift.ppm();
  Bounds bounds{.timing = scenario.config.timing,
                .inside = inside_envelope(scenario),
                .takeover = takeover_bound(scenario.config),
                .longest_hold = longest_hold(scenario.config),
                .tick = scenario.config.bounds.tick};
  for (const std::int64_t rate : rates_of(scenario)) {
    bounds.inside = bounds.inside && rate >= -drift && rate <= drift;
    bounds.fastest_ppm = std::max(bounds.fastest_ppm, rate);
  }
  bounds.clock_steps = static_cast<int>(std::count_if(
      scenario.faults.begin(), scenario.faults.end(),
      [](const TimedFault& fault) { return fault.kind == TimedFault::Kind::clock_step; }));
  const Length way = scenario.request_way + scenario.answer_way;
  if (bounds.inside && way <= bounds.at_least(bounds.timing.request_timeout)) {
    bounds.progress = progress_bound(scenario.config, way);
  }
  return bounds;
}

}  // namespace leasehold::sim
