#include "sim/oracles/lock_delay.h"

#include <algorithm>
#include <string>

namespace leasehold::sim {

void LockDelay::see(const Event& event) {
  if (bounds_.timing.lock_delay <= Length::zero()) return;
  switch (event.kind) {
    case Event::Kind::applied:
      return on_applied(event);
    case Event::Kind::takeable:
      return on_takeable(event);
    case Event::Kind::granted:
      if (tenure_of(event) == holder_.id) holder_.told = true;
      return;
    case Event::Kind::stopped:
      if (tenure_of(event) == holder_.id) holder_.let_go = true;
      return;
    case Event::Kind::belief_begins:
      if (is_of_holder(event)) holder_.believed = true;
      return;
    case Event::Kind::belief_ends:
      if (!is_of_holder(event)) return;
      holder_.believed = false;
      holder_.believed_until = event.at;
      return;
    default:
      return;
  }
}

// A change of the store's clock is told of a lease that is over too, as if it were so from now on.
void LockDelay::on_takeable(const Event& event) {
  const bool by_calendars = event.detail == 2;
  if (event.term != holder_.id.term || by_calendars) return;
  const bool was_over = holder_.over_at && *holder_.over_at <= event.at;
  if (!was_over || event.until > event.at) holder_.over_at = event.until;
}

void LockDelay::on_applied(const Event& event) {
  const bool begins =
      static_cast<core::Answer::Kind>(event.detail) == core::Answer::Kind::granted &&
      static_cast<Previous>(event.other) != Previous::own;
  if (!begins) return;
  judge(event);
  holder_ = {.process = event.process, .id = tenure_of(event)};
}

void LockDelay::judge(const Event& granted) {
  const bool ran_out = static_cast<Previous>(granted.other) == Previous::expired;
  if (holder_.process == nobody || (!ran_out && (!holder_.told || holder_.let_go))) return;
  std::optional<TrueTime> since = holder_.believed ? granted.at : holder_.believed_until;
  if (ran_out && holder_.over_at) since = std::max(since.value_or(TrueTime{}), *holder_.over_at);
  if (!since) return;
  ++met_;
  if (!bounds_.inside) return;
  ++judged_;
  if (finding_ || granted.at >= *since + on<TrueClock>(bounds_.timing.lock_delay)) return;
  finding_ =
      Finding{granted.at, names_.at(granted.process) + " took the key at " + moment(granted.at) +
                              ", but term " + std::to_string(holder_.id.term) + " of " +
                              names_.at(holder_.process) + " was not given up, lasted until " +
                              moment(*since) + " and was to be left alone for " +
                              leasehold::to_string(bounds_.timing.lock_delay)};
}

}  // namespace leasehold::sim
