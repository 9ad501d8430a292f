// What a cache knows of itself: as of when it was loaded.
#pragma once

#include <mutex>
#include <optional>

#include <leasehold/cache.h>

namespace leasehold::detail {

/// Thread-safe.
class CacheState {
 public:
  void set(std::optional<Stamp> valid_at) {
    const std::scoped_lock lock(mutex_);
    valid_at_ = valid_at;
  }
  std::optional<Stamp> valid_at() const {
    const std::scoped_lock lock(mutex_);
    return valid_at_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Stamp> valid_at_;
};

}  // namespace leasehold::detail
