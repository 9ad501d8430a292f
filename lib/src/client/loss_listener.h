// Who wants to hear, once, that a guard is lost or will be.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include <leasehold/loss.h>

namespace leasehold::detail {

class LossListener {
 public:
  explicit LossListener(std::function<void(LossReason)> callback)
      : callback_(std::move(callback)) {}

  /// The guard is gone: whoever has not been called yet won't be. Thread-safe.
  void silence() { silent_.store(true, std::memory_order_relaxed); }
  /// On the callback thread.
  void call(LossReason reason) const {
    if (!silent_.load(std::memory_order_relaxed)) callback_(reason);
  }

 private:
  const std::function<void(LossReason)> callback_;
  std::atomic<bool> silent_{false};
};

}  // namespace leasehold::detail
