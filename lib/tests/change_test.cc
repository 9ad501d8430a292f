// Whether a cache is told that it is out of date: always when it is.
#include "lib/tests/client_fixture.h"

namespace leasehold {
namespace {

struct ChangeTest : ClientFixture {
  // Another process has the lock for a moment. Waits for the store: `term` asks after it.
  void interfere() { EXPECT_EQ(must(other.lock("k").acquire({})).release().what, released); }
  static constexpr auto released = ReleaseOutcome::What::released;

  Client own = client("own");
  Client other = client("other");
  const Lock lock = own.lock("k");
};

TEST_F(ChangeTest, WhatWasNeverLoadedIsChangedUntilThatIsAcknowledged) {
  const Guard guard = must(lock.acquire({}));
  EXPECT_TRUE(guard.changed());
  auto change = guard.changed();
  ASSERT_TRUE(change) << "told again";
  change->acknowledge();
  EXPECT_FALSE(guard.changed());
  EXPECT_FALSE(must(lock.acquire({})).changed()) << "the same tenure";
}

TEST_F(ChangeTest, OwnTenuresInARowChangeNothingAndAnothersDoes) {
  must(lock.acquire({})).changed()->acknowledge();
  EXPECT_FALSE(must(lock.acquire({})).changed());
  EXPECT_FALSE(must(lock.acquire({})).changed());
  interfere();
  EXPECT_TRUE(must(lock.acquire({})).changed());
  const Guard guard = must(lock.acquire({}));
  auto change = guard.changed();
  ASSERT_TRUE(change) << "in every tenure, until it is acknowledged";
  change->acknowledge();
  EXPECT_FALSE(guard.changed());
}

TEST_F(ChangeTest, EachCacheIsToldOfItsOwnChanges) {
  Cache first;
  Cache second;
  must(lock.acquire({})).changed(first)->acknowledge();
  EXPECT_FALSE(must(lock.acquire({})).changed(first));
  EXPECT_TRUE(must(lock.acquire({})).changed(second));
  first.forget();
  EXPECT_TRUE(must(lock.acquire({})).changed(first));
}

TEST_F(ChangeTest, WhatWasLoadedWithoutTheLockIsJudgedByItsStamp) {
  interfere();
  Cache cache;
  cache.loaded(lock.term().value());
  EXPECT_FALSE(must(lock.acquire({})).changed(cache));
  cache.loaded(lock.term().value());
  interfere();
  EXPECT_TRUE(must(lock.acquire({})).changed(cache));
}

// While somebody holds it he may still write.
TEST_F(ChangeTest, WhatWasLoadedUnderAnothersTenureIsChanged) {
  Cache cache;
  {
    const Guard guard = must(other.lock("k").acquire({}));
    cache.loaded(lock.term().value());
  }
  EXPECT_TRUE(must(lock.acquire({})).changed(cache));
}

TEST_F(ChangeTest, WhatWasLoadedUnderAnOwnTenureWithoutAskingItIsUnchanged) {
  Cache cache;
  {
    const Guard guard = must(lock.acquire({}));
    cache.loaded(lock.term().value());
    EXPECT_FALSE(guard.changed(cache));
  }
  EXPECT_FALSE(must(lock.acquire({})).changed(cache));
}

TEST_F(ChangeTest, AGuardThatIsNotHeldAlwaysSaysChanged) {
  Guard guard = must(lock.acquire({}));
  guard.changed()->acknowledge();
  ASSERT_FALSE(guard.changed());
  own.close();
  EXPECT_TRUE(guard.changed());
  EXPECT_TRUE(Guard().changed());
}

TEST_F(ChangeTest, TheTermIsThatOfTheLastTenureThatHasEnded) {
  EXPECT_EQ(lock.term()->term, 0U) << "never taken";
  {
    const Guard guard = must(other.lock("k").acquire({}));
    EXPECT_EQ(lock.term()->term, 0U) << "held";
    EXPECT_EQ(lock.term()->incarnation, guard.fence().incarnation);
  }
  other.close();
  EXPECT_EQ(lock.term()->term, 1U) << "released";
  own.close();
  EXPECT_EQ(lock.term().error().kind, Errc::not_applied);
}

}  // namespace
}  // namespace leasehold
