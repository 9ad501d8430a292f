#include "sim/oracles/progress.h"

#include <algorithm>
#include <string>

#include "lib/src/shell/shell.h"

namespace leasehold::sim {

Progress::Progress(const Names& names, const Bounds& bounds)
    : names_(names), bounds_(bounds), processes_(names.size()) {}

bool Progress::is_running() const {
  return healed_ && bounds_.progress &&
         std::all_of(processes_.begin(), processes_.end(),
                     [](const Process& process) { return process.guards.empty(); });
}

TrueTime Progress::quiet_until() const {
  const bool judges = healed_ && bounds_.progress && !finding_;
  return judges ? since_ + on<TrueClock>(*bounds_.progress) : TrueTime::never();
}

void Progress::judge(TrueTime now) {
  if (finding_ || !is_running()) return;
  const Span<TrueClock> bound = on<TrueClock>(*bounds_.progress);
  for (std::size_t process = 0; process < processes_.size(); ++process) {
    // The first of its calls that is overdue.
    const std::pair<std::uint64_t, Process::Call>* late = nullptr;
    for (const auto& one : processes_[process].calls) {
      const bool is_late = std::max(since_, one.second.since) + bound < now;
      if (is_late && (late == nullptr || one.first < late->first)) late = &one;
    }
    if (late == nullptr) continue;
    const TrueTime since = std::max(since_, late->second.since);
    const TrueTime due = since + bound;
    finding_ =
        Finding{due, names_[process] + " was waiting from " + moment(since) + " to " + moment(due) +
                         " for a key that nobody held, after everything was healed, and "
                         "nobody got it within " +
                         leasehold::to_string(*bounds_.progress)};
    return;
  }
}

void Progress::see(const Event& event) {
  time_passes(event.at);
  switch (event.kind) {
    case Event::Kind::healed:
      healed_ = true;
      return starts_anew(event.at);
    case Event::Kind::acquire:
      // Who tries once does not wait.
      if (event.detail == 0) of(event).calls[event.value] = {.since = event.at};
      return;
    case Event::Kind::waits_until: {
      if (auto* const call = of(event).calls.find(event.value)) call->endless = false;
      return;
    }
    case Event::Kind::granted:
      return on_granted(event);
    case Event::Kind::refused:
      return on_refused(event);
    case Event::Kind::cancel:
      of(event).calls.erase(event.value);
      return starts_anew(event.at);
    case Event::Kind::drop: {
      auto& guards = of(event).guards;
      const auto dropped = std::find(guards.begin(), guards.end(), event.term);
      if (dropped != guards.end()) guards.erase(dropped);
      return starts_anew(event.at);
    }
    case Event::Kind::lost:
    case Event::Kind::stopped:
      std::erase(of(event).guards, event.term);
      return starts_anew(event.at);
    case Event::Kind::crashed:
      of(event) = {};
      return starts_anew(event.at);
    default:
      return;
  }
}

void Progress::on_granted(const Event& event) {
  const bool waited = std::any_of(processes_.begin(), processes_.end(),
                                  [](const Process& process) { return !process.calls.empty(); });
  if (waited && is_running()) ++served_;
  of(event).calls.erase(event.value);
  of(event).guards.push_back(event.term);
  starts_anew(event.at);
}

// A plain "busy" tells of a request that took nothing and is over. Any other end may leave one
// behind that takes the key for nobody.
void Progress::on_refused(const Event& event) {
  if (const auto* const call = of(event).calls.find(event.value)) {
    if (call->endless) return;
    of(event).calls.erase(event.value);
  }
  const bool busy =
      static_cast<ShellListener::Ending>(event.detail) == ShellListener::Ending::busy &&
      static_cast<core::Refusal>(event.other) == core::Refusal::busy;
  if (!busy) starts_anew(event.at);
}

}  // namespace leasehold::sim
