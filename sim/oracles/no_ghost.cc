#include "sim/oracles/no_ghost.h"

#include <algorithm>

namespace leasehold::sim {

using core::Answer;
using Call = core::Request::Kind;

NoGhost::NoGhost(const Names& names)
    : Oracle(Invariant::I9, names,
             {Event::Kind::acquire, Event::Kind::granted, Event::Kind::cancel, Event::Kind::refused,
              Event::Kind::sent, Event::Kind::answered, Event::Kind::applied, Event::Kind::takeable,
              Event::Kind::delay_over, Event::Kind::cloned, Event::Kind::crashed}),
      processes_(names.size()),
      unanswered_(names.size()) {}

void NoGhost::see(const Event& event) {
  if (event.at > quiet_until()) time_passes(event.at);
  switch (event.kind) {
    case Event::Kind::acquire:
      return processes_.at(event.process).calls.push_back(event.value);
    case Event::Kind::granted:
      if (const auto& asking = processes_.at(event.process).asking) {
        attempts_[{event.process, *asking}].told = true;
      }
      return call_over(event);
    case Event::Kind::cancel:
    case Event::Kind::refused:
      return call_over(event);
    case Event::Kind::sent:
      return on_sent(event);
    case Event::Kind::answered:
      return on_answered(event);
    case Event::Kind::applied:
      return on_applied(event);
    case Event::Kind::takeable:
      over_at_ = event.detail == 1 ? std::optional(event.until) : std::nullopt;
      return;
    case Event::Kind::delay_over:
      if (over_at_) over_at_ = event.until;
      return;
    case Event::Kind::cloned:
      return on_cloned(event);
    case Event::Kind::crashed:
      // Whatever it had asked for runs out by itself.
      processes_.at(event.process) = {};
      return;
    default:
      return;
  }
}

void NoGhost::touch(const Event& event) {
  now_ = event.at;
  quiet_until(now_);
  if (touched_.empty() || touched_.back() != event.process) touched_.push_back(event.process);
}

void NoGhost::call_over(const Event& event) {
  std::erase(processes_.at(event.process).calls, event.value);
  touch(event);
}

void NoGhost::on_sent(const Event& event) {
  if (event.call == Call::renew) return;
  Attempt& attempt = of(event);
  if (event.call != Call::acquire) {
    attempt.given_back = true;
    return;
  }
  // Who asks under an owner id again waits again.
  if (!processes_.at(event.process).calls.empty()) attempt.left = false;
  attempt.expected = event.term;
  unanswered_.at(event.process).push_back({event.ordinal, event.owner});
  processes_.at(event.process).asking = event.owner;
}

void NoGhost::on_answered(const Event& event) {
  if (event.call != Call::acquire) return;
  std::erase_if(unanswered_.at(event.process),
                [&event](const Unanswered& one) { return one.ordinal == event.ordinal; });
}

void NoGhost::on_applied(const Event& event) {
  switch (static_cast<Answer::Kind>(event.detail)) {
    case Answer::Kind::granted:
      return on_grant(event);
    case Answer::Kind::abandoned:
      return on_abandoned(event);
    case Answer::Kind::released:
      if (holder_ && holder_->owner == event.owner) holder_.reset();
      return;
    case Answer::Kind::busy:
      on_busy(event);
      return on_refused_acquire(event);
    case Answer::Kind::moved:
      return on_refused_acquire(event);
    case Answer::Kind::renewed:
      if (const Attempt& attempt = of(event); attempt.settled || attempt.left) {
        broken(event.at,
               "a lease was renewed at " + moment(event.at) + " for " + attempt_of(event.process));
      }
      return;
    default:
      return;
  }
}

// A copy waits for the same, and none of what was asked before is answered to it.
void NoGhost::on_cloned(const Event& event) {
  processes_.at(event.process) = processes_.at(event.value);
  std::vector<Unanswered>& unanswered = unanswered_.at(event.process);
  const FlatMap<Asker, Attempt> before = attempts_;
  for (const auto& [asker, attempt] : before) {
    if (asker.first != event.value) continue;
    const OwnerId& owner = asker.second;
    attempts_[{event.process, owner}] = attempt;
    std::erase_if(unanswered, [&owner](const Unanswered& one) { return one.owner == owner; });
    // No request has this ordinal.
    if (is_unanswered(asker.first, owner)) unanswered.push_back({0, owner});
  }
}

void NoGhost::on_grant(const Event& event) {
  if (of(event).settled) {
    broken(event.at, "the key was granted at " + moment(event.at) + " to " +
                         attempt_of(event.process) + ", after its abandon");
  }
  holder_ = event;
  over_at_.reset();
}

void NoGhost::on_abandoned(const Event& event) {
  if (event.value == 0) return;
  exercised();
  of(event).settled = true;
  if (holder_ && holder_->owner == event.owner) reached(Mark::ghost_freed);
}

void NoGhost::on_refused_acquire(const Event& event) {
  if (event.call != Call::acquire) return;
  Attempt& attempt = of(event);
  if (attempt.settled) reached(Mark::late_copy_refused);
  if (event.term > attempt.expected) attempt.outdated = true;
}

// Somebody is told that the key is held: by whom?
void NoGhost::on_busy(const Event& event) {
  if (!holder_ || event.term != holder_->term) return;
  const Attempt& attempt = of(*holder_);
  const auto held = [&] {
    return "the key is held at " + moment(event.at) + " for " + attempt_of(holder_->process);
  };
  if (attempt.settled) broken(event.at, held() + ", after its abandon");
  if (attempt.left && over_at_ && event.at >= *over_at_) {
    broken(event.at, held() + ", although its lease was over at " + moment(*over_at_));
  }
}

void NoGhost::time_passes(TrueTime) {
  for (const std::uint32_t process : touched_) check(process);
  touched_.clear();
  quiet_until(TrueTime::never());
}

bool NoGhost::is_unanswered(std::uint32_t process, const OwnerId& owner) const {
  const std::vector<Unanswered>& those = unanswered_.at(process);
  return std::any_of(those.begin(), those.end(),
                     [&owner](const Unanswered& one) { return one.owner == owner; });
}

// The last who waited has gone: what may still be granted must be given back.
void NoGhost::check(std::uint32_t index) {
  Process& process = processes_[index];
  if (!process.calls.empty() || !process.asking) return;
  const OwnerId asked = *process.asking;
  Attempt& attempt = attempts_[{index, asked}];
  process.asking.reset();
  if (attempt.told) return;
  attempt.left = true;
  if (attempt.outdated || !is_unanswered(index, asked)) return;
  exercised();
  if (attempt.given_back) return;
  broken(now_, name(index) + " left an acquire at " + moment(now_) +
                   " that may still be granted, and did not abandon it");
}

std::string NoGhost::attempt_of(std::uint32_t process) const {
  return "an acquire of " + name(process) + " that nobody waits for";
}

}  // namespace leasehold::sim
