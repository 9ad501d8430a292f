#include "sim/oracles/minimum_hold.h"

#include <algorithm>
#include <string>
#include <utility>

namespace leasehold::sim {

void MinimumHold::see(const Event& event) {
  if (!is_asked_for()) return;
  judge_late(event.at);
  look_at(event);
  if (event.process < tenures_.size()) expect(event.process);
}

void MinimumHold::look_at(const Event& event) {
  switch (event.kind) {
    case Event::Kind::granted:
      return on_granted(event);
    case Event::Kind::drop:
      return on_drop(event);
    case Event::Kind::stopped:
      // Its guards are dead. It may be kept for a while.
      if (of(event).id != tenure_of(event)) return;
      if (!of(event).unheld) of(event).unheld = event.at;
      of(event).guards = 0;
      return;
    case Event::Kind::lost:
    case Event::Kind::ended:
      return told_over(event);
    case Event::Kind::sent:
      if (event.call == core::Request::Kind::release) on_release_sent(event);
      return;
    case Event::Kind::crashed:
      of(event) = {};
      return hindrances_.see(event);
    default:
      return hindrances_.see(event);
  }
}

// When the slowest clock has counted what the fastest one has to, and the process can run.
TrueTime MinimumHold::due(std::uint32_t process) const {
  const Tenure& tenure = tenures_.at(process);
  return std::max({tenure.began + on<TrueClock>(bounds_.longest_hold), *tenure.unheld,
                   hindrances_.until(process)});
}

// When a tenure is due is brought forward by what happens to its own process alone. It rests on
// clocks; and one finding is enough.
void MinimumHold::expect(std::uint32_t process) {
  const bool counts = bounds_.inside && !finding_ && tenures_[process].unheld;
  if (counts) quiet_until_ = std::min(quiet_until_, due(process));
}

void MinimumHold::judge_late(TrueTime now) {
  if (now <= quiet_until_) return;
  quiet_until_ = TrueTime::never();
  for (std::size_t index = 0; index < tenures_.size(); ++index) {
    const auto process = static_cast<std::uint32_t>(index);
    const Tenure& tenure = tenures_[index];
    if (!tenure.unheld || due(process) >= now) {
      expect(process);
      continue;
    }
    broken(due(process), names_[index] + " keeps term " + std::to_string(tenure.id.term) +
                             ", of which nobody has a guard since " + moment(*tenure.unheld) +
                             ", beyond " + moment(due(process)) + ", though it began at " +
                             moment(tenure.began) + " and its minimum hold is " +
                             leasehold::to_string(bounds_.timing.min_hold));
  }
}

void MinimumHold::on_granted(const Event& event) {
  Tenure& tenure = of(event);
  if (tenure.id != tenure_of(event)) tenure = {.id = tenure_of(event), .began = event.at};
  ++tenure.guards;
  tenure.unheld.reset();
}

void MinimumHold::on_drop(const Event& event) {
  Tenure& tenure = of(event);
  const bool counts = tenure.id.term == event.term && tenure.guards > 0;
  if (counts && --tenure.guards == 0) tenure.unheld = event.at;
}

void MinimumHold::on_release_sent(const Event& event) {
  Tenure& tenure = of(event);
  if (tenure.id != tenure_of(event)) return;
  const TrueTime earliest = tenure.began + on<TrueClock>(bounds_.timing.min_hold);
  if (event.at < earliest) {
    broken(event.at, names_.at(event.process) + " released term " + std::to_string(event.term) +
                         " at " + moment(event.at) + ", but it began at " + moment(tenure.began) +
                         " and its minimum hold is " +
                         leasehold::to_string(bounds_.timing.min_hold));
  } else if (tenure.unheld && *tenure.unheld < earliest) {
    ++kept_;
  }
  tenure.unheld.reset();
}

void MinimumHold::told_over(const Event& event) {
  if (of(event).id != tenure_of(event)) return;
  of(event).unheld.reset();
  of(event).guards = 0;
}

void MinimumHold::broken(TrueTime at, std::string sentence) {
  // It rests on clocks.
  if (!finding_ && bounds_.inside) finding_ = Finding{at, std::move(sentence)};
}

}  // namespace leasehold::sim
