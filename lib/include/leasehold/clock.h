// The one door through which the library learns what time it is.
#pragma once

#include <leasehold/time.h>

namespace leasehold {

/// One reading of a process's clocks.
struct LocalTime {
  /// The suspend-aware clock, on which every deadline lies.
  Instant<LocalClock> at;
  /// How far the suspend-aware clock is ahead of the one that stops in suspend. Only its growth
  /// means something: it grew by as much as the machine slept.
  Span<LocalClock> asleep;

  friend constexpr auto operator<=>(const LocalTime&, const LocalTime&) = default;
};

/// A source of time. Implementations are thread-safe, never block and never go backwards in `now`.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// The clock that deadlines are measured on: it counts suspend and never steps.
  virtual LocalTime now() const = 0;
  /// The step of `now`, at least 1 ns: the local tick q_l of every deadline formula.
  virtual Span<LocalClock> tick() const = 0;
  /// Calendar time, for people to read. It may step; no deadline is ever computed from it.
  virtual Instant<WallClock> wall_now() const = 0;
};

}  // namespace leasehold
