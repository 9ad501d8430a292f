// Stand-ins for the library's doors to the world: a clock that moves by hand and chosen "random"
// numbers.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>

#include <leasehold/clock.h>
#include <leasehold/random.h>
#include "lib/src/assert.h"

namespace leasehold::doubles {

/// A clock that stands still until it is told otherwise. Thread-safe.
class ManualClock final : public Clock {
 public:
  ManualClock() = default;
  explicit ManualClock(Instant<LocalClock> start, Span<LocalClock> tick = Span<LocalClock>::ns(1))
      : tick_(tick) {
    now_.at = start;
  }

  void set(LocalTime now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
  }
  void set(Instant<LocalClock> at) {
    const std::lock_guard lock(mutex_);
    now_.at = at;
  }
  void set_wall(Instant<WallClock> wall) {
    const std::lock_guard lock(mutex_);
    wall_ = wall;
  }
  void advance(Length length) {
    const std::lock_guard lock(mutex_);
    now_.at = now_.at + on<LocalClock>(length);
    wall_ = wall_ + on<WallClock>(length);
  }
  /// The machine sleeps for `length`: deadlines pass, and the time asleep grows.
  void suspend(Length length) {
    advance(length);
    const std::lock_guard lock(mutex_);
    now_.asleep = now_.asleep + on<LocalClock>(length);
  }

  LocalTime now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  Span<LocalClock> tick() const override { return tick_; }
  Instant<WallClock> wall_now() const override {
    const std::lock_guard lock(mutex_);
    return wall_;
  }

 private:
  const Span<LocalClock> tick_ = Span<LocalClock>::ns(1);
  mutable std::mutex mutex_;
  LocalTime now_;
  Instant<WallClock> wall_;
};

/// Draws the identifiers 1, 2, 3, ... and the numbers that were queued, then zeros.
class SequenceRandom final : public Random {
 public:
  void queue(std::uint64_t number) { queued_.push_back(number); }

  std::uint64_t below(std::uint64_t bound) override {
    if (queued_.empty()) return 0;
    const std::uint64_t number = queued_.front();
    queued_.pop_front();
    LEASEHOLD_ASSERT(number < bound);
    return number;
  }

 protected:
  Bits id_bits() override { return Bits{0, ++drawn_}; }

 private:
  std::deque<std::uint64_t> queued_;
  std::uint64_t drawn_ = 0;
};

}  // namespace leasehold::doubles
