#include "sim/oracles/available.h"

#include <algorithm>
#include <string>

namespace leasehold::sim {

using core::Answer;
using Call = core::Request::Kind;

Available::Available(const Names& names, const Bounds& bounds)
    : Oracle(Invariant::I10, names,
             Kinds{Event::Kind::granted, Event::Kind::sent, Event::Kind::answered,
                   Event::Kind::stop_told, Event::Kind::lost, Event::Kind::stopped,
                   Event::Kind::crashed} |
                 Progress::looks_at() | Hindrances::looks_at()),
      bounds_(bounds),
      answer_within_(on<TrueClock>(bounds.at_least(bounds.timing.request_timeout))),
      holders_(names.size()),
      hindrances_(names.size()),
      progress_(names, bounds_) {}

void Available::see(const Event& event) {
  progress_.see(event);
  hear_of_progress();
  look_at_holders(event);
}

void Available::time_passes(TrueTime now) {
  progress_.time_passes(now);
  hear_of_progress();
}

void Available::hear_of_progress() {
  quiet_until(progress_.quiet_until());
  if (const auto& finding = progress_.finding()) broken(finding->at, finding->sentence);
  if (progress_.served() == served_) return;
  served_ = progress_.served();
  exercised();
  reached(Mark::served_after_heal);
}

void Available::look_at_holders(const Event& event) {
  switch (event.kind) {
    case Event::Kind::granted:
      of(event).term = event.term;
      return;
    case Event::Kind::sent:
      return on_sent(event);
    case Event::Kind::answered:
      return on_answered(event);
    case Event::Kind::stop_told:
      return judge(event, " was told to stop in term ");
    case Event::Kind::lost:
      judge(event, " lost term ");
      [[fallthrough]];
    case Event::Kind::stopped:
      of(event) = {};
      return;
    case Event::Kind::crashed:
      of(event) = {};
      return hindrances_.see(event);
    default:
      return hindrances_.see(event);
  }
}

void Available::on_sent(const Event& event) {
  if (event.call == Call::acquire) of(event).asked = Attempt{event.ordinal, event.at};
  if (event.call == Call::renew) of(event).attempts.push_back({event.ordinal, event.at});
}

void Available::on_answered(const Event& event) {
  const auto answer = static_cast<Answer::Kind>(event.detail);
  if (answer == Answer::Kind::granted && event.call == Call::acquire) return on_grant_heard(event);
  if (answer == Answer::Kind::renewed) on_renewal_heard(event);
}

// The first renewal may be sent before anybody is told of the tenure.
void Available::on_grant_heard(const Event& event) {
  Holder& holder = of(event);
  if (holder.term) return;
  holder.attempts.clear();
  holder.confirmed.reset();
  const bool in_time = holder.asked && holder.asked->ordinal == event.ordinal &&
                       event.at - holder.asked->at <= answer_within_;
  if (in_time) holder.confirmed = holder.asked->at;
}

void Available::on_renewal_heard(const Event& event) {
  Holder& holder = of(event);
  const auto found =
      std::find_if(holder.attempts.begin(), holder.attempts.end(),
                   [&event](const Attempt& one) { return one.ordinal == event.ordinal; });
  if (found == holder.attempts.end()) return;
  const bool outlived = found != holder.attempts.begin();
  if (outlived) reached(Mark::failures_outlived);
  if (bounds_.inside && (outlived || bounds_.timing.tolerated_failures == 0)) exercised();
  holder.confirmed = found->at;
  holder.attempts.erase(holder.attempts.begin(), found + 1);
}

void Available::judge(const Event& event, const std::string& what) {
  const Holder& holder = of(event);
  if (!bounds_.inside || holder.term != event.term || !holder.confirmed) return;
  if (hindrances_.until(event.process) >= *holder.confirmed) return;
  const auto failed = holder.attempts.size();
  const int most = bounds_.timing.tolerated_failures;
  if (failed > static_cast<std::size_t>(most)) return;
  exercised();
  broken(event.at, name(event.process) + what + std::to_string(event.term) + " at " +
                       moment(event.at) + " although no more than " + std::to_string(failed) +
                       " of its renewals failed since the one confirmed that it sent at " +
                       moment(*holder.confirmed) + ", and " + std::to_string(most) +
                       " are tolerated");
}

}  // namespace leasehold::sim
