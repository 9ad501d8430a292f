#include "sim/oracles/fenced_effects.h"

#include <string>

namespace leasehold::sim {

// It is put to the test when writes of two tenures have come.
void FencedEffects::see(const Event& event) {
  if (event.kind != Event::Kind::write_came) return;
  const bool accepted = event.detail != 0;
  const bool older = event.term < newest_.term;
  // A store that forgets may give one term twice: of two such tenures neither is the newer.
  const bool rival = event.term == newest_.term && event.owner != newest_.owner;
  if (newest_.term > 0 && (event.term != newest_.term || rival)) exercised();
  if (!accepted) {
    if (older) reached(Mark::stale_write_refused);
    return;
  }
  if (older || rival) {
    return broken(event.at, "the fence let " + write_of(event) + " through at " + moment(event.at) +
                                " after " + write_of(newest_) + " at " + moment(newest_.at));
  }
  newest_ = event;
}

std::string FencedEffects::write_of(const Event& event) const {
  return "a write of " + name(event.process) + " under term " + std::to_string(event.term);
}

}  // namespace leasehold::sim
