// The parts that a world is made of: its queue, its choices and its clocks.
#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "sim/engine/chooser.h"
#include "sim/engine/queue.h"
#include "sim/engine/stream.h"
#include "sim/trace/event.h"
#include "sim/world/virtual_clock.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

TrueTime truly(Length since_start) { return TrueTime{} + on<TrueClock>(since_start); }
std::int64_t shown(const VirtualClock& clock, Length at) { return clock.read(truly(at)).at.ns(); }

TEST(Queue, IsInOrderOfMomentThenTieThenPlanning) {
  struct Planned {
    std::int64_t at;
    std::uint32_t tie;
    int task;
  };
  Stream draw(7);
  Queue<int> queue;
  std::vector<Planned> planned;
  for (int task = 0; task < 2'000; ++task) {
    planned.push_back({draw.below(50), static_cast<std::uint32_t>(draw.below(3)), task});
    queue.plan(TrueTime::at_ns(planned.back().at), planned.back().tie, task);
  }
  std::stable_sort(planned.begin(), planned.end(), [](const Planned& a, const Planned& b) {
    return std::tie(a.at, a.tie) < std::tie(b.at, b.tie);
  });
  for (const Planned& next : planned) EXPECT_EQ(queue.pop().task, next.task);
  EXPECT_TRUE(queue.empty());
}

TEST(Queue, KeepsItsOrderWhenItsNumbersAreUsedUp) {
  Stream draw(5);
  Queue<int, 40> queue;
  std::vector<int> expected;
  for (int task = 0; task < 10'000; ++task) {
    queue.plan(TrueTime::at_ns(7), 1, task);
    expected.push_back(task);
    while (queue.size() > 30 || (!queue.empty() && draw.chance(40))) {
      ASSERT_EQ(queue.pop().task, expected.front());
      expected.erase(expected.begin());
    }
  }
}

TEST(VirtualClock, ShowsItsOffsetRunsAtItsRateAndCutsToItsTick) {
  const VirtualClock clock({.offset = -5ms, .rate_ppm = 100'000}, 1us);
  EXPECT_EQ(shown(clock, 0ms), -5'000'000);
  EXPECT_EQ(shown(clock, 10ms), 6'000'000);
  EXPECT_EQ(shown(clock, 10ms + 1ns), 6'000'000);
  const VirtualClock before_zero({.offset = -1ns}, 1us);
  EXPECT_EQ(shown(before_zero, 0ms), -1'000) << "a reading is cut down, not towards zero";
}

TEST(VirtualClock, FindsTheFirstMomentOfAReadingExactly) {
  Stream draw(11);
  for (int one = 0; one < 5'000; ++one) {
    const Length ticks[] = {1ns, 1us, 1ms};
    VirtualClock clock({.offset = Length(draw.within(-1'000'000'000, 1'000'000'000)),
                        .rate_ppm = draw.within(-500'000, 500'000)},
                       draw.pick(ticks));
    const TrueTime now = truly(Length(draw.below(1'000'000'000)));
    clock.set_rate(now, draw.within(-500'000, 500'000));
    const Instant<LocalClock> wanted =
        clock.read(now).at + Span<LocalClock>::ns(draw.within(1, 5'000'000'000));
    const TrueTime first = clock.first_at(wanted, now);
    EXPECT_GE(clock.read(first).at, wanted);
    ASSERT_GT(first, now);
    EXPECT_LT(clock.read(first - Span<TrueClock>::ns(1)).at, wanted);
  }
}

TEST(VirtualClock, NoRoundingAddsUpOverManyChanges) {
  VirtualClock clock({}, 1ns);
  // 1,000,000 pieces of 3 ns at +1 ppm and then as many at -1 ppm come out even.
  std::int64_t at = 0;
  for (const std::int64_t ppm : {1, -1}) {
    for (int piece = 0; piece < 1'000'000; ++piece) {
      clock.set_rate(TrueTime::at_ns(at), ppm);
      at += 3;
    }
  }
  EXPECT_EQ(clock.read(TrueTime::at_ns(at)).at.ns(), at);
}

TEST(VirtualClock, StepsFreezesAndSleeps) {
  VirtualClock clock({}, 1ns);
  clock.step(truly(1s), on<LocalClock>(-200ms));
  EXPECT_EQ(shown(clock, 1s), Length(800ms).count());
  clock.freeze(truly(2s));
  EXPECT_EQ(shown(clock, 5s), Length(1800ms).count());
  EXPECT_EQ(clock.first_at(clock.read(truly(5s)).at + on<LocalClock>(1ns), truly(5s)),
            TrueTime::never());
  clock.thaw(truly(5s));
  EXPECT_EQ(shown(clock, 6s), Length(2800ms).count());
  clock.sleep(truly(7s));
  EXPECT_EQ(clock.read(truly(8s)).asleep, on<LocalClock>(1s)) << "while it sleeps";
  clock.awake(truly(9s));
  EXPECT_EQ(clock.read(truly(20s)).asleep, on<LocalClock>(2s));
  EXPECT_EQ(shown(clock, 20s), Length(16'800ms).count()) << "the boot clock ran on";
}

Scenario noisy(std::vector<std::string> names) {
  Scenario scenario;
  scenario.seed = 42;
  for (std::string& name : names) scenario.processes.push_back({.name = std::move(name)});
  scenario.noise = {.request_loss_ppm = 300'000,
                    .request_delay_ppm = 500'000,
                    .delay_most = 1ms,
                    .draws = true,
                    .ties = true};
  return scenario;
}

TEST(Chooser, TheSameKeyGetsTheSameValueWhateverWasAskedBefore) {
  const Scenario scenario = noisy({"A", "B"});
  Chooser forth(scenario, true);
  Chooser back(scenario, true);
  std::vector<ChoiceKey> keys;
  for (std::uint32_t nth = 1; nth <= 200; ++nth) {
    keys.push_back({0, Site::renew, nth, Purpose::request_delay});
    keys.push_back({1, Site::acquire, nth, Purpose::request_loss});
  }
  for (const ChoiceKey& key : keys) forth.choose(key);
  std::reverse(keys.begin(), keys.end());
  for (const ChoiceKey& key : keys) back.choose(key);
  EXPECT_EQ(forth.made(), back.made());
  EXPECT_GT(forth.made().size(), 100U);
  EXPECT_LT(forth.made().size(), 300U);
}

TEST(Chooser, AProcessKeepsItsFateWhenAnotherIsTakenAway) {
  const Scenario both = noisy({"A", "B"});
  const Scenario alone = noisy({"B"});
  Chooser with(both, false);
  Chooser without(alone, false);
  for (std::uint32_t nth = 1; nth <= 100; ++nth) {
    EXPECT_EQ(with.choose({1, Site::renew, nth, Purpose::request_delay}),
              without.choose({0, Site::renew, nth, Purpose::request_delay}));
    EXPECT_EQ(with.id_bits(1, nth).low, without.id_bits(0, nth).low);
  }
}

TEST(Chooser, WhatIsStatedWinsAndWhatIsDrawnKeepsToItsBound) {
  Scenario scenario = noisy({"A"});
  const ChoiceKey stated{0, Site::renew, 1, Purpose::request_delay};
  const ChoiceKey draw{0, Site::draw, 1, Purpose::value};
  scenario.choices = {{stated, 77}, {draw, 1'000}};
  Chooser chooser(scenario, false);
  EXPECT_EQ(chooser.choose(stated), 77);
  EXPECT_EQ(chooser.choose(draw, 10), 9) << "cut to its bound";
  std::set<std::int64_t> seen;
  for (std::uint32_t nth = 2; nth <= 500; ++nth) {
    seen.insert(chooser.choose({0, Site::draw, nth, Purpose::value}, 10));
  }
  EXPECT_EQ(seen.size(), 10U);
  EXPECT_EQ(*seen.begin(), 0);
  EXPECT_EQ(*seen.rbegin(), 9);
}

TEST(Chooser, WithoutNoiseEverythingIsBenignAndIdsAreStillUnique) {
  Scenario scenario = noisy({"A", "B"});
  scenario.noise = {};
  Chooser chooser(scenario, true);
  std::set<std::pair<std::uint64_t, std::uint64_t>> ids;
  for (std::uint32_t nth = 1; nth <= 100; ++nth) {
    EXPECT_EQ(chooser.choose({0, Site::renew, nth, Purpose::request_loss}), 0);
    EXPECT_EQ(chooser.choose({0, Site::draw, nth, Purpose::value}, 10), 0);
    for (const std::uint32_t process : {std::uint32_t{0}, std::uint32_t{1}, nobody}) {
      const Chooser::Bits bits = chooser.id_bits(process, nth);
      ids.insert({bits.high, bits.low});
    }
  }
  EXPECT_TRUE(chooser.made().empty());
  EXPECT_EQ(ids.size(), 300U);
}

}  // namespace
}  // namespace leasehold::sim
