// A lease that ran out is left alone for the lock delay, by the store and by who observes it.
#include <gtest/gtest.h>

#include "lib/tests/core_driver.h"
#include "lib/tests/record_makers.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using core::Driver;
using core::Request;
using core::Tell;
using stores::abandon;
using stores::abandons;
using stores::acquire;
using stores::ann;
using stores::asks;
using stores::at;
using stores::bob;
using stores::expect;
using stores::held_by_ann;
using stores::judge_at;
using stores::Record;
using stores::release;
using stores::released_by_ann;
using stores::releases;
using stores::renew;
using stores::renews;
using stores::saw_unchanged;

// --- the record: ann's lease is good until 1100 ---

AcquireRequest delayed(AcquireRequest request, std::int64_t ns = 50) {
  request.lock_delay = Length(ns);
  return request;
}

TEST(LockDelay, KeepsEverybodyOutUntilItIsOver) {
  Record record = held_by_ann();
  const Record before = record;
  for (const std::int64_t now : {1050, 1100, 1101, 1149, 1150}) {
    const auto busy = expect<Busy>(acquire(record, judge_at(now), delayed(asks(bob, 1))));
    EXPECT_EQ(busy.expiry_hint, at(1150)) << "when the asker may have it";
  }
  EXPECT_EQ(record, before);
  expect<Moved>(acquire(record, judge_at(1151), delayed(asks(bob, 0))));
  const auto granted = expect<Granted>(acquire(record, judge_at(1151), delayed(asks(bob, 1))));
  EXPECT_EQ(granted.previous, Previous::expired);
  EXPECT_EQ(granted.term, 2U);
}

TEST(LockDelay, IsRoundedUpToTheStepOfTheStore) {
  Record record = held_by_ann();
  expect<Busy>(acquire(record, judge_at(1150), delayed(asks(bob, 1), 41)));
  expect<Granted>(acquire(record, judge_at(1151), delayed(asks(bob, 1), 41)));
}

TEST(LockDelay, IsTheAskersOwn) {
  Record record = held_by_ann();
  expect<Busy>(acquire(record, judge_at(1101), delayed(asks(bob, 1))));
  expect<Granted>(acquire(record, judge_at(1101), asks(bob, 1)));
}

TEST(LockDelay, SparesTheOwnerWhileTheLeaseRunsAndNotWhenItIsOver) {
  Record record = held_by_ann();
  const auto own = expect<Granted>(acquire(record, judge_at(1050), delayed(asks(ann, 0))));
  EXPECT_EQ(own.previous, Previous::own);
  EXPECT_EQ(own.expires_at, at(1150));
  expect<Busy>(acquire(record, judge_at(1151), delayed(asks(ann, 0))));
  expect<Moved>(acquire(record, judge_at(1201), delayed(asks(ann, 0))));
}

TEST(LockDelay, ARenewalWithinItIsTooLate) {
  Record record = held_by_ann();
  stores::expect_why(renew(record, judge_at(1101), renews(ann, 1, 1)), NotOwner::Why::over);
}

TEST(LockDelay, IsNotForWhatWasReleased) {
  Record record = released_by_ann();
  expect<Granted>(acquire(record, judge_at(1050), delayed(asks(bob, 1))));
  Record late = held_by_ann();
  expect<Busy>(acquire(late, judge_at(1101), delayed(asks(bob, 1))));
  expect<Released>(release(late, releases(ann, 1)));
  expect<Granted>(acquire(late, judge_at(1101), delayed(asks(bob, 1))));
}

TEST(LockDelay, AnAbandonWithinItSettlesNothing) {
  Record record = held_by_ann();
  EXPECT_FALSE(abandon(record, abandons(bob, 1)).settled);
  EXPECT_TRUE(abandon(record, abandons(ann, 0)).settled) << "nobody worked under it";
  expect<Granted>(acquire(record, judge_at(1101), delayed(asks(bob, 1))));
}

TEST(LockDelay, WasWaitedForByWhoSawTheRecordUnchanged) {
  Record record = held_by_ann();
  expect<Granted>(acquire(record, judge_at(1101), delayed(saw_unchanged(bob, 1, 1))));
}

// --- what is counted ---

Config with(Authority authority) {
  Config config = network_preset();
  config.authority = authority;
  config.timing.lock_delay = 20s;
  config.bounds = ClockBounds{.drift = DriftBound::ppm(10'000),
                              .resolution = 1ms,
                              .tick = 1us,
                              .skew = 200ms,
                              .jump_forward = 500ms,
                              .jump_backward = 300ms};
  return config;
}

TEST(LockDelay, IsCountedAsTheFastestClockCountsIt) {
  for (const Authority authority :
       {Authority::host_clock, Authority::wall_clock, Authority::observation}) {
    EXPECT_EQ(counted_delay(with(authority)), 20'200ms);
  }
  // 20 s lie within two leases of 15 s, and the store's clock may jump in each.
  EXPECT_EQ(counted_delay(with(Authority::store_clock)), 21'200ms);
  Config config = with(Authority::store_clock);
  config.timing.lock_delay = config.timing.lease;
  EXPECT_EQ(counted_delay(config), 15'650ms) << "one lease";
  config.timing.lock_delay += 1ns;
  EXPECT_EQ(counted_delay(config), 16'151ms) << "up to a multiple of 1 ms";
  config.timing.lock_delay = 0ns;
  EXPECT_EQ(counted_delay(config), 0ns);
}

TEST(LockDelay, MakesATakeoverSoMuchLater) {
  for (const Authority authority : {Authority::host_clock, Authority::store_clock,
                                    Authority::wall_clock, Authority::observation}) {
    SCOPED_TRACE(to_string(authority));
    const Config config = with(authority);
    Config without = config;
    without.timing.lock_delay = 0ns;
    const Length later = takeover_bound(config) - takeover_bound(without);
    const Length counted = counted_delay(config);
    const Length slowest(detail::scale_up(counted.count(), 1'000'000, 990'000));
    // By the true time that the slowest clock needs for it; calendars keep near true time.
    EXPECT_NEAR(
        static_cast<double>(later.count()),
        static_cast<double>((authority == Authority::wall_clock ? counted : slowest).count()), 1.0);
  }
}

TEST(LockDelay, OfAWeekAtMostByTheClockThatCountsIt) {
  Config config = host_preset();
  config.timing.lock_delay = longest_length;
  EXPECT_TRUE(checked(config));
  config.bounds.drift = DriftBound::ppm(1'000);
  const auto refused = checked(config);
  ASSERT_FALSE(refused);
  EXPECT_EQ(
      refused.error().detail,
      "timing: lock_delay 604800s may come to 605404800ms on a clock within its bounds, above "
      "604800s: lower lock_delay");
}

TEST(LockDelay, OutOfItsRangeIsRefusedByConfigurationAndStore) {
  Config config = host_preset();
  config.timing.lock_delay = -1ns;
  EXPECT_FALSE(checked(config));
  EXPECT_TRUE(stores::find_misuse(delayed(asks(ann, 0), -1)));
  EXPECT_FALSE(stores::find_misuse(delayed(asks(ann, 0), 0)));
  AcquireRequest longest = asks(ann, 0);
  longest.lock_delay = longest_length;
  EXPECT_FALSE(stores::find_misuse(longest));
  longest.lock_delay += 1ns;
  const auto wrong = stores::find_misuse(longest);
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->detail,
            "acquire \"k\": lock_delay 604800000000001ns is outside [0ms, 604800s]: set it to a "
            "length in that range");
}

// --- the lock ---

TEST(LockDelay, WhoObservesWaitsForItBesides) {
  Driver lock(Authority::observation, 10'000);
  lock.config.timing.lock_delay = 2s;
  lock.at(0ms).feed(core::Join{});
  lock.reply(lock.only(Request::Kind::acquire), lock.busy(1, 4));
  const Length wait = Length(observation_wait(1s, lock.config.bounds).ns()) + 2020ms;
  Driver early = lock;
  EXPECT_EQ(early.at(wait - 1ns).alarm().only(Request::Kind::acquire).unchanged, std::nullopt);
  EXPECT_EQ(lock.at(wait).alarm().only(Request::Kind::acquire).unchanged, 4U);
}

// The row of a tenure that is lost would else be free before anybody's work has come to rest.
TEST(LockDelay, WhoLosesALeaseDoesNotHandItBack) {
  Driver lock(Authority::host_clock);
  lock.config.timing.lock_delay = 2s;
  lock.at(0ms).hold(1);
  const core::TenureId mine = lock.id(1);
  lock.at(999'999'999ns).alarm();
  EXPECT_TRUE(lock.was_told(Tell::Kind::lost));
  EXPECT_TRUE(lock.sent.empty());
  const Tell* const ended = lock.find(Tell::Kind::ended);
  ASSERT_NE(ended, nullptr);
  EXPECT_EQ(ended->tenure, mine);
  EXPECT_EQ(ended->outcome, core::EndOutcome::unknown);
  EXPECT_EQ(next_wake(lock.config, lock.state), Instant<LocalClock>::never());
  lock.feed(core::Join{}).only(Request::Kind::acquire);
}

TEST(LockDelay, WhoReleasesInTimeHandsItOverAndGoesOnTryingUntilTheDelayIsOver) {
  Driver lock(Authority::host_clock);
  lock.config.timing.lock_delay = 2s;
  lock.at(0ms).hold(1).leave(1).only(Request::Kind::release);
  const Length over = Length(observation_wait(1s, lock.config.bounds).ns()) + 2s + 50ms;
  lock.at(over - 1ns).alarm();
  EXPECT_FALSE(lock.was_told(Tell::Kind::ended));
  lock.at(over).alarm();
  EXPECT_TRUE(lock.was_told(Tell::Kind::ended));
}

}  // namespace
}  // namespace leasehold
