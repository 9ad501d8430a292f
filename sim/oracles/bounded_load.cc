#include "sim/oracles/bounded_load.h"

#include <algorithm>
#include <string>
#include <utility>

namespace leasehold::sim {
namespace {

using core::Answer;
using Call = core::Request::Kind;

// The true time for each of what comes one for `a` and one for `b`.
Length both(Length a, Length b) {
  return Length(
      std::max<std::int64_t>(1, detail::scale_down(a.count(), b.count(), (a + b).count())));
}

// A try is sent at the beginning of a campaign, b or more after the answer to the one before, or at
// once after the answer that the key is free and the term is another one than was asked for; terms
// only rise, so each term is such a reason once. A campaign begins when somebody calls and nobody
// waited, when a tenure is over and somebody still waits, or when a grant came too late to be of
// use: then more than U - min_useful >= Q passed since a try of the campaign that this ended. The
// burst: one of each pace, and a reason of either kind that lies before the window.
Allowance tries_of(const Bounds& bounds, int steps) {
  const Length pause = bounds.at_least(bounds.timing.retry_pause);
  return {both(pause, bounds.at_least(bounds.timing.request_timeout)), 4 + steps};
}

// A renewal is sent 0.9 R or more after the one that was confirmed, b after one that failed, no
// earlier than at its timeout Q if its answer came late; at once after a sleep, and in a tenure
// whose grant was slow. The answer to one that was given up moves the next to 0.9 R after its own
// sending, which may be now, though another has failed since: a reason for each such answer.
Allowance renewals_of(const Bounds& bounds, int steps) {
  const Timing& timing = bounds.timing;
  const Length pause =
      std::min({timing.retry_pause, timing.request_timeout, timing.renew_every * 9 / 10});
  return {bounds.at_least(pause), 3 + steps};
}

// A release or an abandon is repeated b or more after the one before failed, and two are on at
// most. A new one begins when a tenure is over, when nobody waits any more, or when a grant came
// too late (see above).
Allowance endings_of(const Bounds& bounds, int steps) {
  const Length pause = bounds.at_least(bounds.timing.retry_pause);
  return {both(both(pause, pause), bounds.at_least(bounds.timing.request_timeout)), 5 + 2 * steps};
}

}  // namespace

Allowance::Allowance(Length pace, int burst)
    : pace_(pace.count()), most_(pace_ * burst), left_(most_) {}

void Allowance::add() {
  left_ = std::min(most_, left_ + pace_);
  has_reason_ = true;
}

bool Allowance::take(TrueTime now) {
  const std::int64_t passed = (now - at_).ns();
  at_ = now;
  unprompted_ = !std::exchange(has_reason_, false);
  left_ = passed >= most_ - left_ ? most_ : left_ + passed;
  const bool allowed = left_ >= pace_;
  if (allowed) left_ -= pace_;
  return allowed;
}

BoundedLoad::BoundedLoad(const Names& names, const Bounds& bounds)
    : Oracle(Invariant::I11, names,
             {Event::Kind::acquire, Event::Kind::granted, Event::Kind::refused, Event::Kind::cancel,
              Event::Kind::stopped, Event::Kind::lost, Event::Kind::crashed, Event::Kind::resumed,
              Event::Kind::applied, Event::Kind::answered, Event::Kind::sent}) {
  // A clock that jumps makes everything due at once.
  const int steps = bounds.clock_steps;
  const Process fresh{.tries = tries_of(bounds, steps),
                      .renewals = renewals_of(bounds, steps),
                      .endings = endings_of(bounds, steps)};
  processes_.assign(names.size(), fresh);
}

void BoundedLoad::see(const Event& event) {
  const auto answer = static_cast<Answer::Kind>(event.detail);
  switch (event.kind) {
    case Event::Kind::acquire: {
      Process& process = of(event);
      if (process.calls.empty()) {
        process.tries.add();
        process.endings.add();
      }
      if (std::find(process.calls.begin(), process.calls.end(), event.value) ==
          process.calls.end()) {
        process.calls.push_back(event.value);
      }
      return;
    }
    case Event::Kind::granted:
    case Event::Kind::refused:
    case Event::Kind::cancel:
      return call_over(event);
    case Event::Kind::stopped:
    case Event::Kind::lost:
      return on_tenure_over(of(event));
    case Event::Kind::crashed:
      of(event).calls.clear();
      of(event).moved = 0;
      return on_tenure_over(of(event));
    case Event::Kind::resumed:
      of(event).tries.add();
      return of(event).renewals.add();
    case Event::Kind::applied:
      if (event.call != Call::acquire || answer != Answer::Kind::moved) return;
      if (event.term > of(event).moved) of(event).tries.add();
      of(event).moved = std::max(of(event).moved, event.term);
      return;
    case Event::Kind::answered:
      if (event.call == Call::renew && event.ordinal < of(event).renewal) of(event).renewals.add();
      return;
    case Event::Kind::sent:
      return on_sent(event);
    default:
      return;
  }
}

void BoundedLoad::on_tenure_over(Process& process) {
  process.tries.add();
  process.renewals.add();
  process.endings.add();
}

void BoundedLoad::on_sent(const Event& event) {
  Process& process = of(event);
  const bool renews = event.call == Call::renew;
  Allowance& allowance = renews                        ? process.renewals
                         : event.call == Call::acquire ? process.tries
                                                       : process.endings;
  if (renews) process.renewal = event.ordinal;
  const bool allowed = allowance.take(event.at);
  if (allowance.was_unprompted()) {
    exercised();
    reached(Mark::asked_again);
  }
  if (allowed) return;
  broken(event.at, name(event.process) + " sent its " + request_of(event) + " at " +
                       moment(event.at) + ", sooner than its pauses allow");
}

}  // namespace leasehold::sim
