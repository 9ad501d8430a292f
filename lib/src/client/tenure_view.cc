#include "lib/src/client/tenure_view.h"

#include "lib/src/core/machine.h"

namespace leasehold::detail {

// A reader that sees the new deadline sees the new anchor too (release and acquire on `deadline_`).
// One that sees the old deadline with the new anchor judges by a deadline that is still right.
Length TenureView::remaining() const {
  if (lost()) return Length::zero();
  const Instant<LocalClock> deadline =
      Instant<LocalClock>::at_ns(deadline_.load(std::memory_order_acquire));
  const LocalTime now = clock_.now();
  if (now.at >= deadline) return Length::zero();
  const Span<LocalClock> asleep =
      Span<LocalClock>::ns(asleep_at_anchor_.load(std::memory_order_relaxed));
  if (judges_sleep_ && now.asleep - asleep > core::slept) return Length::zero();
  return Length((deadline - now.at).ns());
}

// Most tenures end without anybody having asked for a token, and to wake a thread for each of them
// would cost more than all the rest. Whichever of the two comes first decides who asks it to stop.
std::stop_token TenureView::stop_token() {
  std::call_once(stop_made_, [this] { stop_.emplace(); });
  // Made first: who finds `given` may ask it to stop.
  Tokens before = Tokens::none;
  tokens_.compare_exchange_strong(before, Tokens::given);
  if (before == Tokens::stopped) stop_->request_stop();
  return stop_->get_token();
}

bool TenureView::stop_quietly() {
  Tokens before = Tokens::none;
  return tokens_.compare_exchange_strong(before, Tokens::stopped) || before == Tokens::stopped;
}

std::optional<LossReason> TenureView::lost() const {
  if (epoch_.changed()) return LossReason::forked;
  const int reason = lost_.load(std::memory_order_acquire);
  if (reason == not_lost) return std::nullopt;
  return static_cast<LossReason>(reason);
}

}  // namespace leasehold::detail
