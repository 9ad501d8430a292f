// Each call of the SQLite store is one atomic step (I19): somebody else comes at the worst moment,
// when all that a call can have read outside of its lock was read, and before it has that lock.
#include <array>
#include <optional>
#include <variant>

#include <gtest/gtest.h>

#include "lib/tests/faulty_vfs.h"
#include "lib/tests/sqlite_fixture.h"
#include "lib/tests/sqlite_user.h"

namespace leasehold {
namespace {

struct SqliteBetween : SqliteFixture {
  /// Patient, because he who comes between waits for a turn that he can't have yet.
  std::unique_ptr<SqliteStore> patient_store() {
    auto opened = SqliteStore::open(file, {.busy_wait = 10min}, clock, random, "boot:1");
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(opened).value();
  }
  /// Bob asks for the key between what the next call reads and what it writes.
  void bob_comes_between(Store& his, Term expected) {
    vfs.before_writing([this, &his, expected] {
      const auto answered = his.acquire(asks(bob, expected));
      ASSERT_TRUE(answered) << answered.error().detail;
      bob_has_it = std::holds_alternative<Granted>(answered->answer);
    });
  }
  static std::optional<RecordView> record_in(Store& store) { return store.inspect("k")->answer; }
  static bool is_bobs(Store& store) {
    const auto record = record_in(store);
    return record && record->owner == bob;
  }

  doubles::FaultyVfs vfs;
  bool bob_has_it = false;
};

TEST_F(SqliteBetween, OfTwoThatAcquireAFreeKeyOneIsGranted) {
  const auto ours = patient_store();
  const auto his = store();
  granted(*ours, ann, 0);
  ASSERT_TRUE(ours->release({.key = "k", .owner = ann, .term = 1}));
  bob_comes_between(*his, 1);
  const auto answered = ours->acquire(asks(ann, 1));
  ASSERT_TRUE(vfs.was_visited());
  ASSERT_TRUE(bob_has_it);
  ASSERT_TRUE(answered) << answered.error().detail;
  EXPECT_TRUE(std::holds_alternative<Busy>(answered->answer));
  EXPECT_TRUE(is_bobs(*ours));
}

TEST_F(SqliteBetween, OfTwoThatTakeALeaseOverOneIsGranted) {
  const auto ours = patient_store();
  const auto his = store();
  granted(*ours, ann, 0);
  clock.advance(2s);
  bob_comes_between(*his, 1);
  const auto answered = ours->acquire(asks({9, 3}, 1));
  ASSERT_TRUE(bob_has_it);
  ASSERT_TRUE(answered) << answered.error().detail;
  EXPECT_TRUE(std::holds_alternative<Busy>(answered->answer));
  EXPECT_TRUE(is_bobs(*ours));
}

TEST_F(SqliteBetween, AReleaseFreesNoTenureThatBeganMeanwhile) {
  const auto ours = patient_store();
  const auto his = store();
  granted(*ours, ann, 0);
  clock.advance(2s);
  bob_comes_between(*his, 1);
  const auto answered = ours->release({.key = "k", .owner = ann, .term = 1});
  ASSERT_TRUE(bob_has_it);
  ASSERT_TRUE(answered) << answered.error().detail;
  EXPECT_TRUE(std::holds_alternative<NotOwner>(answered->answer));
  EXPECT_TRUE(is_bobs(*ours));
}

TEST_F(SqliteBetween, AnAbandonFreesNoTenureThatBeganMeanwhile) {
  const auto ours = patient_store();
  const auto his = store();
  granted(*ours, ann, 0);
  clock.advance(2s);
  bob_comes_between(*his, 1);
  const auto answered = ours->abandon({.key = "k", .owner = ann, .expected_term = 0});
  ASSERT_TRUE(bob_has_it);
  ASSERT_TRUE(answered) << answered.error().detail;
  EXPECT_TRUE(answered->answer.settled);
  EXPECT_TRUE(is_bobs(*ours));
}

TEST_F(SqliteBetween, ARenewalProlongsNoTenureThatWasTakenOverMeanwhile) {
  const auto ours = patient_store();
  const auto his = store();
  granted(*ours, ann, 0);
  clock.advance(2s);
  bob_comes_between(*his, 1);
  const auto answered = ours->renew(std::array{renews(ann, 1, 1)});
  ASSERT_TRUE(bob_has_it);
  ASSERT_TRUE(answered) << answered.error().detail;
  EXPECT_TRUE(std::holds_alternative<NotOwner>(answered->answer.front()));
  EXPECT_TRUE(is_bobs(*ours));
}

// Else a lease that ran out while its renewal waited would be prolonged, and one that was prolonged
// meanwhile by another attempt would move backwards.
TEST_F(SqliteBetween, TheTimeIsReadWhenNoWriterCanComeBetweenAnyMore) {
  const auto ours = patient_store();
  granted(*ours, ann, 0);
  vfs.before_writing([this] { clock.advance(2s); });
  const auto answered = ours->renew(std::array{renews(ann, 1, 1)});
  ASSERT_TRUE(vfs.was_visited());
  ASSERT_TRUE(answered) << answered.error().detail;
  const auto* const over = std::get_if<NotOwner>(&answered->answer.front());
  ASSERT_NE(over, nullptr);
  EXPECT_EQ(over->why, NotOwner::Why::over);
}

TEST_F(SqliteBetween, AGrantLastsFromTheTimeAtWhichItIsWritten) {
  const auto ours = patient_store();
  granted(*ours, ann, 0);
  ASSERT_TRUE(ours->release({.key = "k", .owner = ann, .term = 1}));
  vfs.before_writing([this] { clock.advance(2s); });
  const Granted grant = granted(*ours, bob, 1);
  ASSERT_TRUE(vfs.was_visited());
  EXPECT_EQ(grant.expires_at, same_kernel(clock.now().at) + on<StoreClock>(1s));
}

// What was seen of one table says nothing of a record with the same version and term in another.
TEST_F(SqliteBetween, AGrantKnowsTheTableThatItIsWrittenTo) {
  const auto ours = patient_store();
  granted(*ours, ann, 0);
  ASSERT_TRUE(ours->release({.key = "k", .owner = ann, .term = 1}));
  const auto his = store();
  Incarnation anew;
  vfs.before_writing([this, &his, &anew] {
    SqliteUser(file).run("DROP TABLE leasehold_meta");
    granted(*his, bob, 0);
    ASSERT_TRUE(his->release({.key = "k", .owner = bob, .term = 1}));
    anew = incarnation_of(*his);
  });
  const auto answered = ours->acquire(asks({9, 3}, 1));
  ASSERT_TRUE(vfs.was_visited());
  ASSERT_TRUE(answered) << answered.error().detail;
  EXPECT_EQ(answered->incarnation, anew);
  const auto* const grant = std::get_if<Granted>(&answered->answer);
  ASSERT_NE(grant, nullptr);
  EXPECT_EQ(grant->previous_owner, bob);
}

}  // namespace
}  // namespace leasehold
