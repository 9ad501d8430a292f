#include <chrono>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/time.h>

namespace leasehold {
namespace {

template <class A, class B>
concept Comparable = requires(A a, B b) {
  a < b;
}
|| requires(A a, B b) { a == b; };
template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Subtractable = requires(A a, B b) {
  a - b;
};
template <class From, class To>
concept Convertible = std::is_convertible_v<From, To> || std::is_constructible_v<To, From> ||
    std::is_assignable_v<To&, From>;

template <class A, class B>
concept Mixes = Comparable<A, B> || Addable<A, B> || Subtractable<A, B> || Convertible<A, B>;

using LocalSpan = Span<LocalClock>;
using LocalInstant = Instant<LocalClock>;

// On one clock everything that means something works ...
static_assert(Comparable<LocalSpan, LocalSpan> && Comparable<LocalInstant, LocalInstant>);
static_assert(Addable<LocalSpan, LocalSpan> && Addable<LocalInstant, LocalSpan>);
static_assert(Subtractable<LocalSpan, LocalSpan> && Subtractable<LocalInstant, LocalSpan>);
static_assert(std::is_same_v<decltype(LocalInstant{} - LocalInstant{}), LocalSpan>);
static_assert(std::is_same_v<decltype(LocalInstant{} + LocalSpan{}), LocalInstant>);

// ... and nothing else does.
static_assert(!Addable<LocalInstant, LocalInstant> && !Comparable<LocalInstant, LocalSpan>);
static_assert(!Convertible<LocalInstant, LocalSpan> && !Convertible<LocalSpan, LocalInstant>);
static_assert(!Subtractable<LocalSpan, LocalInstant>);

// Between two clocks nothing works at all, neither instants nor spans, in either order.
template <class A, class B>
constexpr bool apart() {
  return !Mixes<Instant<A>, Instant<B>> && !Mixes<Span<A>, Span<B>> &&
         !Mixes<Instant<A>, Span<B>> && !Mixes<Span<A>, Instant<B>> &&
         !Mixes<Instant<B>, Instant<A>> && !Mixes<Span<B>, Span<A>> &&
         !Mixes<Instant<B>, Span<A>> && !Mixes<Span<B>, Instant<A>>;
}
static_assert(apart<LocalClock, StoreClock>() && apart<LocalClock, PeerClock>());
static_assert(apart<LocalClock, WallClock>() && apart<StoreClock, WallClock>());
static_assert(apart<StoreClock, PeerClock>() && apart<PeerClock, WallClock>());

// Numbers and configured lengths belong to no clock.
template <class Bare>
constexpr bool bare() {
  return !Mixes<Bare, LocalSpan> && !Mixes<LocalSpan, Bare> && !Mixes<Bare, LocalInstant> &&
         !Mixes<LocalInstant, Bare>;
}
static_assert(bare<int>() && bare<std::int64_t>() && bare<double>());
static_assert(bare<Length>() && bare<std::chrono::seconds>());
static_assert(bare<std::chrono::steady_clock::time_point>());
static_assert(bare<std::chrono::system_clock::time_point>());
static_assert(!Convertible<int, DriftBound> && !Convertible<double, DriftBound>);

// A bridge names the clock it leads to, and `same_kernel` leads between two clocks only.
template <class A>
concept SameKernel = requires(A a) {
  same_kernel(a);
};
static_assert(SameKernel<Instant<StoreClock>> && SameKernel<Instant<LocalClock>>);
static_assert(!SameKernel<Instant<WallClock>> && !SameKernel<Instant<PeerClock>>);
static_assert(!SameKernel<Span<StoreClock>>);

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

TEST(Time, ArithmeticOnOneClockIsPlain) {
  const auto start = LocalInstant::at_ns(100);
  EXPECT_EQ(start + LocalSpan::ns(30), LocalInstant::at_ns(130));
  EXPECT_EQ(start - LocalSpan::ns(30), LocalInstant::at_ns(70));
  EXPECT_EQ(LocalInstant::at_ns(70) - start, LocalSpan::ns(-30));
  EXPECT_EQ(LocalSpan::ns(5) + LocalSpan::ns(7), LocalSpan::ns(12));
  EXPECT_EQ(LocalSpan::ns(5) - LocalSpan::ns(7), LocalSpan::ns(-2));
  EXPECT_LT(LocalSpan::ns(-2), LocalSpan{});
  EXPECT_LT(start, LocalInstant::never());
  EXPECT_EQ(LocalInstant{}, LocalInstant::at_ns(0));
  EXPECT_EQ(on<LocalClock>(std::chrono::seconds(2)), LocalSpan::ns(2'000'000'000));
}

TEST(Time, AnInstantPlusAMadeUpSpanIsNeverInThePast) {
  EXPECT_EQ(LocalInstant::at_ns(1) + LocalSpan::max(), LocalInstant::never());
  EXPECT_EQ(LocalInstant::at_ns(0) + LocalSpan::max(), LocalInstant::never());
  EXPECT_EQ(LocalInstant::never() + LocalSpan::ns(1), LocalInstant::never());
  EXPECT_EQ(LocalInstant::at_ns(most - 5) + LocalSpan::ns(4), LocalInstant::at_ns(most - 1));
  EXPECT_EQ(LocalInstant::at_ns(most - 5) + LocalSpan::ns(6), LocalInstant::never());
  EXPECT_EQ(LocalInstant::at_ns(0) + LocalSpan::ns(least), LocalInstant::at_ns(least));
}

TEST(Time, TheSameKernelBridgeKeepsTheMoment) {
  for (const std::int64_t ns : {std::int64_t{0}, std::int64_t{1}, most - 1, most}) {
    const auto local = LocalInstant::at_ns(ns);
    EXPECT_EQ(same_kernel(same_kernel(local)), local);
    EXPECT_EQ(same_kernel(local).ns(), ns);
  }
}

// Powers of two and their neighbours, some primes and decimal lengths: where roundings turn.
std::vector<std::int64_t> telling_values() {
  std::vector<std::int64_t> values{0, 3, 5, 999'983, 1'000'000'007, 14'500'000'000};
  for (int shift = 0; shift <= 62; ++shift) {
    const std::int64_t power = std::int64_t{1} << shift;
    values.insert(values.end(), {power - 1, power, power + 1});
  }
  values.insert(values.end(), {most - 1, most});
  std::uint64_t mixed = 1;
  for (int i = 0; i < 2'000; ++i) {
    mixed = mixed * 6364136223846793005U + 1442695040888963407U;
    values.push_back(static_cast<std::int64_t>(mixed >> (1 + i % 62)));
  }
  return values;
}

const std::vector<std::int64_t> telling_drifts{0,   1,     2,      3,       50,
                                               200, 9'999, 10'000, 333'333, 500'000};

TEST(Bridge, AtMostIsTheFloorOfTheExactValue) {
  for (const std::int64_t ppm : telling_drifts) {
    const DriftBound drift = DriftBound::ppm(ppm);
    for (const std::int64_t ns : telling_values()) {
      const detail::Wide got = at_most<LocalClock>(Span<StoreClock>::ns(ns), drift).ns();
      const detail::Wide exact = static_cast<detail::Wide>(ns) * drift.slowest();
      ASSERT_LE(got * drift.fastest(), exact) << ns << " ns at " << ppm << " ppm";
      ASSERT_GT((got + 1) * drift.fastest(), exact) << ns << " ns at " << ppm << " ppm";
    }
  }
}

TEST(Bridge, AtLeastIsTheCeilingOfTheExactValueOrTheMostThereIs) {
  int saturated = 0;
  for (const std::int64_t ppm : telling_drifts) {
    const DriftBound drift = DriftBound::ppm(ppm);
    for (const std::int64_t ns : telling_values()) {
      const detail::Wide got = at_least<LocalClock>(Span<PeerClock>::ns(ns), drift).ns();
      const detail::Wide exact = static_cast<detail::Wide>(ns) * drift.fastest();
      ASSERT_LT((got - 1) * drift.slowest(), exact) << ns << " ns at " << ppm << " ppm";
      if (exact > static_cast<detail::Wide>(most) * drift.slowest()) {
        ASSERT_TRUE(got == most) << ns << " ns at " << ppm << " ppm";
        ++saturated;
      } else {
        ASSERT_GE(got * drift.slowest(), exact) << ns << " ns at " << ppm << " ppm";
      }
    }
  }
  EXPECT_GT(saturated, 10);
}

TEST(Bridge, NoPermittedPairOfRatesCountsOutsideTheBridges) {
  for (const std::int64_t ppm : telling_drifts) {
    const DriftBound drift = DriftBound::ppm(ppm);
    const std::vector<std::int64_t> rates{drift.slowest(), 1'000'000, drift.fastest()};
    for (const std::int64_t ns : telling_values()) {
      const detail::Wide low = at_most<LocalClock>(Span<StoreClock>::ns(ns), drift).ns();
      const detail::Wide high = at_least<LocalClock>(Span<StoreClock>::ns(ns), drift).ns();
      for (const std::int64_t from : rates) {
        for (const std::int64_t to : rates) {
          // While a clock of rate `from` counts ns, one of rate `to` counts ns * to / from.
          const detail::Wide counted = static_cast<detail::Wide>(ns) * to;
          ASSERT_LE(low * from, counted) << ns << " ns, rates " << from << " and " << to;
          ASSERT_TRUE(high * from >= counted || high == most) << ns << " ns at " << ppm << " ppm";
        }
      }
    }
  }
}

TEST(Bridge, WithoutDriftItChangesNothing) {
  for (const std::int64_t ns : telling_values()) {
    EXPECT_EQ(at_most<LocalClock>(Span<StoreClock>::ns(ns), DriftBound{}).ns(), ns);
    EXPECT_EQ(at_least<LocalClock>(Span<StoreClock>::ns(ns), DriftBound{}).ns(), ns);
  }
}

TEST(Bridge, RoundsTheSmallestSpanToTheSafeSide) {
  const DriftBound drift = DriftBound::ppm(1);
  EXPECT_EQ(at_most<LocalClock>(Span<StoreClock>::ns(1), drift), LocalSpan::ns(0));
  EXPECT_EQ(at_least<LocalClock>(Span<StoreClock>::ns(1), drift), LocalSpan::ns(2));
  EXPECT_EQ(at_most<LocalClock>(Span<StoreClock>{}, drift), LocalSpan{});
  EXPECT_EQ(at_least<LocalClock>(Span<StoreClock>{}, drift), LocalSpan{});
  // 14.5 s at 1 %: 14.5 * 0.99 / 1.01 = 14.212871287128..., and the other way 14.792929292929...
  const auto sure = Span<StoreClock>::ns(14'500'000'000);
  EXPECT_EQ(at_most<LocalClock>(sure, DriftBound::ppm(10'000)), LocalSpan::ns(14'212'871'287));
  EXPECT_EQ(at_least<LocalClock>(sure, DriftBound::ppm(10'000)), LocalSpan::ns(14'792'929'293));
}

}  // namespace
}  // namespace leasehold
