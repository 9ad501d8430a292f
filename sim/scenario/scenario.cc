#include "sim/scenario/scenario.h"

#include <algorithm>
#include <cstdlib>

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
    case Invariant::I3:
      return "terms";
    case Invariant::I5:
      return "loss is told";
    case Invariant::I6:
      return "no resurrection";
    case Invariant::I13:
      return "belief within authority";
    case Invariant::I14:
      return "dead stays dead";
  }
  return "?";
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
          case TimedFault::Kind::frozen:
          case TimedFault::Kind::clock_step:
            return false;
          case TimedFault::Kind::clock_rate:
            return fits(fault.value);
          default:
            return true;
        }
      });
  return clocks && faults;
}

}  // namespace leasehold::sim
