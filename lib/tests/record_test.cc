// Who gets a record: acquire by judgement and by observation.
#include "lib/src/stores/record.h"

#include <vector>

#include <gtest/gtest.h>

#include "lib/tests/record_makers.h"

namespace leasehold::stores {
namespace {

using namespace std::chrono_literals;

// --- acquire ---

TEST(Record, FirstGrantStartsTermOneWithFlooredTimeAndLeaseRoundedUp) {
  Record record;
  AcquireRequest request = asks(ann, 0);
  request.lease = 91ns;
  const auto granted = expect<Granted>(acquire(record, judge_at(1009), request));
  EXPECT_EQ(granted.term, 1U);
  EXPECT_EQ(granted.version, 1U);
  EXPECT_EQ(granted.previous, Previous::never);
  EXPECT_EQ(granted.previous_owner, OwnerId{});
  EXPECT_EQ(granted.expires_at, at(1100));
  const Record expected{.version = 1,
                        .term = 1,
                        .owner = ann,
                        .last_owner = {},
                        .lease = 100ns,
                        .authority = Authority::host_clock,
                        .domain = "here",
                        .expires_at = at(1100),
                        .seq = 0,
                        .renew_id = {},
                        .info = "owner 1"};
  EXPECT_EQ(record, expected);
}

TEST(Record, ExpiryLiesWithinOneStepBelowNowPlusLease) {
  for (std::int64_t now = -35; now <= 35; ++now) {
    Record record;
    const auto granted = expect<Granted>(acquire(record, judge_at(now), asks(ann, 0)));
    ASSERT_TRUE(granted.expires_at);
    EXPECT_LE(*granted.expires_at, at(now + 100));
    EXPECT_GT(*granted.expires_at, at(now + 100 - 10));
    EXPECT_EQ(granted.expires_at->ns() % 10, 0);
  }
}

TEST(Record, HolderThatStopsAStepBeforeTheExpiryNeverMeetsItsSuccessor) {
  // Both read one clock that ticks in steps of `tick`; the moments are true time.
  for (const std::int64_t tick : {1, 2, 5, 10}) {
    for (std::int64_t granted_at = 1000; granted_at < 1020; ++granted_at) {
      Record record;
      const auto reading = [tick](std::int64_t moment) { return moment / tick * tick; };
      const auto granted =
          expect<Granted>(acquire(record, judge_at(reading(granted_at)), asks(ann, 0)));
      const std::int64_t deadline = granted.expires_at->ns() - 10;
      for (std::int64_t moment = granted_at; moment < granted_at + 130; ++moment) {
        Record later = record;
        const auto answer = acquire(later, judge_at(reading(moment)), asks(bob, 1));
        const bool taken = std::holds_alternative<Granted>(answer);
        EXPECT_FALSE(taken && reading(moment) < deadline) << moment;
        EXPECT_TRUE(taken || moment < granted_at + 100 + tick) << moment;
      }
    }
  }
}

TEST(Record, SecondAskerIsToldWhoIsThereAndUntilWhen) {
  Record record = held_by_ann();
  const Record before = record;
  const auto busy = expect<Busy>(acquire(record, judge_at(1050), asks(bob, 1)));
  EXPECT_EQ(busy.version, 1U);
  EXPECT_EQ(busy.term, 1U);
  EXPECT_EQ(busy.lease, 100ns);
  EXPECT_EQ(busy.info, "owner 1");
  EXPECT_EQ(busy.expiry_hint, at(1100));
  EXPECT_EQ(record, before);
}

TEST(Record, LeaseIsNotOverAtItsExpiryButOneTickLater) {
  Record record = held_by_ann();
  EXPECT_EQ(over(record, judge_at(1100)), false);
  expect<Busy>(acquire(record, judge_at(1100), asks(bob, 1)));
  EXPECT_EQ(over(record, judge_at(1101)), true);
  const auto granted = expect<Granted>(acquire(record, judge_at(1101), asks(bob, 1)));
  EXPECT_EQ(granted.previous, Previous::expired);
  EXPECT_EQ(granted.previous_owner, ann);
  EXPECT_EQ(granted.term, 2U);
  EXPECT_EQ(record.owner, bob);
  EXPECT_EQ(record.last_owner, ann);
  EXPECT_EQ(record.info, "owner 2");
}

TEST(Record, TakeoverStartsTheRenewalsAfresh) {
  Record record = held_by_ann();
  expect<Renewed>(renew(record, judge_at(1010), renews(ann, 1, 9)));
  expect<Granted>(acquire(record, judge_at(2000), asks(bob, 1)));
  EXPECT_EQ(record.seq, 0U);
  EXPECT_EQ(record.renew_id, RenewId{});
  expect<Renewed>(renew(record, judge_at(2010), renews(bob, 2, 1)));
}

TEST(Record, FreeRecordWithAnotherTermAnswersMovedAndChangesNothing) {
  Record record = released_by_ann();
  const Record before = record;
  for (const Term expected : {0U, 2U, 7U}) {
    EXPECT_EQ(expect<Moved>(acquire(record, judge_at(1050), asks(bob, expected))).term, 1U);
  }
  EXPECT_EQ(record, before);
}

TEST(Record, OverRecordWithAnotherTermAnswersMovedAndChangesNothing) {
  Record record = held_by_ann();
  const Record before = record;
  EXPECT_EQ(expect<Moved>(acquire(record, judge_at(1500), asks(bob, 0))).term, 1U);
  EXPECT_EQ(record, before);
}

TEST(Record, GrantAfterAReleaseNamesTheLastOwner) {
  Record record = released_by_ann();
  const auto granted = expect<Granted>(acquire(record, judge_at(1050), asks(bob, 1)));
  EXPECT_EQ(granted.previous, Previous::released);
  EXPECT_EQ(granted.previous_owner, ann);
  EXPECT_EQ(granted.term, 2U);
  EXPECT_EQ(granted.version, 3U);
}

TEST(Record, LateDuplicateAcquireIsDeadOnArrival) {
  Record record = held_by_ann();
  expect<Released>(release(record, releases(ann, 1)));
  Record before = record;
  EXPECT_EQ(expect<Moved>(acquire(record, judge_at(1050), asks(ann, 0))).term, 1U);
  EXPECT_EQ(record, before) << "free, but of a later term";

  expect<Granted>(acquire(record, judge_at(1060), asks(bob, 1)));
  before = record;
  expect<Busy>(acquire(record, judge_at(1070), asks(ann, 0)));
  EXPECT_EQ(record, before) << "held by another";
  expect<Moved>(acquire(record, judge_at(1500), asks(ann, 0)));
  EXPECT_EQ(record, before) << "another's, and over";
}

TEST(Record, RepeatedAcquireRewritesTheExpiryAndStartsNoTenure) {
  Record record = released_by_ann();
  expect<Granted>(acquire(record, judge_at(1010), asks(bob, 1)));
  expect<Renewed>(renew(record, judge_at(1020), renews(bob, 2, 4)));
  const auto granted = expect<Granted>(acquire(record, judge_at(1057), asks(bob, 1)));
  EXPECT_EQ(granted.previous, Previous::own);
  EXPECT_EQ(granted.previous_owner, ann) << "as the lost answer had it";
  EXPECT_EQ(granted.term, 2U);
  EXPECT_EQ(granted.version, 5U);
  EXPECT_EQ(granted.expires_at, at(1150));
  EXPECT_EQ(record.version, 5U);
  EXPECT_EQ(record.seq, 4U) << "an old renewal must stay old";
}

TEST(Record, RepeatedAcquireKeepsTheLeaseOfTheTenure) {
  Record record = held_by_ann();
  AcquireRequest longer = asks(ann, 0);
  longer.lease = 900ns;
  EXPECT_EQ(expect<Granted>(acquire(record, judge_at(1050), longer)).expires_at, at(1150));
  EXPECT_EQ(record.lease, 100ns);
}

TEST(Record, OwnTenureThatIsOverIsTakenLikeAnyOther) {
  Record record = held_by_ann();
  expect<Moved>(acquire(record, judge_at(1101), asks(ann, 0)));
  EXPECT_EQ(record, held_by_ann()) << "nothing prolongs what counts as over";
  const auto granted = expect<Granted>(acquire(record, judge_at(1101), asks(ann, 1)));
  EXPECT_EQ(granted.previous, Previous::expired);
  EXPECT_EQ(granted.term, 2U);
}

TEST(Record, NullOwnerOwnsNothing) {
  Record record = released_by_ann();
  const Record before = record;
  expect<Moved>(acquire(record, judge_at(1050), asks(OwnerId{}, 0)));
  expect_why(renew(record, judge_at(1050), renews(OwnerId{}, 1, 1)), NotOwner::Why::free);
  expect<NotOwner>(release(record, releases(OwnerId{}, 1)));
  EXPECT_TRUE(abandon(record, abandons(OwnerId{}, 0)).settled);
  EXPECT_EQ(record, before);
}

// --- observation: records that can't be judged ---

TEST(Record, ObservingStoreGrantsWithoutAnExpiry) {
  const Record record = held_by_ann(Authority::observation);
  EXPECT_EQ(record.authority, Authority::observation);
  EXPECT_EQ(record.expires_at, std::nullopt);
  EXPECT_EQ(over(record, judge_at(9999, Authority::observation)), std::nullopt);
  Record with_expiry = record;
  with_expiry.expires_at = at(1100);
  EXPECT_EQ(over(with_expiry, judge_at(9999, Authority::observation)), std::nullopt);
}

TEST(Record, UnjudgeableRecordIsTakenOnlyByWhoSawThisVersionUnchanged) {
  struct Case {
    const char* name;
    Record record;
    Judge judge;
  };
  Record foreign_domain = held_by_ann();
  foreign_domain.domain = "before the reboot";
  Record no_expiry = held_by_ann();
  no_expiry.expires_at.reset();
  Record bogus = held_by_ann();
  bogus.expires_at = Instant<StoreClock>::never();
  const std::vector<Case> cases{
      {"observed", held_by_ann(Authority::observation), judge_at(9999, Authority::observation)},
      {"judged by an observer", held_by_ann(), judge_at(9999, Authority::observation)},
      {"foreign authority", held_by_ann(), judge_at(9999, Authority::wall_clock)},
      {"foreign domain", foreign_domain, judge_at(9999)},
      {"no expiry", no_expiry, judge_at(9999)},
      {"bogus expiry", bogus, judge_at(9999)}};
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(over(each.record, each.judge), std::nullopt);
    Record record = each.record;
    const auto busy = expect<Busy>(acquire(record, each.judge, asks(bob, 1)));
    EXPECT_EQ(busy.expiry_hint, std::nullopt);
    EXPECT_EQ(busy.lease, 100ns) << "how long to observe";
    for (const Version other : {0U, 2U}) {
      expect<Busy>(acquire(record, each.judge, saw_unchanged(bob, 1, other)));
    }
    expect<Moved>(acquire(record, each.judge, saw_unchanged(bob, 0, 1)));
    EXPECT_EQ(record, each.record);
    const auto granted =
        expect<Granted>(acquire(record, each.judge, saw_unchanged(bob, 1, busy.version)));
    EXPECT_EQ(granted.previous, Previous::expired);
    EXPECT_EQ(granted.previous_owner, ann);
    EXPECT_EQ(record.authority, each.judge.authority);
    EXPECT_EQ(record.domain, each.judge.domain);
    EXPECT_EQ(granted.expires_at.has_value(), each.judge.authority != Authority::observation);
  }
}

TEST(Record, ExpiryIsBelievedUpToOneStepBeyondTheLeaseAndNoFurther) {
  Record record = held_by_ann();
  record.expires_at = at(1000 + 100 + 10);
  EXPECT_EQ(over(record, judge_at(1000)), false);
  record.expires_at = at(1000 + 100 + 11);
  EXPECT_EQ(over(record, judge_at(1000)), std::nullopt);
  record.lease = Length::max();
  record.expires_at = Instant<StoreClock>::never();
  EXPECT_EQ(over(record, judge_at(1000)), false) << "saturates, does not wrap";
}

TEST(Record, RenewedInTimeIsNotWhatTheObserverSaw) {
  Record record = held_by_ann(Authority::observation);
  const Judge judge = judge_at(2000, Authority::observation);
  const auto busy = expect<Busy>(acquire(record, judge, asks(bob, 1)));
  EXPECT_EQ(expect<Renewed>(renew(record, judge, renews(ann, 1, 1))).expires_at, std::nullopt);
  expect<Busy>(acquire(record, judge, saw_unchanged(bob, 1, busy.version)));
}

TEST(Record, OwnerOfAnUnjudgeableRecordMayRepeatAndRenew) {
  Record record = held_by_ann(Authority::observation);
  const Judge judge = judge_at(9999, Authority::observation);
  EXPECT_EQ(expect<Granted>(acquire(record, judge, asks(ann, 0))).previous, Previous::own);
  expect<Renewed>(renew(record, judge, renews(ann, 1, 1)));
  EXPECT_EQ(record.version, 3U);
  EXPECT_EQ(record.expires_at, std::nullopt);
}

TEST(Record, BogusExpiryStaysButIsNotHandedToTheOwner) {
  // Contenders observe this record for one lease, so its owner must not believe for longer.
  Record record = held_by_ann();
  record.expires_at = at(1'000'000);
  const auto renewed = expect<Renewed>(renew(record, judge_at(1050), renews(ann, 1, 1)));
  EXPECT_EQ(renewed.expires_at, at(1150));
  EXPECT_EQ(record.expires_at, at(1'000'000));
  EXPECT_EQ(expect<Granted>(acquire(record, judge_at(1060), asks(ann, 0))).expires_at, at(1160));
}

TEST(Record, JudgeOnAnotherClockNeverWritesItsTimeBesideTheRecordsDomain) {
  // Else a judge of the record's domain would compare its own clock with another's time.
  for (const bool repeats : {false, true}) {
    Record record = held_by_ann();
    const Judge rebooted = judge_at(7, Authority::host_clock, "after the reboot");
    std::optional<Instant<StoreClock>> told;
    if (repeats) {
      told = expect<Granted>(acquire(record, rebooted, asks(ann, 0))).expires_at;
    } else {
      told = expect<Renewed>(renew(record, rebooted, renews(ann, 1, 1))).expires_at;
    }
    EXPECT_EQ(told, at(100)) << "in the time of the judge that was asked";
    EXPECT_EQ(record.domain, "here") << "fixed when the tenure began";
    EXPECT_EQ(record.expires_at, std::nullopt);
    EXPECT_EQ(over(record, judge_at(9999)), std::nullopt);
  }
}

}  // namespace
}  // namespace leasehold::stores
