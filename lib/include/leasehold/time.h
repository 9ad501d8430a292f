// Instants and spans that are bound to the clock they were read from.
//
// The rule to know: nothing mixes. An `Instant<LocalClock>` can't be compared with an
// `Instant<StoreClock>`, nor can a span of one be added to an instant of the other, because a lease
// is lost by exactly that mistake. The only ways from one clock to another are the bridges at the
// end of this file, and each names what it assumes.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>

namespace leasehold {

/// This process's own clock. It counts suspend and never steps (Linux: CLOCK_BOOTTIME).
struct LocalClock {};
/// Another process's local clock, seen from here: its rate is known within a bound, its zero is
/// not.
struct PeerClock {};
/// The clock that judges expiry, meaningful inside one clock domain.
struct StoreClock {};
/// Calendar time. For display, and for the `wall_clock` authority; it steps.
struct WallClock {};

/// A length of time measured by the clock `C`, in nanoseconds. A plain value.
template <class C>
class Span {
 public:
  constexpr Span() = default;
  /// That many nanoseconds.
  static constexpr Span ns(std::int64_t count) {
    Span span;
    span.ns_ = count;
    return span;
  }
  /// The longest there is.
  static constexpr Span max() { return ns(std::numeric_limits<std::int64_t>::max()); }

  /// In nanoseconds.
  constexpr std::int64_t ns() const { return ns_; }

  friend constexpr auto operator<=>(Span, Span) = default;
  /// Both together.
  friend constexpr Span operator+(Span a, Span b) { return ns(a.ns_ + b.ns_); }
  /// What `a` is longer than `b`.
  friend constexpr Span operator-(Span a, Span b) { return ns(a.ns_ - b.ns_); }

 private:
  std::int64_t ns_ = 0;
};

/// A moment on the clock `C`, in nanoseconds since that clock's own zero. A plain value.
template <class C>
class Instant {
 public:
  constexpr Instant() = default;
  /// The moment at which the clock shows that many nanoseconds.
  static constexpr Instant at_ns(std::int64_t since_zero) {
    Instant instant;
    instant.ns_ = since_zero;
    return instant;
  }
  /// Later than every real moment: "never".
  static constexpr Instant never() { return at_ns(std::numeric_limits<std::int64_t>::max()); }

  /// Nanoseconds since the clock's zero.
  constexpr std::int64_t ns() const { return ns_; }

  friend constexpr auto operator<=>(Instant, Instant) = default;
  /// Saturates at `never()`, so that a length which a store made up can't wrap a wait into the
  /// past.
  friend constexpr Instant operator+(Instant a, Span<C> b) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(a.ns_, b.ns(), &sum) ? never() : at_ns(sum);
  }
  /// Saturates at the other end.
  friend constexpr Instant operator-(Instant a, Span<C> b) {
    std::int64_t difference = 0;
    return __builtin_sub_overflow(a.ns_, b.ns(), &difference)
               ? at_ns(std::numeric_limits<std::int64_t>::min())
               : at_ns(difference);
  }
  /// How far `a` is after `b`.
  friend constexpr Span<C> operator-(Instant a, Instant b) { return Span<C>::ns(a.ns_ - b.ns_); }

 private:
  std::int64_t ns_ = 0;
};

/// A configured length. It belongs to no clock until `on` binds it to one.
using Length = std::chrono::nanoseconds;

/// Binds a configured length to the clock that will measure it.
template <class C>
constexpr Span<C> on(Length length) {
  return Span<C>::ns(length.count());
}

/// How far a clock's rate may be from true time: every rate lies in [1 - rho, 1 + rho].
///
/// Held in parts per million, 0 to 500,000. `Timing` refuses larger bounds.
class DriftBound {
 public:
  constexpr DriftBound() = default;
  /// Rates lie within `rho` millionths of true time's.
  static constexpr DriftBound ppm(std::int64_t rho) {
    DriftBound bound;
    bound.ppm_ = rho;
    return bound;
  }
  /// rho, in millionths.
  constexpr std::int64_t ppm() const { return ppm_; }
  /// 1 - rho and 1 + rho, both in millionths.
  constexpr std::int64_t slowest() const { return 1'000'000 - ppm_; }
  /// The fastest rate, in millionths.
  constexpr std::int64_t fastest() const { return 1'000'000 + ppm_; }

  friend constexpr auto operator<=>(DriftBound, DriftBound) = default;

 private:
  std::int64_t ppm_ = 0;
};

namespace detail {

// 128-bit products: 2^63 ns times 1.5 million fits with room to spare.
__extension__ typedef __int128 Wide;

// floor(value * numerator / denominator) for value >= 0.
constexpr std::int64_t scale_down(std::int64_t value, std::int64_t numerator,
                                  std::int64_t denominator) {
  return static_cast<std::int64_t>(static_cast<Wide>(value) * numerator / denominator);
}

// ceil(value * numerator / denominator) for value >= 0, saturating.
constexpr std::int64_t scale_up(std::int64_t value, std::int64_t numerator,
                                std::int64_t denominator) {
  const Wide product = static_cast<Wide>(value) * numerator;
  const Wide quotient = (product + denominator - 1) / denominator;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  return quotient > most ? most : static_cast<std::int64_t>(quotient);
}

}  // namespace detail

// Bridges. While a clock at rate a counts `span`, a clock at rate b counts span * b / a. With both
// rates in [1 - rho, 1 + rho] that lies between span * (1 - rho) / (1 + rho) and
// span * (1 + rho) / (1 - rho). Roundings go towards safety.

/// What the clock `To` counts at least while `From` counts `span`: use it to believe no longer than
/// the other side does. Rounded down. Requires: span >= 0.
template <class To, class From>
constexpr Span<To> at_most(Span<From> span, DriftBound bound) {
  return Span<To>::ns(detail::scale_down(span.ns(), bound.slowest(), bound.fastest()));
}

/// What the clock `To` counts at most while `From` counts `span`: use it to wait at least as long
/// as the other side believes. Rounded up. Requires: span >= 0.
template <class To, class From>
constexpr Span<To> at_least(Span<From> span, DriftBound bound) {
  return Span<To>::ns(detail::scale_up(span.ns(), bound.fastest(), bound.slowest()));
}

/// The same moment on this process's clock, for a store whose clock *is* this kernel's boot clock
/// (authority `host_clock`). Assumes that both sides are in one clock domain: the caller checked
/// that the domains are equal.
constexpr Instant<LocalClock> same_kernel(Instant<StoreClock> instant) {
  return Instant<LocalClock>::at_ns(instant.ns());
}
/// The way back: what a store on this kernel's boot clock calls this moment.
constexpr Instant<StoreClock> same_kernel(Instant<LocalClock> instant) {
  return Instant<StoreClock>::at_ns(instant.ns());
}

}  // namespace leasehold
