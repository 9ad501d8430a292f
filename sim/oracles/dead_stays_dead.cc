#include "sim/oracles/dead_stays_dead.h"

#include <string>

#include "sim/oracles/lineage.h"

namespace leasehold::sim {

void DeadStaysDead::see(const Event& event) {
  switch (event.kind) {
    case Event::Kind::lost:
    case Event::Kind::stopped:
      exercised();
      dead_.add({event.process, tenure_of(event)});
      return;
    case Event::Kind::cloned:
      return copy_of_process(dead_, event);
    case Event::Kind::asked:
      if ((event.detail & 1U) == 0 || !dead_.contains({event.process, tenure_of(event)})) return;
      return broken(event.at, "a guard of " + name(event.process) + " says that term " +
                                  std::to_string(event.term) + " is held at " + moment(event.at) +
                                  " although it had ended");
    case Event::Kind::granted:
      if (!dead_.contains({event.process, tenure_of(event)})) return;
      return broken(event.at, name(event.process) + " got a guard of term " +
                                  std::to_string(event.term) + " at " + moment(event.at) +
                                  " although it had ended");
    case Event::Kind::crashed:
      // Its guards are gone with it. A process that starts again knows nothing of them.
      dead_.erase_if([&event](const auto& one) { return one.first == event.process; });
      return;
    default:
      return;
  }
}

}  // namespace leasehold::sim
