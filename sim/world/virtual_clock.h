// A clock that runs as the scenario says: offset, rate, steps, standing still.
//
// The rule to know: true time to local time is piecewise linear and exact. Between two changes it
// is kept in millionths of a nanosecond in 128 bits, so that no rounding adds up; a reading is cut
// down to the clock's tick.
#pragma once

#include <leasehold/clock.h>
#include "sim/engine/true_time.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

class VirtualClock {
 public:
  VirtualClock(const ClockSpec& spec, Length tick);

  /// What the clock shows at `now`. Requires: `now` is not before the last change.
  LocalTime read(TrueTime now) const;
  Span<LocalClock> tick() const { return tick_; }

  /// The first moment, not before `now`, at which a reading is at least `local` if nothing changes;
  /// `never` if the clock stands still.
  TrueTime first_at(Instant<LocalClock> local, TrueTime now) const;

  // Changes from `now` on.
  void step(TrueTime now, Span<LocalClock> by);
  void set_rate(TrueTime now, std::int64_t ppm);
  /// Nothing moves until `thaw`.
  void freeze(TrueTime now);
  void thaw(TrueTime now);
  /// The boot clock runs on and the monotonic clock stops until `awake`.
  void sleep(TrueTime now);
  void awake(TrueTime now);
  bool stands_still() const { return frozen_; }
  bool asleep() const { return asleep_; }

 private:
  using Wide = detail::Wide;

  Wide scaled(TrueTime now) const;
  Instant<LocalClock> reading(TrueTime now) const;
  void rebase(TrueTime now);
  void note_pace();

  Span<LocalClock> tick_;
  std::int64_t rate_ppm_ = 0;
  bool frozen_ = false;
  // At the last change: true time, and local time in millionths of a nanosecond.
  TrueTime since_{};
  Wide base_ = 0;
  // It runs as fast as true time, tick by nanosecond, this far ahead: no division is needed.
  bool plain_ = false;
  Span<LocalClock> ahead_{};
  // How long the monotonic clock stood still, up to the last time that it ran again.
  Span<LocalClock> slept_{};
  bool asleep_ = false;
  Instant<LocalClock> asleep_since_{};
};

}  // namespace leasehold::sim
