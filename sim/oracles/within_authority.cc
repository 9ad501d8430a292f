#include "sim/oracles/within_authority.h"

#include <string>

namespace leasehold::sim {

void WithinAuthority::look_at_takeovers(const Event& event) {
  const std::uint64_t met = delay_.met();
  const std::uint64_t judged = delay_.judged();
  delay_.see(event);
  if (const auto& finding = delay_.finding()) broken(finding->at, finding->sentence);
  if (delay_.met() > met) reached(Mark::delay_waited);
  if (delay_.judged() > judged) exercised();
}

void WithinAuthority::see(const Event& event) {
  look_at_takeovers(event);
  if (event.kind == Event::Kind::takeable || event.kind == Event::Kind::could_be_taken) {
    if (event.term != latest_.term) before_ = latest_;
    latest_ = {event.term, event.until};
    return;
  }
  if (event.kind != Event::Kind::belief_until) return;
  exercised();
  const bool is_latest = event.term == latest_.term;
  const bool known = is_latest || event.term == before_.term;
  const TrueTime takeable = is_latest ? latest_.at : before_.at;
  if (known && event.until <= takeable) return;
  broken(event.at, name(event.process) + " believes in term " + std::to_string(event.term) +
                       " until " + moment(event.until) + ", but " +
                       (known ? "another may take the key from " + moment(takeable)
                              : std::string("the store granted no such lease")));
}

}  // namespace leasehold::sim
