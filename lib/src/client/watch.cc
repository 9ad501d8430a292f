// What a key looks after by the clock besides its lease: calls that wait too long, and holders that
// are silent too long.
//
// Giving up a silent tenure is safe, because it is what a release with somebody at work is:
//   - Its guards are dead before the core hears of it, and so before any request that follows from
//     it is made: `TenureView::end` comes first, is for ever, and no renewal that is still on its
//     way takes it back (`remaining` asks `lost` before the deadline). Beliefs end, none begins.
//   - The core then renews on (`core::Stop`) until the last guard has gone, or for S, and only then
//     sends the release, which is conditional on this tenure. So whoever is at work and hears of
//     it has the stop budget to stop, with the key still kept from others.
//   - Who does not hear of it, being stuck, is where a holder is after any loss: the guard says no
//     when he asks, and a fenced resource refuses him once the next tenure has written.
// A `progress` that races with the alarm is either seen here, and the tenure lives, or is not, and
// its caller's guard is lost: both are as if it had come a moment earlier or later.
//
// A tenure that is kept for its minimum hold alone has no owner who could be silent.
//
// How long a stuck worker holds others up, after its last word: max_silence of awake time, the
// lateness of an alarm (1 ms, see `Timer`), S, and the release's way to the store.
#include "lib/src/client/watch.h"

#include <algorithm>

#include "lib/src/client/client_state.h"
#include "lib/src/client/key_lock.h"

namespace leasehold::detail {

void Watch::wake() {
  at = Instant<LocalClock>::never();
  lock_.look();
}

void KeyLock::look() {
  const LocalTime now = client_->clock.now();
  tell_stalled(now.at);
  give_up_if_silent(now);
  set_watch();
}

// Calls are numbered as they came, and all stall after the same time: the first that was not told
// of is the next.
std::map<CallId, std::shared_ptr<KeyLock::Pending>>::const_iterator KeyLock::next_to_stall() const {
  return std::find_if(pending_.upper_bound(told_stalled_), pending_.end(),
                      [](const auto& one) { return !one.second->grant; });
}

void KeyLock::set_watch() {
  const Length patience = client_->options.stalled_after;
  Instant<LocalClock> next = Instant<LocalClock>::never();
  if (patience > Length::zero() && undecided_ > 0) {
    const auto call = next_to_stall();
    if (call != pending_.end()) next = call->second->asker.since + on<LocalClock>(patience);
  }
  if (watches_silence()) {
    // Of awake time, so a sleep of the machine makes this too early, never too late.
    const LocalTime now = client_->clock.now();
    const Span<LocalClock> most = on<LocalClock>(client_->options.max_silence);
    next = std::min(next, now.at + (most - tenure_->silence(now)));
  }
  if (next == watch_.at) return;
  watch_.at = next;
  if (next == Instant<LocalClock>::never()) {
    client_->timer.cancel(watch_);
  } else {
    client_->timer.wake_at(next, watch_);
  }
}

void KeyLock::tell_stalled(Instant<LocalClock> now) {
  const Span<LocalClock> patience = on<LocalClock>(client_->options.stalled_after);
  // The alarm may be there for the silent alone.
  if (patience == Span<LocalClock>::ns(0)) return;
  for (auto call = next_to_stall(); call != pending_.end(); call = next_to_stall()) {
    const Asker& asker = call->second->asker;
    if (now < asker.since + patience) return;
    told_stalled_ = call->first;
    note({.kind = Event::Kind::stalled,
          .detail = who_is_in_the_way(),
          .where = asker.where,
          .waited = Length((now - asker.since).ns())});
  }
}

bool KeyLock::watches_silence() const {
  return client_->options.max_silence > Length::zero() && tenure_ && !tenure_->lost() &&
         !tenure_->notes.guards.empty();
}

void KeyLock::give_up_if_silent(LocalTime now) {
  if (!watches_silence()) return;
  if (tenure_->silence(now) < on<LocalClock>(client_->options.max_silence)) return;
  tenure_->end(LossReason::silent);
  note({.kind = Event::Kind::lost, .term = tenure_->id.term, .reason = LossReason::silent});
  shell_->stop(tenure_->id);
}

void KeyLock::progress() {
  if (forked()) return;
  const std::scoped_lock lock(client_->mutex);
  if (tenure_) tenure_->progress();
}

std::string KeyLock::who_is_in_the_way() const {
  // One that nobody may join any more: it is near its deadline, stopping, or too old.
  if (shell_->state().tenure && tenure_) {
    return "held by this process since " + tenure_->notes.first.value_or(CallSite{}).text();
  }
  // Its last answer was an error, so nobody knows who has the key now.
  if (!shell_->last_detail().empty()) return "the store: " + shell_->last_detail();
  if (!shell_->last_who().empty()) return "last held by " + shell_->last_who();
  return "no holder was heard of";
}

}  // namespace leasehold::detail
