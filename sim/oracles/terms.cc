#include "sim/oracles/terms.h"

#include <string>

namespace leasehold::sim {

void Terms::see(const Event& event) {
  if (event.kind == Event::Kind::granted) return on_told(event);
  if (event.kind == Event::Kind::cloned) return on_cloned(event);
  if (event.kind == Event::Kind::sent && event.call == core::Request::Kind::acquire) {
    asked_.add({event.process, event.owner});
  }
  if (event.kind == Event::Kind::failed_over && event.owner) {
    reached(Mark::promoted_under_a_tenure);
  }
  if (event.kind != Event::Kind::applied) return;
  const auto answer = static_cast<core::Answer::Kind>(event.detail);
  if (answer == core::Answer::Kind::granted) return on_grant(event);
  const bool ran = answer == core::Answer::Kind::renewed || answer == core::Answer::Kind::released;
  if (ran && event.term != latest_) {
    broken(event.at, "the store applied a request of term " + std::to_string(event.term) + " at " +
                         moment(event.at) + " although the term is " + std::to_string(latest_));
  }
}

void Terms::on_told(const Event& event) {
  exercised();
  const std::uint32_t* const known = told_.find(event.term);
  if (known == nullptr) {
    told_[event.term] = event.process;
    return;
  }
  if (*known == event.process) return;
  const bool shared = lineage_.related(*known, event.process) &&
                      asked_.contains({event.process, owners_[event.term]});
  if (shared) return;
  broken(event.at, "term " + std::to_string(event.term) + " was granted to " + name(event.process) +
                       " at " + moment(event.at) + " although it is " + name(*known) + "'s");
}

void Terms::on_cloned(const Event& event) {
  lineage_.see(event);
  copy_of_process(asked_, event);
}

void Terms::on_grant(const Event& event) {
  exercised();
  const bool repeated = static_cast<Previous>(event.other) == Previous::own;
  const bool good =
      repeated ? event.term == latest_ && event.owner == latest_owner_ : event.term > latest_;
  if (!good) {
    broken(event.at, "the store granted term " + std::to_string(event.term) + " to " +
                         name(event.process) + " at " + moment(event.at) + " after term " +
                         std::to_string(latest_));
  }
  latest_ = event.term;
  latest_owner_ = event.owner;
  owners_[event.term] = event.owner;
}

}  // namespace leasehold::sim
