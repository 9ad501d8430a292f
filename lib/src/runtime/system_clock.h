// The clocks of this machine.
#pragma once

#include <leasehold/clock.h>

namespace leasehold {

/// CLOCK_BOOTTIME for deadlines: it counts suspend and is never set. Thread-safe; no state.
class SystemClock final : public Clock {
 public:
  /// One for all of the process, and never destroyed: a thread that was left behind in a store may
  /// ask it while the program ends.
  static const SystemClock& shared();
  LocalTime now() const override;
  Span<LocalClock> tick() const override { return Span<LocalClock>::ns(1); }
  Instant<WallClock> wall_now() const override;
};

}  // namespace leasehold
