#include "sim/scenario/scenario.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace leasehold::sim {

std::string to_string(Invariant invariant) {
  // In two steps: for "I" + ... g++ 12 at -O3 warns of an overlap that is not there
  // (GCC bug 105651).
  std::string text = "I";
  text += std::to_string(static_cast<int>(invariant));
  return text;
}

const char* meaning(Invariant invariant) {
  switch (invariant) {
    case Invariant::I1:
      return "no overlap";
    case Invariant::I2:
      return "fenced effects";
    case Invariant::I3:
      return "terms";
    case Invariant::I4:
      return "takeover";
    case Invariant::I5:
      return "loss is told";
    case Invariant::I6:
      return "no resurrection";
    case Invariant::I7:
      return "own release only";
    case Invariant::I8:
      return "change is told";
    case Invariant::I9:
      return "no ghost";
    case Invariant::I10:
      return "available";
    case Invariant::I11:
      return "bounded load";
    case Invariant::I12:
      return "wait bound";
    case Invariant::I13:
      return "belief within authority";
    case Invariant::I14:
      return "dead stays dead";
    case Invariant::I15:
      return "counted";
    case Invariant::I16:
      return "quiet";
    case Invariant::I17:
      return "truthful errors";
    case Invariant::I18:
      return "independent keys";
    case Invariant::I19:
      return "linearisable store";
  }
  return "?";
}

bool meets_store(TimedFault::Kind kind) {
  switch (kind) {
    case TimedFault::Kind::writer_stall:
    case TimedFault::Kind::store_restart:
    case TimedFault::Kind::store_clock_step:
    case TimedFault::Kind::store_clock_rate:
    case TimedFault::Kind::failover:
      return true;
    default:
      return false;
  }
}

std::vector<std::string> names_of(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const ProcessSpec& process : scenario.processes) names.push_back(process.name);
  return names;
}

std::uint32_t body_of(const Scenario& scenario, std::uint32_t process) {
  return scenario.processes.at(process).part_of.value_or(process);
}

std::uint32_t program_of(const Scenario& scenario, std::uint32_t process) {
  while (const auto original = scenario.processes.at(process).clone_of) process = *original;
  return process;
}

std::uint32_t add_clone(Scenario& scenario, std::uint32_t body, const std::string& name) {
  const auto clone = static_cast<std::uint32_t>(scenario.processes.size());
  for (std::uint32_t index = body; index < clone; ++index) {
    if (body_of(scenario, index) != body) continue;
    // A copy, since the list grows.
    const ProcessSpec original = scenario.processes[index];
    ProcessSpec copy{.name = index == body ? name : name + "-" + original.name,
                     .key = original.key,
                     .known_as = original.known_as.empty() ? original.name : original.known_as,
                     .clone_of = index};
    if (index != body) copy.part_of = clone;
    scenario.processes.push_back(std::move(copy));
  }
  return clone;
}

void heal_from(Scenario& scenario, Length at) {
  scenario.heal_at = at;
  std::erase_if(scenario.faults, [at](const TimedFault& fault) { return fault.at >= at; });
}

Keys::Keys(const Scenario& scenario) {
  for (const ProcessSpec& process : scenario.processes) {
    auto found = std::find(names.begin(), names.end(), process.key);
    if (found == names.end()) found = names.insert(names.end(), process.key);
    of.push_back(static_cast<std::uint32_t>(found - names.begin()));
  }
}

namespace {

// Between two steps the error of a clock changes one way only, so its ends are its extremes.
bool wall_clock_stays_near(const Scenario& scenario, std::uint32_t process) {
  const ClockSpec& wall = scenario.processes[process].wall;
  std::vector<TimedFault> steps;
  for (const TimedFault& fault : scenario.faults) {
    if (fault.kind == TimedFault::Kind::wall_step && fault.process == process) {
      steps.push_back(fault);
    }
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const TimedFault& a, const TimedFault& b) { return a.at < b.at; });
  std::int64_t offset = wall.offset.count();
  const auto near_at = [&](Length at) {
    const detail::Wide error =
        offset + static_cast<detail::Wide>(at.count()) * wall.rate_ppm / 1'000'000;
    const detail::Wide most = scenario.config.bounds.skew.count();
    return 2 * error <= most && 2 * error >= -most;
  };
  bool near = near_at(Length::zero());
  for (const TimedFault& step : steps) {
    near = near && near_at(step.at);
    offset += step.value;
    near = near && near_at(step.at);
  }
  return near && near_at(scenario.run_for);
}

bool wall_clocks_stay_near(const Scenario& scenario) {
  if (scenario.config.authority != Authority::wall_clock) return true;
  for (std::size_t process = 0; process < scenario.processes.size(); ++process) {
    if (!wall_clock_stays_near(scenario, static_cast<std::uint32_t>(process))) return false;
  }
  return true;
}

// Whether what the store's clock jumps in one direction (`sign`) within any `window` of true time
// adds up to no more than `bound`.
bool jumps_fit(const Scenario& scenario, int sign, Length window, Length bound) {
  for (const TimedFault& first : scenario.faults) {
    detail::Wide sum = 0;
    for (const TimedFault& fault : scenario.faults) {
      const bool jumps = fault.kind == TimedFault::Kind::store_clock_step ||
                         fault.kind == TimedFault::Kind::failover;
      const bool within =
          jumps && sign * fault.value > 0 && fault.at >= first.at && fault.at - first.at <= window;
      if (within) sum += std::abs(fault.value);
    }
    if (sum > bound.count()) return false;
  }
  return true;
}

// Forward jumps count within what a lease lasts at most, backward ones within a takeover.
bool store_clock_fits(const Scenario& scenario) {
  if (scenario.config.authority != Authority::store_clock) return true;
  const ClockBounds& bounds = scenario.config.bounds;
  return std::abs(scenario.store.rate_ppm) <= bounds.drift.ppm() &&
         jumps_fit(scenario, 1, longest_lease(scenario.config), bounds.jump_forward) &&
         jumps_fit(scenario, -1, takeover_bound(scenario.config), bounds.jump_backward);
}

}  // namespace

Length longest_lease(const Config& config) {
  return Length(
      detail::scale_up(config.timing.lease.count(), 1'000'000, config.bounds.drift.slowest()));
}

bool inside_envelope(const Scenario& scenario) {
  const bool one_clock = scenario.config.authority == Authority::host_clock;
  const std::int64_t bound = scenario.config.bounds.drift.ppm();
  const auto fits = [&](std::int64_t rate) { return one_clock || std::abs(rate) <= bound; };
  const bool clocks =
      std::all_of(scenario.processes.begin(), scenario.processes.end(),
                  [&](const ProcessSpec& process) { return fits(process.clock.rate_ppm); });
  const bool faults =
      std::all_of(scenario.faults.begin(), scenario.faults.end(), [&](const TimedFault& fault) {
        switch (fault.kind) {
          case TimedFault::Kind::store_clock_rate:
            return std::abs(fault.value) <= bound;
          case TimedFault::Kind::frozen:
          case TimedFault::Kind::clock_step:
          case TimedFault::Kind::clone:
            return false;
          case TimedFault::Kind::failover:
            return fault.loses == Length::zero();
          case TimedFault::Kind::clock_rate:
            return fits(fault.value);
          default:
            return true;
        }
      });
  return clocks && faults && wall_clocks_stay_near(scenario) && store_clock_fits(scenario);
}

}  // namespace leasehold::sim
