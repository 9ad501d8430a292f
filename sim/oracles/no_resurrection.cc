#include "sim/oracles/no_resurrection.h"

#include <string>

#include "sim/oracles/lineage.h"

namespace leasehold::sim {

void NoResurrection::see(const Event& event) {
  switch (event.kind) {
    case Event::Kind::applied:
      return on_applied(event);
    case Event::Kind::takeable:
      over_at_ = event.detail == 1 ? std::optional(event.until) : std::nullopt;
      return;
    case Event::Kind::lost:
    case Event::Kind::stopped:
      exercised();
      dead_.add({event.process, tenure_of(event)});
      return;
    case Event::Kind::cloned:
      return copy_of_process(dead_, event);
    case Event::Kind::belief_begins:
      if (!dead_.contains({event.process, tenure_of(event)})) return;
      return broken(event.at, name(event.process) + " believes again in term " +
                                  std::to_string(event.term) + " at " + moment(event.at) +
                                  ", which had ended");
    default:
      return;
  }
}

void NoResurrection::on_applied(const Event& event) {
  switch (static_cast<core::Answer::Kind>(event.detail)) {
    case core::Answer::Kind::granted:
      return on_grant(event);
    case core::Answer::Kind::renewed:
      return on_renewed(event);
    case core::Answer::Kind::abandoned:
      if (event.value == 0) return;  // not settled: a copy of the acquire may still be applied
      [[fallthrough]];
    case core::Answer::Kind::released:
      exercised();
      ended_.add(event.owner);
      return;
    default:
      return;
  }
}

void NoResurrection::on_grant(const Event& event) {
  const bool repeated = static_cast<Previous>(event.other) == Previous::own;
  if (!repeated) {
    if (owner_) {
      exercised();
      ended_.add(owner_);
    }
    // What the store said of the lease before is no word on this one.
    over_at_.reset();
  }
  if (ended_.contains(event.owner)) {
    broken(event.at, "a request of " + name(event.process) + " took the key at " +
                         moment(event.at) + " for a tenure that had ended");
  }
  term_ = event.term;
  owner_ = event.owner;
}

void NoResurrection::on_renewed(const Event& event) {
  const bool ended = ended_.contains(event.owner) || event.term != term_;
  if (ended) {
    return broken(event.at, "a renewal of " + name(event.process) + " was applied at " +
                                moment(event.at) + " for term " + std::to_string(event.term) +
                                ", which had ended");
  }
  if (over_at_ && event.at >= *over_at_) {
    broken(event.at, "a renewal of " + name(event.process) + " prolonged term " +
                         std::to_string(event.term) + " at " + moment(event.at) +
                         " although its lease was over at " + moment(*over_at_));
  }
}

}  // namespace leasehold::sim
