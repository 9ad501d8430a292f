// What becomes of a tenure: renew, release and abandon; and what is refused as misuse.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/stores/record.h"
#include "lib/tests/record_makers.h"

namespace leasehold::stores {
namespace {

using namespace std::chrono_literals;

// --- renew ---

TEST(Record, RenewalMovesTheExpiryAndLeavesTheTerm) {
  Record record = held_by_ann();
  const auto renewed = expect<Renewed>(renew(record, judge_at(1058), renews(ann, 1, 3)));
  EXPECT_EQ(renewed.seq, 3U);
  EXPECT_EQ(renewed.expires_at, at(1150));
  EXPECT_EQ(record.seq, 3U);
  EXPECT_EQ(record.renew_id, (RenewId{7, 3}));
  EXPECT_EQ(record.version, 2U);
  EXPECT_EQ(record.term, 1U);
  EXPECT_EQ(record.expires_at, at(1150));
}

TEST(Record, ExpiryNeverMovesBackwards) {
  Record record = held_by_ann();
  EXPECT_EQ(expect<Renewed>(renew(record, judge_at(991), renews(ann, 1, 1))).expires_at, at(1100));
  EXPECT_EQ(expect<Granted>(acquire(record, judge_at(992), asks(ann, 0))).expires_at, at(1100));
  expect<Renewed>(renew(record, judge_at(500), renews(ann, 1, 2)));
  EXPECT_EQ(record.expires_at, at(1100)) << "not even when the clock stepped far";
}

TEST(Record, RenewalNeverTakesOverOrResurrects) {
  struct Case {
    const char* name;
    Record record;
    RenewRequest request;
    std::int64_t now;
    NotOwner::Why why;
  };
  const std::vector<Case> cases{
      {"never acquired", Record{}, renews(ann, 0, 1), 1050, NotOwner::Why::free},
      {"free", released_by_ann(), renews(ann, 1, 1), 1050, NotOwner::Why::free},
      {"another's", held_by_ann(), renews(bob, 1, 1), 1050, NotOwner::Why::superseded},
      {"another's and over", held_by_ann(), renews(bob, 1, 1), 1500, NotOwner::Why::superseded},
      {"own, older term", held_by_ann(), renews(ann, 0, 1), 1050, NotOwner::Why::superseded},
      {"own, later term", held_by_ann(), renews(ann, 2, 1), 1050, NotOwner::Why::superseded},
      {"own, one tick over", held_by_ann(), renews(ann, 1, 1), 1101, NotOwner::Why::over}};
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    Record record = each.record;
    const auto answer = expect<NotOwner>(renew(record, judge_at(each.now), each.request));
    EXPECT_EQ(answer.why, each.why);
    EXPECT_EQ(answer.term, each.record.term);
    EXPECT_EQ(answer.info, each.record.info);
    EXPECT_EQ(record, each.record);
  }
}

TEST(Record, RenewalAtTheVeryExpiryIsInTime) {
  Record record = held_by_ann();
  EXPECT_EQ(expect<Renewed>(renew(record, judge_at(1100), renews(ann, 1, 1))).expires_at, at(1200));
}

TEST(Record, RepeatedOrOvertakenRenewalIsStaleAndSaysWhichWon) {
  Record record = held_by_ann();
  expect<Renewed>(renew(record, judge_at(1010), renews(ann, 1, 5)));
  const Record before = record;
  for (const Seq seq : {0U, 4U, 5U}) {
    RenewRequest clone = renews(ann, 1, seq);
    clone.renew_id = RenewId{8, 8};
    const auto stale = expect<Stale>(renew(record, judge_at(1050), clone));
    EXPECT_EQ(stale.seq, 5U);
    EXPECT_EQ(stale.renew_id, (RenewId{7, 5}));
  }
  EXPECT_EQ(record, before);
  expect<Renewed>(renew(record, judge_at(1050), renews(ann, 1, 6)));
}

TEST(Record, RenewalWithAnotherLeaseIsMisuseThatNamesBoth) {
  Record record = held_by_ann();
  const Record before = record;
  for (const Length lease : {Length(90), Length(101)}) {
    RenewRequest request = renews(ann, 1, 1);
    request.lease = lease;
    const auto error = expect<Error>(renew(record, judge_at(1050), request));
    EXPECT_EQ(error.kind, Errc::misuse);
    EXPECT_NE(error.detail.find("renew \"k\": lease " + to_string(lease)), std::string::npos);
    EXPECT_NE(error.detail.find("100ns"), std::string::npos) << error.detail;
  }
  EXPECT_EQ(record, before);
  RenewRequest rounded = renews(ann, 1, 1);
  rounded.lease = 91ns;
  expect<Renewed>(renew(record, judge_at(1050), rounded));
}

// --- release and abandon ---

TEST(Record, ReleaseFreesAndKeepsTermAndOwnerForTheNext) {
  const Record record = released_by_ann();
  EXPECT_EQ(record.owner, OwnerId{});
  EXPECT_EQ(record.last_owner, ann);
  EXPECT_EQ(record.term, 1U);
  EXPECT_EQ(record.version, 2U);
  EXPECT_EQ(record.expires_at, std::nullopt);
}

TEST(Record, ReleaseIsRepeatable) {
  Record record = released_by_ann();
  const Record before = record;
  const auto again = expect<NotOwner>(release(record, releases(ann, 1)));
  EXPECT_EQ(again.why, NotOwner::Why::free);
  EXPECT_EQ(again.term, 1U);
  EXPECT_EQ(record, before);
}

TEST(Record, ReleaseOfAnOverTenureStillFreesIt) {
  Record record = held_by_ann();
  ASSERT_EQ(over(record, judge_at(1500)), true);
  expect<Released>(release(record, releases(ann, 1)));
  EXPECT_EQ(record, released_by_ann());
}

TEST(Record, ReleaseOfAnotherOwnerOrTermChangesNothing) {
  Record record = held_by_ann();
  const Record before = record;
  for (const ReleaseRequest& request : {releases(bob, 1), releases(ann, 0), releases(ann, 2)}) {
    const auto answer = expect<NotOwner>(release(record, request));
    EXPECT_EQ(answer.why, NotOwner::Why::superseded);
    EXPECT_EQ(answer.info, "owner 1");
  }
  EXPECT_EQ(record, before);
}

TEST(Record, AbandonOfAnAppliedAcquireReleasesIt) {
  Record record = held_by_ann();
  EXPECT_TRUE(abandon(record, abandons(ann, 0)).settled);
  EXPECT_EQ(record, released_by_ann());
  expect<Moved>(acquire(record, judge_at(1050), asks(ann, 0)));
}

TEST(Record, AbandonOfAnAcquireStillUnderWayRaisesTheTerm) {
  for (const Record& before : {Record{}, released_by_ann()}) {
    Record record = before;
    EXPECT_TRUE(abandon(record, abandons(bob, before.term)).settled);
    EXPECT_EQ(record.term, before.term + 1);
    EXPECT_EQ(record.version, before.version + 1);
    EXPECT_EQ(record.owner, OwnerId{});
    EXPECT_EQ(record.last_owner, before.last_owner);
    expect<Moved>(acquire(record, judge_at(1050), asks(bob, before.term)));
  }
}

TEST(Record, AbandonBehindATenureOfTheExpectedTermIsNotSettled) {
  Record record = held_by_ann();
  const Record before = record;
  EXPECT_FALSE(abandon(record, abandons(bob, 1)).settled);
  EXPECT_EQ(record, before);
  // What it warns of: the copy could still apply once that tenure ends.
  Record later = record;
  expect<Released>(release(later, releases(ann, 1)));
  expect<Granted>(acquire(later, judge_at(1050), asks(bob, 1)));
}

TEST(Record, AbandonOfAnAcquireThatIsDeadAlreadyChangesNothing) {
  for (const Record& before : {held_by_ann(), released_by_ann()}) {
    Record record = before;
    EXPECT_TRUE(abandon(record, abandons(bob, 0)).settled);
    EXPECT_EQ(record, before);
  }
}

TEST(Record, AnAbandonedFirstTenureLeavesNobodyAsPreviousOwner) {
  Record record;
  EXPECT_TRUE(abandon(record, abandons(bob, 0)).settled);
  const auto granted = expect<Granted>(acquire(record, judge_at(1050), asks(ann, 1)));
  EXPECT_EQ(granted.previous, Previous::never);
  EXPECT_EQ(granted.previous_owner, OwnerId{});
}

// --- all of it ---

TEST(Record, VersionRisesByOneWithEveryChangeAndOnlyThenAndTermsAreNeverReset) {
  std::uint64_t state = 1;
  const auto draw = [&state](std::uint64_t bound) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33) % bound;
  };
  Record record;
  std::vector<int> applied(4, 0);
  std::int64_t now = 1000;
  for (int step = 0; step < 20'000; ++step) {
    const Record before = record;
    now += static_cast<std::int64_t>(draw(40));
    const OwnerId owner{0, 1 + draw(3)};
    const Term term = record.term - (record.term > 0 ? draw(2) : 0);
    const std::uint64_t verb = draw(4);
    if (verb == 0) acquire(record, judge_at(now), asks(owner, term));
    if (verb == 1) renew(record, judge_at(now), renews(owner, term, before.seq + draw(2)));
    if (verb == 2 && draw(4) == 0) release(record, releases(owner, term));
    if (verb == 3 && draw(4) == 0) abandon(record, abandons(owner, term));
    if (record == before) continue;
    ++applied[verb];
    ASSERT_EQ(record.version, before.version + 1);
    ASSERT_GE(record.term, before.term);
    ASSERT_LE(record.term, before.term + 1);
    if (record.owner && record.owner != before.owner) {
      ASSERT_EQ(record.term, before.term + 1) << "a tenure without a term";
    }
    if (record.term == before.term && before.expires_at && record.expires_at) {
      ASSERT_GE(*record.expires_at, *before.expires_at);
    }
  }
  for (const int count : applied) EXPECT_GT(count, 100);
}

TEST(Record, ViewShowsTheRecordAndItsJudgement) {
  const Record record = held_by_ann();
  const RecordView seen = view(record, judge_at(1101));
  EXPECT_EQ(seen.version, 1U);
  EXPECT_EQ(seen.term, 1U);
  EXPECT_EQ(seen.owner, ann);
  EXPECT_EQ(seen.last_owner, OwnerId{});
  EXPECT_EQ(seen.lease, 100ns);
  EXPECT_EQ(seen.authority, Authority::host_clock);
  EXPECT_EQ(seen.domain, "here");
  EXPECT_EQ(seen.expires_at, at(1100));
  EXPECT_EQ(seen.info, "owner 1");
  EXPECT_EQ(seen.over, true);
  EXPECT_EQ(view(record, judge_at(1100)).over, false);
  EXPECT_EQ(view(record, judge_at(1101, Authority::observation)).over, std::nullopt);
  EXPECT_EQ(view(released_by_ann(), judge_at(1101)).over, std::nullopt);
}

// --- misuse ---

template <class Request>
void expect_misuse(const Request& request, const std::string& part) {
  const auto wrong = find_misuse(request);
  ASSERT_TRUE(wrong) << "expected: " << part;
  EXPECT_EQ(wrong->kind, Errc::misuse);
  EXPECT_NE(wrong->detail.find(part), std::string::npos) << wrong->detail;
}

TEST(Misuse, GoodRequestsPass) {
  EXPECT_FALSE(find_misuse(asks(ann, 0)));
  EXPECT_FALSE(find_misuse(renews(ann, 1, 1)));
  EXPECT_FALSE(find_misuse(releases(ann, 1)));
  EXPECT_FALSE(find_misuse(abandons(ann, 0)));
  EXPECT_FALSE(find_misuse(std::string(512, 'k')));
  AcquireRequest longest = asks(ann, 0);
  longest.lease = 168h;
  EXPECT_FALSE(find_misuse(longest));
  longest.lease = 1ns;
  EXPECT_FALSE(find_misuse(longest));
}

template <class Request>
void expect_key_and_owner_checked(Request good) {
  Request request = good;
  request.key.clear();
  expect_misuse(request, "the key is empty");
  request.key = std::string(513, 'k');
  expect_misuse(request, "513 bytes, above 512");
  request = good;
  request.owner = OwnerId{};
  expect_misuse(request, "\"k\": the owner id is null");
}

TEST(Misuse, EmptyAndLongKeysAndNullOwnersAreRefusedInEveryRequest) {
  expect_key_and_owner_checked(asks(ann, 0));
  expect_key_and_owner_checked(renews(ann, 1, 1));
  expect_key_and_owner_checked(releases(ann, 1));
  expect_key_and_owner_checked(abandons(ann, 0));
  expect_misuse(std::string(), "inspect \"\": the key is empty");
  expect_misuse(std::string(513, 'k'), "shorten it");
}

TEST(Misuse, LeaseOutsideItsRangeIsRefused) {
  for (const Length lease : {Length(0), Length(-1), Length(168h) + 1ns}) {
    AcquireRequest acquire = asks(ann, 0);
    acquire.lease = lease;
    expect_misuse(acquire, "acquire \"k\": lease " + to_string(lease) + " is outside");
    RenewRequest renew = renews(ann, 1, 1);
    renew.lease = lease;
    expect_misuse(renew, "renew \"k\": lease " + to_string(lease) + " is outside");
  }
}

TEST(Misuse, BatchAbove256IsRefused) {
  const std::vector<RenewRequest> batch(257, renews(ann, 1, 1));
  EXPECT_FALSE(find_misuse(std::span(batch).first(256)));
  expect_misuse(std::span(batch), "257 requests is above 256: split it");
}

}  // namespace
}  // namespace leasehold::stores
