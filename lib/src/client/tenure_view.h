// What the guards of one tenure look at: written by the machine, read by any thread without a lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <utility>

#include <leasehold/clock.h>
#include <leasehold/lock.h>
#include "lib/src/core/messages.h"
#include "lib/src/runtime/fork_epoch.h"

namespace leasehold::detail {

class TenureView {
 public:
  /// `clock` and `epoch` must outlive the view. `judges_sleep`: a sleep of the machine since the
  /// last confirmed renewal makes the tenure doubtful (every authority but host_clock).
  TenureView(const Clock& clock, const ForkEpoch& epoch, const core::TenureId& named, Fence token,
             bool judges_sleep)
      : id(named),
        fence(std::move(token)),
        clock_(clock),
        epoch_(epoch),
        judges_sleep_(judges_sleep) {}

  /// A renewal was confirmed: believe until `deadline`, counted from a request sent at `anchor`.
  void extend(Instant<LocalClock> deadline, LocalTime anchor) {
    asleep_at_anchor_.store(anchor.asleep.ns(), std::memory_order_relaxed);
    deadline_.store(deadline.ns(), std::memory_order_release);
  }
  /// The tenure is over, for ever. The first reason stays.
  void end(LossReason reason) {
    int none = not_lost;
    lost_.compare_exchange_strong(none, static_cast<int>(reason), std::memory_order_acq_rel);
  }

  bool is_held() const { return remaining() > Length::zero(); }
  Length remaining() const;
  std::optional<LossReason> lost() const;

  const core::TenureId id;
  const Fence fence;
  std::stop_source stop;

 private:
  static constexpr int not_lost = -1;

  const Clock& clock_;
  const ForkEpoch& epoch_;
  const bool judges_sleep_;
  std::atomic<std::int64_t> deadline_{0};
  std::atomic<std::int64_t> asleep_at_anchor_{0};
  std::atomic<int> lost_{not_lost};
};

}  // namespace leasehold::detail
