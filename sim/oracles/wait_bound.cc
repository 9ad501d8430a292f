#include "sim/oracles/wait_bound.h"

#include <string>

#include "lib/src/shell/shell.h"

namespace leasehold::sim {

void WaitBound::see(const Event& event) {
  switch (event.kind) {
    case Event::Kind::waits_until:
      waiting_[{event.process, event.value}] = event.until;
      return;
    case Event::Kind::refused:
      return on_refused(event);
    case Event::Kind::granted:
    case Event::Kind::cancel:
      waiting_.erase({event.process, event.value});
      return;
    case Event::Kind::crashed:
      waiting_.erase_if([&event](const auto& one) { return one.first.first == event.process; });
      return;
    case Event::Kind::wait_due:
      if (!waiting_.contains({event.process, event.value})) return;
      exercised();
      return broken(event.at, name(event.process) + " still waits in its call " +
                                  std::to_string(event.value) + " at " + moment(event.at) +
                                  ", after the deadline of that");
    default:
      return;
  }
}

void WaitBound::on_refused(const Event& event) {
  const Call call{event.process, event.value};
  const bool timed_out =
      static_cast<ShellListener::Ending>(event.detail) == ShellListener::Ending::timed_out;
  if (timed_out) {
    exercised();
    reached(Mark::left_at_deadline);
    const TrueTime* const until = waiting_.find(call);
    if (until != nullptr && event.at < *until) {
      broken(event.at, name(event.process) + " left its call " + std::to_string(event.value) +
                           " as if its time were over at " + moment(event.at) +
                           ", and could have waited until " + moment(*until));
    }
  }
  waiting_.erase(call);
}

}  // namespace leasehold::sim
