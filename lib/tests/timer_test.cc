// The timer under a clock that moves by hand: who is woken, when, and what is forgotten.
#include "lib/src/runtime/timer.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "lib/tests/doubles.h"

namespace leasehold {
namespace {

using Moment = Instant<LocalClock>;

/// Rings in one thread: `rung` runs the timer over what is due, and stops at the last sleeper.
struct TimerTest : testing::Test {
  struct Named final : Sleeper {
    Named(TimerTest& of, char called) : test(of), name(called) {}
    void wake() override {
      test.rung += name;
      if (name == '.') test.timer.stop();
    }
    TimerTest& test;
    const char name;
  };

  void wake_at(std::int64_t ns, Sleeper& sleeper) {
    const std::scoped_lock lock(mutex);
    timer.wake_at(Moment::at_ns(ns), sleeper);
  }
  void cancel(Sleeper& sleeper) {
    const std::scoped_lock lock(mutex);
    timer.cancel(sleeper);
  }
  /// Who was woken at `ns`. The timer is of no more use afterwards.
  std::string woken_at(std::int64_t ns) {
    clock.set(Moment::at_ns(ns));
    wake_at(ns, last);
    timer.run();
    return rung;
  }

  doubles::ManualClock clock;
  std::mutex mutex;
  Timer timer{clock, mutex};
  std::string rung;
  Named a{*this, 'a'};
  Named b{*this, 'b'};
  Named c{*this, 'c'};
  Named last{*this, '.'};
};

TEST_F(TimerTest, WakesThoseWhoseTimeHasComeInOrder) {
  wake_at(30, a);
  wake_at(10, b);
  wake_at(51, c);
  EXPECT_EQ(woken_at(50), "ba.");
}

TEST_F(TimerTest, AnAlarmMovesBothWays) {
  wake_at(10, a);
  wake_at(60, a);
  wake_at(60, b);
  wake_at(20, b);
  wake_at(10, c);
  wake_at(60, c);
  wake_at(30, c);
  EXPECT_EQ(woken_at(50), "bc.") << "each once, and at the moment it asked for last";
}

TEST_F(TimerTest, AnAlarmThatWasCancelledNeverRings) {
  wake_at(10, a);
  cancel(a);
  wake_at(10, b);
  cancel(b);
  wake_at(20, b);
  EXPECT_EQ(woken_at(50), "b.");
}

TEST_F(TimerTest, AnAlarmsPlaceThatIsLeftToAnotherRingsForThatOneOnly) {
  wake_at(30, a);
  cancel(a);
  wake_at(30, b);
  wake_at(40, a);
  EXPECT_EQ(woken_at(50), "ba.");
}

TEST_F(TimerTest, ManyAlarmsThatComeAndGoLeaveTheOthersAlone) {
  wake_at(40, a);
  for (std::int64_t round = 0; round < 1000; ++round) {
    wake_at(1'000'000 - round, b);
    wake_at(2'000'000, c);
    cancel(c);
  }
  wake_at(30, c);
  EXPECT_EQ(woken_at(50), "ca.");
}

}  // namespace
}  // namespace leasehold
