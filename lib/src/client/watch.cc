// What a key looks after by the clock besides its lease: calls that wait too long.
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
  tell_stalled(client_->clock.now().at);
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

std::string KeyLock::who_is_in_the_way() const {
  // One that nobody may join any more: it is near its deadline, stopping, or too old.
  if (shell_->state().tenure && tenure_) {
    return "held by this process since " + tenure_->notes.first.value_or(CallSite{}).text();
  }
  if (!shell_->last_who().empty()) return "last held by " + shell_->last_who();
  if (!shell_->last_detail().empty()) return "the store: " + shell_->last_detail();
  return "no holder was heard of";
}

}  // namespace leasehold::detail
