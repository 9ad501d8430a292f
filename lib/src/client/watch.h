// A key's second alarm: for what it looks after by the clock besides its lease.
#pragma once

#include <leasehold/scheduler.h>
#include <leasehold/time.h>

namespace leasehold::detail {

class KeyLock;

/// Wakes `KeyLock::look`, with the client's mutex held. As with the lease's own alarm, one that
/// comes early or in vain means nothing.
class Watch final : public Sleeper {
 public:
  explicit Watch(KeyLock& lock) : lock_(lock) {}
  void wake() override;

  /// When it rings.
  Instant<LocalClock> at = Instant<LocalClock>::never();

 private:
  KeyLock& lock_;
};

}  // namespace leasehold::detail
