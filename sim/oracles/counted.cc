#include "sim/oracles/counted.h"

#include <algorithm>
#include <string>

namespace leasehold::sim {

void Counted::see(const Event& event) {
  hold_.see(event);
  hear_of_holds();
  judge_due(event.at);
  look_at_guards(event);
  be_quiet();
}

void Counted::time_passes(TrueTime now) {
  hold_.time_passes(now);
  hear_of_holds();
  judge_due(now);
  be_quiet();
}

void Counted::be_quiet() {
  const TrueTime due = due_.empty() ? TrueTime::never() : due_.front().cause.at;
  quiet_until(std::min(due, hold_.quiet_until()));
}

void Counted::finish(TrueTime end) {
  hold_.time_passes(end);
  hear_of_holds();
}

void Counted::hear_of_holds() {
  if (const auto& finding = hold_.finding()) broken(finding->at, finding->sentence);
  if (hold_.kept() == kept_) return;
  kept_ = hold_.kept();
  exercised();
  reached(Mark::kept_unheld);
}

void Counted::judge_due(TrueTime now) {
  if (due_.empty() || now <= due_.front().cause.at) return;
  for (const Due& due : due_) overdue(due);
  due_.clear();
}

void Counted::look_at_guards(const Event& event) {
  switch (event.kind) {
    case Event::Kind::granted:
      return on_granted(event);
    case Event::Kind::drop:
      return on_drop(event);
    case Event::Kind::release:
      return on_release(event);
    case Event::Kind::stopped:
      return on_stopped(event);
    case Event::Kind::lost:
      if (meant(event) != nullptr) of(event).reset();
      return came(Due::What::end, event);
    case Event::Kind::sent:
      if (event.call == core::Request::Kind::release) on_release_sent(event);
      return;
    case Event::Kind::cloned:
      of(event) = tenures_.at(event.value);
      return;
    case Event::Kind::crashed:
      of(event).reset();
      std::erase_if(due_, [&](const Due& due) { return due.cause.process == event.process; });
      return;
    default:
      return;
  }
}

Counted::Tenure* Counted::meant(const Event& event) {
  std::optional<Tenure>& tenure = of(event);
  return tenure && tenure->term == event.term ? &*tenure : nullptr;
}

void Counted::on_granted(const Event& event) {
  if (Tenure* const tenure = meant(event)) {
    if (++tenure->guards > 1) reached(Mark::guard_shared);
    return;
  }
  of(event) = Tenure{.term = event.term, .guards = 1};
}

void Counted::on_drop(const Event& event) {
  Tenure* const tenure = meant(event);
  if (tenure == nullptr) return;
  exercised();
  if (--tenure->guards > 0) return reached(Mark::drop_not_last);
  if (!ends_later()) due_.push_back({Due::What::end, event});
}

void Counted::on_release(const Event& event) {
  Tenure* const tenure = meant(event);
  if (tenure == nullptr) return;
  exercised();
  if (tenure->guards > 1) reached(Mark::release_for_several);
  tenure->released = true;
  due_.push_back({Due::What::end, event});
}

void Counted::on_stopped(const Event& event) {
  if (const Tenure* const tenure = meant(event)) {
    if (tenure->guards > 0 && !tenure->released) {
      broken(event.at, name(event.process) + " ended term " + std::to_string(event.term) + " at " +
                           moment(event.at) +
                           " although nobody released it and guards were left: " +
                           std::to_string(tenure->guards));
    }
    of(event).reset();
  }
  came(Due::What::end, event);
  if (!ends_later()) due_.push_back({Due::What::release, event});
}

void Counted::on_release_sent(const Event& event) {
  const Tenure* const tenure = meant(event);
  if (tenure != nullptr) {
    broken(event.at, name(event.process) + " sent a release of term " + std::to_string(event.term) +
                         " at " + moment(event.at) +
                         " although guards were left: " + std::to_string(tenure->guards));
  }
  came(Due::What::release, event);
}

void Counted::came(Due::What what, const Event& event) {
  std::erase_if(due_, [&](const Due& due) {
    return due.what == what && due.cause.process == event.process && due.cause.term == event.term;
  });
}

void Counted::overdue(const Due& due) {
  const Event& cause = due.cause;
  const std::string term = "term " + std::to_string(cause.term);
  if (due.what == Due::What::release) {
    return broken(cause.at, name(cause.process) + " ended " + term + " at " + moment(cause.at) +
                                " and sent no release");
  }
  broken(cause.at,
         name(cause.process) +
             (cause.kind == Event::Kind::drop ? " dropped the last guard of " : " released ") +
             term + " at " + moment(cause.at) + " and it did not end");
}

}  // namespace leasehold::sim
