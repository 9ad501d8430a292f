#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/memory_store.h>
#include "lib/tests/doubles.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

constexpr OwnerId ann{9, 1};
constexpr OwnerId bob{9, 2};

Instant<LocalClock> local(std::int64_t ns) { return Instant<LocalClock>::at_ns(ns); }
Instant<StoreClock> stored(std::int64_t ns) { return Instant<StoreClock>::at_ns(ns); }

// A store whose clock stands at 1003 ns and ticks in steps of 10 ns.
struct MemoryStoreTest : ::testing::Test {
  doubles::ManualClock clock{local(1003), Span<LocalClock>::ns(10)};
  doubles::SequenceRandom random;
  MemoryStore store{clock, random};

  static AcquireRequest asks(OwnerId owner, Term expected, const std::string& key = "k") {
    return {.key = key,
            .owner = owner,
            .expected_term = expected,
            .lease = 100ns,
            .info = "somebody",
            .unchanged = std::nullopt};
  }
  static RenewRequest renews(OwnerId owner, Term term, Seq seq, const std::string& key = "k") {
    return {.key = key,
            .owner = owner,
            .term = term,
            .seq = seq,
            .renew_id = RenewId{1, seq},
            .lease = 100ns};
  }
  template <class Answer>
  static Answer acquired(Store& from, const AcquireRequest& request) {
    const auto answered = from.acquire(request);
    EXPECT_TRUE(answered) << answered.error().detail;
    EXPECT_TRUE(std::holds_alternative<Answer>(answered->answer));
    return std::get<Answer>(answered->answer);
  }
  RecordView seen(const std::string& key = "k") {
    const auto answered = store.inspect(key);
    EXPECT_TRUE(answered);
    EXPECT_TRUE(answered->answer) << "no record of " << key;
    return answered->answer.value_or(RecordView{});
  }
  bool known(const std::string& key) { return store.inspect(key)->answer.has_value(); }
};

TEST_F(MemoryStoreTest, JudgesByTheHostClockInADomainOfItsOwn) {
  const Traits& traits = store.traits();
  EXPECT_EQ(traits.authority, Authority::host_clock);
  EXPECT_EQ(traits.resolution, 10ns);
  EXPECT_EQ(traits.domain, "memory:00000000000000000000000000000001");
  EXPECT_FALSE(traits.outlives_calls);
  MemoryStore other(clock, random);
  EXPECT_NE(other.traits().domain, traits.domain);
}

TEST_F(MemoryStoreTest, EveryAnswerNamesTheSameIncarnation) {
  const Incarnation incarnation{0, 1};
  const std::vector<RenewRequest> batch{renews(ann, 1, 1)};
  EXPECT_EQ(store.acquire(asks(ann, 0))->incarnation, incarnation);
  EXPECT_EQ(store.renew(batch)->incarnation, incarnation);
  EXPECT_EQ(store.release({"k", ann, 1})->incarnation, incarnation);
  EXPECT_EQ(store.abandon({"k", ann, 0})->incarnation, incarnation);
  EXPECT_EQ(store.inspect("k")->incarnation, incarnation);
}

TEST_F(MemoryStoreTest, StoreTimeIsTheClocksOwnTime) {
  EXPECT_EQ(acquired<Granted>(store, asks(ann, 0)).expires_at, stored(1100));
  clock.set(local(1100));
  EXPECT_EQ(acquired<Busy>(store, asks(bob, 1)).expiry_hint, stored(1100));
  EXPECT_EQ(seen().over, false);
  clock.set(local(1110));
  EXPECT_EQ(seen().over, true);
  EXPECT_EQ(acquired<Granted>(store, asks(bob, 1)).previous_owner, ann);
}

TEST_F(MemoryStoreTest, LeaseEndsDuringSuspendToo) {
  acquired<Granted>(store, asks(ann, 0));
  clock.suspend(1s);
  EXPECT_EQ(acquired<Granted>(store, asks(bob, 1)).previous, Previous::expired);
}

TEST_F(MemoryStoreTest, TenureGoesThroughItsWholeLife) {
  acquired<Granted>(store, asks(ann, 0));
  clock.advance(50ns);
  const std::vector<RenewRequest> batch{renews(ann, 1, 1)};
  EXPECT_EQ(std::get<Renewed>(store.renew(batch)->answer.at(0)).expires_at, stored(1150));
  EXPECT_TRUE(std::holds_alternative<Released>(store.release({"k", ann, 1})->answer));
  EXPECT_TRUE(std::holds_alternative<NotOwner>(store.release({"k", ann, 1})->answer));
  const Granted next = acquired<Granted>(store, asks(bob, 1));
  EXPECT_EQ(next.term, 2U);
  EXPECT_EQ(next.previous, Previous::released);
  EXPECT_EQ(seen().owner, bob);
  EXPECT_EQ(seen().last_owner, ann);
  EXPECT_EQ(seen().version, 4U);
}

TEST_F(MemoryStoreTest, KeysAreIndependent) {
  acquired<Granted>(store, asks(ann, 0, "a"));
  acquired<Granted>(store, asks(bob, 0, "b"));
  EXPECT_TRUE(store.release({"a", ann, 1}));
  EXPECT_EQ(seen("a").owner, OwnerId{});
  EXPECT_EQ(seen("b").owner, bob);
  EXPECT_EQ(seen("b").version, 1U);
}

TEST_F(MemoryStoreTest, BatchIsAnsweredInOrderAndOneKeyFailsAlone) {
  acquired<Granted>(store, asks(ann, 0, "a"));
  acquired<Granted>(store, asks(ann, 0, "b"));
  RenewRequest longer = renews(ann, 1, 1, "b");
  longer.lease = 200ns;
  const std::vector<RenewRequest> batch{
      renews(ann, 1, 1, ""),  longer,
      renews(bob, 1, 1, "a"), renews(ann, 1, 1, "a"),
      renews(ann, 1, 1, "a"), renews(ann, 1, 1, "never acquired")};
  const auto answered = store.renew(batch);
  ASSERT_TRUE(answered);
  const std::vector<RenewAnswer>& answers = answered->answer;
  ASSERT_EQ(answers.size(), 6U);
  EXPECT_EQ(std::get<Error>(answers[0]).kind, Errc::misuse);
  EXPECT_EQ(std::get<Error>(answers[1]).kind, Errc::misuse);
  EXPECT_EQ(std::get<NotOwner>(answers[2]).why, NotOwner::Why::superseded);
  EXPECT_EQ(std::get<Renewed>(answers[3]).seq, 1U);
  EXPECT_EQ(std::get<Stale>(answers[4]).seq, 1U);
  EXPECT_EQ(std::get<NotOwner>(answers[5]).why, NotOwner::Why::free);
}

TEST_F(MemoryStoreTest, BatchAbove256IsRefusedAndNoneOfItApplied) {
  acquired<Granted>(store, asks(ann, 0));
  std::vector<RenewRequest> batch(257, renews(ann, 1, 1));
  const auto refused = store.renew(batch);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Errc::misuse);
  EXPECT_EQ(seen().seq, 0U);
  batch.pop_back();
  EXPECT_TRUE(store.renew(batch));
  EXPECT_TRUE(store.renew({})->answer.empty());
}

TEST_F(MemoryStoreTest, MisuseIsRefusedBeforeAnythingIsApplied) {
  AcquireRequest no_lease = asks(ann, 0);
  no_lease.lease = 0ns;
  EXPECT_EQ(store.acquire(no_lease).error().kind, Errc::misuse);
  EXPECT_EQ(store.acquire(asks(OwnerId{}, 0)).error().kind, Errc::misuse);
  EXPECT_EQ(store.release({"", ann, 1}).error().kind, Errc::misuse);
  EXPECT_EQ(store.abandon({"k", OwnerId{}, 0}).error().kind, Errc::misuse);
  EXPECT_EQ(store.inspect("").error().kind, Errc::misuse);
  EXPECT_FALSE(known("k"));
}

TEST_F(MemoryStoreTest, AskingInVainLeavesNoRecord) {
  EXPECT_EQ(acquired<Moved>(store, asks(ann, 7)).term, 0U);
  const std::vector<RenewRequest> batch{renews(ann, 1, 1)};
  EXPECT_TRUE(std::holds_alternative<NotOwner>(store.renew(batch)->answer.at(0)));
  EXPECT_TRUE(std::holds_alternative<NotOwner>(store.release({"k", ann, 1})->answer));
  EXPECT_TRUE(store.abandon({"k", ann, 7})->answer.settled);
  EXPECT_FALSE(known("k"));
}

TEST_F(MemoryStoreTest, AbandonOfANewKeyIsRemembered) {
  EXPECT_TRUE(store.abandon({"k", ann, 0})->answer.settled);
  EXPECT_EQ(acquired<Moved>(store, asks(ann, 0)).term, 1U) << "the late copy is dead";
  EXPECT_EQ(seen().term, 1U);
}

TEST_F(MemoryStoreTest, AbandonBehindAnotherTenureAsksToComeBack) {
  acquired<Granted>(store, asks(ann, 0));
  EXPECT_FALSE(store.abandon({"k", bob, 1})->answer.settled);
  EXPECT_TRUE(store.abandon({"k", bob, 0})->answer.settled);
  EXPECT_TRUE(store.abandon({"k", ann, 0})->answer.settled);
  EXPECT_EQ(seen().owner, OwnerId{});
}

TEST_F(MemoryStoreTest, ObservedStoreJudgesNothing) {
  MemoryStore observed(clock, random, {.authority = Authority::observation});
  EXPECT_EQ(observed.traits().authority, Authority::observation);
  EXPECT_EQ(acquired<Granted>(observed, asks(ann, 0)).expires_at, std::nullopt);
  clock.advance(1h);
  const Busy busy = acquired<Busy>(observed, asks(bob, 1));
  EXPECT_EQ(busy.expiry_hint, std::nullopt);
  AcquireRequest unchanged = asks(bob, 1);
  unchanged.unchanged = busy.version;
  EXPECT_EQ(acquired<Granted>(observed, unchanged).previous, Previous::expired);
}

}  // namespace
}  // namespace leasehold
