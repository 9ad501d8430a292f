#include "sim/world/virtual_clock.h"

#include <algorithm>
#include <cstdint>

#include "lib/src/assert.h"

namespace leasehold::sim {
namespace {

constexpr std::int64_t million = 1'000'000;

// Division that rounds down for negative numbers too. `by` is positive.
template <class Number>
constexpr Number rounded_down(Number value, Number by) {
  const Number quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}

// Nearly all numbers fit 64 bits, by which a processor divides many times faster.
detail::Wide floor_div(detail::Wide value, detail::Wide by) {
  const auto narrow = static_cast<std::int64_t>(value);
  const auto narrow_by = static_cast<std::int64_t>(by);
  if (narrow == value && narrow_by == by) return rounded_down(narrow, narrow_by);
  return rounded_down(value, by);
}

detail::Wide ceil_div(detail::Wide value, detail::Wide by) { return -floor_div(-value, by); }

}  // namespace

VirtualClock::VirtualClock(const ClockSpec& spec, Length tick)
    : tick_(on<LocalClock>(tick)),
      rate_ppm_(spec.rate_ppm),
      base_(static_cast<Wide>(spec.offset.count()) * million) {
  note_pace();
}

void VirtualClock::note_pace() {
  plain_ = rate_ppm_ == 0 && !frozen_ && tick_.ns() == 1 && base_ % million == 0;
  if (!plain_) return;
  ahead_ = Span<LocalClock>::ns(static_cast<std::int64_t>(base_ / million)) -
           Span<LocalClock>::ns(since_.ns());
}

VirtualClock::Wide VirtualClock::scaled(TrueTime now) const {
  LEASEHOLD_ASSERT(now >= since_);
  if (frozen_) return base_;
  return base_ + static_cast<Wide>((now - since_).ns()) * (million + rate_ppm_);
}

Instant<LocalClock> VirtualClock::reading(TrueTime now) const {
  if (plain_) return Instant<LocalClock>::at_ns(now.ns()) + ahead_;
  const Wide tick = tick_.ns();
  const Wide ticks = floor_div(scaled(now), tick * million);
  return Instant<LocalClock>::at_ns(static_cast<std::int64_t>(ticks * tick));
}

LocalTime VirtualClock::read(TrueTime now) const {
  const Instant<LocalClock> at = reading(now);
  return {at, asleep_ ? slept_ + (at - asleep_since_) : slept_};
}

TrueTime VirtualClock::first_at(Instant<LocalClock> local, TrueTime now) const {
  if (local == Instant<LocalClock>::never()) return TrueTime::never();
  if (reading(now) >= local) return now;
  if (frozen_) return TrueTime::never();
  if (plain_) return TrueTime::at_ns((local + Span<LocalClock>::ns(-ahead_.ns())).ns());
  // The reading reaches `local` when the unrounded time reaches the tick at or above it.
  const Wide target = ceil_div(local.ns(), tick_.ns()) * tick_.ns() * million;
  const Wide wait = ceil_div(target - base_, million + rate_ppm_);
  const Wide at = since_.ns() + wait;
  if (at >= TrueTime::never().ns()) return TrueTime::never();
  return std::max(now, TrueTime::at_ns(static_cast<std::int64_t>(at)));
}

void VirtualClock::rebase(TrueTime now) {
  base_ = scaled(now);
  since_ = now;
}

void VirtualClock::step(TrueTime now, Span<LocalClock> by) {
  rebase(now);
  base_ += static_cast<Wide>(by.ns()) * million;
  note_pace();
}

void VirtualClock::set_rate(TrueTime now, std::int64_t ppm) {
  rebase(now);
  rate_ppm_ = ppm;
  note_pace();
}

void VirtualClock::freeze(TrueTime now) {
  rebase(now);
  frozen_ = true;
  note_pace();
}

void VirtualClock::thaw(TrueTime now) {
  frozen_ = false;
  since_ = now;
  note_pace();
}

void VirtualClock::sleep(TrueTime now) {
  asleep_ = true;
  asleep_since_ = reading(now);
}

void VirtualClock::awake(TrueTime now) {
  slept_ = slept_ + (reading(now) - asleep_since_);
  asleep_ = false;
}

}  // namespace leasehold::sim
