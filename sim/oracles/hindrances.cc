#include "sim/oracles/hindrances.h"

#include <algorithm>

namespace leasehold::sim {

void Hindrances::see(const Event& event) {
  switch (event.kind) {
    case Event::Kind::paused:
    case Event::Kind::crashed:
      of_.at(event.process).stands_still = true;
      return;
    case Event::Kind::resumed:
    case Event::Kind::restarted:
      of_.at(event.process).stands_still = false;
      [[fallthrough]];
    case Event::Kind::clock_stepped:
      of_.at(event.process).until = std::max(of_.at(event.process).until, event.at);
      return;
    case Event::Kind::starved:
    case Event::Kind::wake_late:
      of_.at(event.process).until = std::max(of_.at(event.process).until, event.until);
      return;
    default:
      return;
  }
}

TrueTime Hindrances::until(std::uint32_t process) const {
  const Hindrance& hindrance = of_.at(process);
  return hindrance.stands_still ? TrueTime::never() : hindrance.until;
}

}  // namespace leasehold::sim
