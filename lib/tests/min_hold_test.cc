// A tenure is kept for its minimum hold although nobody has a guard of it: the lock's state machine
// by hand. L 1 s, R 100 ms, S 100 ms; the hold is 300 ms unless a test says otherwise.
#include <gtest/gtest.h>

#include "lib/tests/core_driver.h"

namespace leasehold::core {
namespace {

using Kind = Request::Kind;

struct Holding : Driver {
  explicit Holding(Length hold = 300ms) : Driver(Authority::host_clock) {
    config.timing.min_hold = hold;
    EXPECT_TRUE(checked(config));
    at(0ms).hold(1);
  }
  // As it is renewed in good time up to `until`.
  Holding& renew_until(Length until) {
    for (Length due = 100ms; due <= until; due += 100ms) {
      reply(at(due).alarm().only(Kind::renew), renewed());
    }
    return *this;
  }
  void expect_quiet() const {
    EXPECT_TRUE(told.empty());
    EXPECT_TRUE(sent.empty());
  }
  Instant<LocalClock> wake() const { return next_wake(config, state); }
};

constexpr Instant<LocalClock> moment(Length length) {
  return Instant<LocalClock>::at_ns(length.count());
}

TEST(MinHold, TheLastGuardGoesAndTheLeaseIsKeptAndRenewed) {
  Holding lock;
  lock.at(10ms).leave(1);
  lock.expect_quiet();
  EXPECT_TRUE(lock.held(1));
  lock.renew_until(200ms);
  EXPECT_EQ(lock.wake(), moment(300ms));
  lock.at(300ms - 1ns).alarm();
  lock.expect_quiet();
}

TEST(MinHold, ItIsReleasedWhenTheTimeIsOver) {
  Holding lock;
  lock.at(10ms).leave(1);
  lock.at(300ms).alarm();
  EXPECT_TRUE(lock.was_told(Tell::Kind::stopped));
  lock.only(Kind::release);  // and no renewal, though one is due
  EXPECT_FALSE(lock.held(1));
}

TEST(MinHold, AfterItTheLastGuardReleasesAtOnce) {
  Holding lock;
  lock.renew_until(200ms);
  lock.at(300ms).leave(1).only(Kind::release);
}

TEST(MinHold, CountsFromTheGrantAsTheFastestClockCounts) {
  Driver lock(Authority::store_clock, 10'000);
  lock.config.timing.min_hold = 200ms;
  lock.at(0ms).feed(Join{});
  const Request asked = lock.only(Kind::acquire);
  lock.at(40ms).reply(asked, {.kind = Answer::Kind::granted, .term = 1}).leave(1);
  EXPECT_EQ(kept_until(lock.config, lock.state), moment(242ms));
  lock.at(242ms - 1ns).alarm();
  EXPECT_FALSE(lock.was_told(Tell::Kind::stopped));
  lock.at(242ms).alarm();
  EXPECT_TRUE(lock.was_told(Tell::Kind::stopped));
}

TEST(MinHold, WhoAsksMeanwhileJoins) {
  Holding lock;
  lock.at(10ms).leave(1);
  State fast = lock.state;
  ASSERT_TRUE(join_at_once(lock.config, fast, lock.at(20ms).now));
  lock.feed(Join{});
  EXPECT_TRUE(lock.was_told(Tell::Kind::granted));
  EXPECT_TRUE(lock.sent.empty());
  EXPECT_EQ(lock.state, fast);
  lock.renew_until(300ms);
  EXPECT_TRUE(lock.held(1)) << "it is over, and somebody has a guard";
  lock.leave(1).only(Kind::release);
}

// The alarm may be late: who asks before it comes gets what is there.
TEST(MinHold, WhoAsksBeforeALateAlarmJoinsToo) {
  Holding lock;
  lock.at(10ms).leave(1);
  lock.at(400ms).feed(Join{});
  EXPECT_TRUE(lock.was_told(Tell::Kind::granted));
  EXPECT_TRUE(lock.held(1));
}

TEST(MinHold, AReleaseKillsTheGuardsAtOnceAndKeepsTheKey) {
  Holding lock;
  lock.feed(Join{});
  lock.at(10ms).release(1);
  ASSERT_EQ(lock.told.size(), 1U);
  EXPECT_EQ(lock.told.front().kind, Tell::Kind::stopped);
  EXPECT_TRUE(lock.sent.empty());
  EXPECT_FALSE(lock.held(1));
  lock.renew_until(200ms);
  EXPECT_EQ(lock.wake(), moment(300ms));
  lock.at(250ms).leave(1).leave(1);
  lock.expect_quiet();
  lock.at(300ms).alarm().only(Kind::release);
}

TEST(MinHold, NobodyJoinsWhatWasReleased) {
  Holding lock;
  lock.at(10ms).release(1).feed(Join{.once = true});
  ASSERT_TRUE(lock.was_told(Tell::Kind::refused));
  EXPECT_EQ(lock.find(Tell::Kind::refused)->refusal, Refusal::busy);
  lock.feed(Join{});
  lock.expect_quiet();
  const Request release = lock.at(300ms).alarm().only(Kind::release);
  lock.reply(release, {.kind = Answer::Kind::released});
  EXPECT_EQ(lock.sent.at(0).kind, Kind::acquire) << "who waits gets the next one";
}

TEST(MinHold, WhoStopsHasTheLongerOfTheStopBudgetAndTheHold) {
  Holding within;
  within.at(10ms).feed(Stop{within.id(1)});
  EXPECT_EQ(within.state.tenure->release_at, moment(300ms));
  within.at(20ms).leave(1);
  within.expect_quiet();
  within.at(300ms).alarm();
  EXPECT_EQ(within.only(Kind::release).term, 1U);
  Holding at_its_end;
  at_its_end.at(250ms).feed(Stop{at_its_end.id(1)});
  EXPECT_EQ(at_its_end.state.tenure->release_at, moment(350ms));
  at_its_end.at(299ms).leave(1);
  EXPECT_FALSE(at_its_end.was_told(Tell::Kind::ended));
  EXPECT_EQ(at_its_end.at(300ms).alarm().only(Kind::release).term, 1U) << "the last has gone";
}

TEST(MinHold, TheLastWhoStopsWithinItDoesNotEndIt) {
  Holding lock;
  lock.at(10ms).feed(Stop{lock.id(1)});
  lock.release(1);
  lock.expect_quiet();
  EXPECT_EQ(lock.state.tenure->release_at, moment(300ms));
}

// Until the hold or the lease ends, whichever comes first: handed back, it would end earlier.
TEST(MinHold, ALeaseThatIsLostWithinItRunsOut) {
  Holding lock(2s);
  lock.at(10ms).leave(1);
  lock.at(999'999'999ns).alarm();
  EXPECT_TRUE(lock.was_told(Tell::Kind::lost));
  EXPECT_TRUE(lock.sent.empty());
  ASSERT_TRUE(lock.was_told(Tell::Kind::ended));
  EXPECT_EQ(lock.find(Tell::Kind::ended)->outcome, EndOutcome::unknown);
  EXPECT_EQ(lock.wake(), Instant<LocalClock>::never());
  Holding after;
  after.at(999'999'999ns).alarm();
  EXPECT_TRUE(after.was_told(Tell::Kind::lost));
  EXPECT_EQ(after.only(Kind::release).term, 1U);
}

TEST(MinHold, OneThatIsLostAfterItWasReleasedRunsOutToo) {
  Holding lock(2s);
  lock.at(10ms).release(1);
  lock.at(999'999'999ns).alarm();
  EXPECT_FALSE(lock.was_told(Tell::Kind::lost)) << "dead guards don't die again";
  EXPECT_TRUE(lock.sent.empty());
  ASSERT_TRUE(lock.was_told(Tell::Kind::ended));
  EXPECT_EQ(lock.find(Tell::Kind::ended)->outcome, EndOutcome::unknown);
}

TEST(MinHold, InJeopardyNobodyJoinsAndWhoWaitsGetsTheNextTenure) {
  Holding lock(950ms);
  lock.at(10ms).leave(1);
  lock.at(900ms).alarm();
  EXPECT_TRUE(lock.was_told(Tell::Kind::jeopardy));
  lock.feed(Join{});
  EXPECT_FALSE(lock.was_told(Tell::Kind::granted));
  const Request release = lock.at(950ms).alarm().only(Kind::release);
  lock.reply(release, {.kind = Answer::Kind::released});
  EXPECT_EQ(lock.sent.at(0).kind, Kind::acquire);
}

TEST(MinHold, ATenureThatIsTooOldIsKeptAndNotJoined) {
  Holding lock;
  lock.config.timing.max_tenure = 50ms;
  lock.at(10ms).leave(1);
  lock.at(50ms).feed(Join{});
  EXPECT_FALSE(lock.was_told(Tell::Kind::granted));
  EXPECT_TRUE(lock.sent.empty());
  lock.at(300ms).alarm().only(Kind::release);
}

TEST(MinHold, AGrantThatComesTooLateIsGivenBackAtOnce) {
  Driver lock(Authority::host_clock);
  lock.config.timing.min_hold = 300ms;
  lock.at(0ms).feed(Join{});
  const Request asked = lock.only(Kind::acquire);
  const Answer grant = lock.granted(1);
  lock.at(900ms).feed(Alarm{});
  lock.reply(asked, grant);
  ASSERT_FALSE(lock.sent.empty());
  EXPECT_EQ(lock.sent.front().kind, Kind::release);
}

TEST(MinHold, OutOfItsRangeIsRefused) {
  Config config = host_preset();
  config.timing.min_hold = -1ns;
  EXPECT_FALSE(checked(config));
  config.timing.min_hold = longest_length;
  EXPECT_TRUE(checked(config));
  config.bounds.drift = DriftBound::ppm(500'000);
  EXPECT_EQ(counted_hold(config), Span<LocalClock>::ns(longest_length.count() / 2 * 3));
  config.timing.min_hold += 1ns;
  EXPECT_FALSE(checked(config));
}

}  // namespace
}  // namespace leasehold::core
