#include "sim/oracles/no_overlap.h"

#include <string>

namespace leasehold::sim {

void NoOverlap::see(const Event& event) {
  switch (event.kind) {
    case Event::Kind::belief_ends:
    case Event::Kind::crashed:
      return forget(event.process);
    case Event::Kind::belief_begins:
      break;
    default:
      return;
  }
  exercised();
  forget(event.process);
  for (const Belief& other : beliefs_) {
    broken(event.at, name(event.process) + " believes in term " + std::to_string(event.term) +
                         " from " + moment(event.at) + " while " + name(other.process) +
                         " still believes in term " + std::to_string(other.term) + " (since " +
                         moment(other.since) + ")");
  }
  beliefs_.push_back({event.process, event.term, event.at});
}

void NoOverlap::forget(std::uint32_t process) {
  std::erase_if(beliefs_, [process](const Belief& one) { return one.process == process; });
}

}  // namespace leasehold::sim
