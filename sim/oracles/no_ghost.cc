#include "sim/oracles/no_ghost.h"

#include <algorithm>

namespace leasehold::sim {

using core::Answer;
using Call = core::Request::Kind;

void NoGhost::see(const Event& event) {
  if (!touched_.empty() && event.at > now_) time_goes_on();
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
  attempt.unanswered.insert(event.ordinal);
  processes_.at(event.process).asking = event.owner;
}

void NoGhost::on_answered(const Event& event) {
  if (event.call != Call::acquire) return;
  for (auto& [asker, attempt] : attempts_) {
    if (asker.first == event.process) attempt.unanswered.erase(event.ordinal);
  }
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
  const std::map<Asker, Attempt> before = attempts_;
  for (const auto& [asker, attempt] : before) {
    if (asker.first != event.value) continue;
    Attempt& copy = attempts_[{event.process, asker.second}];
    copy = attempt;
    // No request has this ordinal.
    if (!copy.unanswered.empty()) copy.unanswered = {0};
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
  const std::string held =
      "the key is held at " + moment(event.at) + " for " + attempt_of(holder_->process);
  if (attempt.settled) broken(event.at, held + ", after its abandon");
  if (attempt.left && over_at_ && event.at >= *over_at_) {
    broken(event.at, held + ", although its lease was over at " + moment(*over_at_));
  }
}

void NoGhost::time_goes_on() {
  for (const std::uint16_t process : touched_) check(process);
  touched_.clear();
}

// The last who waited has gone: what may still be granted must be given back.
void NoGhost::check(std::uint16_t index) {
  Process& process = processes_[index];
  if (!process.calls.empty() || !process.asking) return;
  Attempt& attempt = attempts_[{index, *process.asking}];
  process.asking.reset();
  if (attempt.told) return;
  attempt.left = true;
  if (attempt.unanswered.empty() || attempt.outdated) return;
  exercised();
  if (attempt.given_back) return;
  broken(now_, name(index) + " left an acquire at " + moment(now_) +
                   " that may still be granted, and did not abandon it");
}

std::string NoGhost::attempt_of(std::uint16_t process) const {
  return "an acquire of " + name(process) + " that nobody waits for";
}

}  // namespace leasehold::sim
