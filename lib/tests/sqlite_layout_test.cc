// Tables of another layout than this program's, tables of which one is gone, rows that make no
// sense.
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "lib/tests/sqlite_fixture.h"
#include "lib/tests/sqlite_user.h"

namespace leasehold {
namespace {

using SqliteLayout = SqliteFixture;

TEST_F(SqliteLayout, ANewerLayoutIsRefusedAtOpenAndUnderALiveStore) {
  const auto locks = store();
  granted(*locks, ann, 0);
  SqliteUser(file).run("UPDATE leasehold_meta SET schema = 4");
  const auto failed = locks->acquire(asks(bob, 1));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Errc::misuse);
  EXPECT_NE(failed.error().detail.find("newer"), std::string::npos) << failed.error().detail;
  EXPECT_NE(refused(file).detail.find("update Leasehold"), std::string::npos);
}

TEST_F(SqliteLayout, ANewerLayoutIsToldWhateverItsTablesAre) {
  SqliteUser user(file);
  user.run(
      "PRAGMA journal_mode = wal; CREATE TABLE leasehold_record(key TEXT);"
      "CREATE TABLE leasehold_meta(one INTEGER PRIMARY KEY, schema INTEGER, incarnation BLOB);"
      "INSERT INTO leasehold_meta VALUES (1, 4, zeroblob(16))");
  EXPECT_NE(refused(file).detail.find("update Leasehold"), std::string::npos);
}

// What stands in a file of an older layout: who holds, since when, and for how long.
class SqliteOlderLayout : public SqliteFixture {
 protected:
  SqliteOlderLayout() {
    SqliteUser(file).run(
        "PRAGMA journal_mode = wal;"
        "CREATE TABLE leasehold_meta(one INTEGER PRIMARY KEY, schema INTEGER, incarnation BLOB);");
  }

  void expect_all_is_kept() {
    const auto locks = store();
    const auto seen = locks->inspect("k");
    ASSERT_TRUE(seen) << seen.error().detail;
    EXPECT_EQ(seen->incarnation, (Incarnation{5, 6}));
    ASSERT_TRUE(seen->answer);
    EXPECT_EQ(seen->answer->version, 9U);
    EXPECT_EQ(seen->answer->term, 7U);
    EXPECT_EQ(seen->answer->owner, (OwnerId{1, 2}));
    EXPECT_EQ(seen->answer->last_owner, (OwnerId{3, 4}));
    EXPECT_EQ(seen->answer->lease, Length(5s));
    EXPECT_EQ(seen->answer->authority, Authority::observation);
    EXPECT_EQ(seen->answer->seq, 4U);
    EXPECT_EQ(seen->answer->info, "someone");
    EXPECT_EQ(value_of(*locks, "schema"), "3");
    const auto released = locks->release({"k", {1, 2}, 7});
    ASSERT_TRUE(released) << released.error().detail;
    EXPECT_EQ(granted(*locks, ann, 7).previous_owner, (OwnerId{1, 2}));
  }
};

TEST_F(SqliteOlderLayout, TheFirstIsBroughtUpWithAllThatIsInIt) {
  SqliteUser(file).run(
      "INSERT INTO leasehold_meta VALUES (1, 1, x'00000000000000050000000000000006');"
      "CREATE TABLE leasehold_record(key TEXT PRIMARY KEY, version INTEGER, term INTEGER, "
      "owner BLOB, last_owner BLOB, lease_ns INTEGER, authority TEXT, domain TEXT, "
      "expires_at_ns INTEGER, seq INTEGER, renew_id BLOB, info TEXT, format INTEGER) WITHOUT ROWID;"
      "INSERT INTO leasehold_record VALUES ('k', 9, 7, x'00000000000000010000000000000002', "
      "x'00000000000000030000000000000004', 5000000000, 'observation', '', NULL, 4, NULL, "
      "'someone', 1)");
  expect_all_is_kept();
}

TEST_F(SqliteOlderLayout, TheSecondIsBroughtUpWithAllThatIsInIt) {
  SqliteUser(file).run(
      "INSERT INTO leasehold_meta VALUES (1, 2, x'00000000000000050000000000000006');"
      "CREATE TABLE leasehold_lease(key TEXT PRIMARY KEY, owner BLOB, term INTEGER, "
      "lease_ns INTEGER, clock INTEGER, expires_at_ns INTEGER, seq INTEGER, renew_id BLOB, "
      "version INTEGER) WITHOUT ROWID;"
      "INSERT INTO leasehold_lease VALUES ('k', x'00000000000000010000000000000002', 7, "
      "5000000000, 0, NULL, 4, NULL, 9);"
      "CREATE TABLE leasehold_record(key TEXT PRIMARY KEY, last_owner BLOB, authority TEXT, "
      "domain TEXT, info TEXT, format INTEGER) WITHOUT ROWID;"
      "INSERT INTO leasehold_record VALUES ('k', x'00000000000000030000000000000004', "
      "'observation', '', 'someone', 1)");
  expect_all_is_kept();
}

// Else a record's terms would begin anew under an incarnation that fences know already.
TEST_F(SqliteLayout, TablesOfWhichOneWasDroppedAreAllMadeAnew) {
  const auto locks = store();
  Term last = 0;
  for (const char* table : {"leasehold_meta", "leasehold_record", "leasehold_lease"}) {
    EXPECT_EQ(granted(*locks, ann, last).term, last + 1);
    const Incarnation before = incarnation_of(*locks);
    SqliteUser(file).run(std::string("DROP TABLE ") + table);
    EXPECT_EQ(granted(*locks, bob, 0).term, 1U) << table;
    EXPECT_NE(incarnation_of(*locks), before) << table;
    ASSERT_TRUE(locks->release({"k", bob, 1})) << table;
    last = 1;
  }
}

/// The pages that `act` adds to the log: each row that is written costs one, in files this small.
template <class Act>
std::uintmax_t pages_written(const std::string& file, const Act& act) {
  constexpr std::uintmax_t frame = 4096 + 24;
  const std::uintmax_t before = std::filesystem::file_size(file + "-wal");
  act();
  return (std::filesystem::file_size(file + "-wal") - before) / frame;
}

// That answers are right is tried elsewhere. They also are if every request goes the long way,
// which reads both rows and writes them anew.
TEST_F(SqliteLayout, WhatHappensEveryDayWritesOneRow) {
  const auto locks = store();
  granted(*locks, ann, 0);
  const auto writes = [&](const auto& act) { return pages_written(file, act); };
  const auto renew = [&] {
    const auto answered = locks->renew(std::vector{renews(ann, 1, 1)});
    ASSERT_TRUE(answered) << answered.error().detail;
    EXPECT_TRUE(std::holds_alternative<Renewed>(answered->answer.front()));
  };
  const auto find_busy = [&] {
    const auto answered = locks->acquire(asks(bob, 1));
    ASSERT_TRUE(answered) << answered.error().detail;
    EXPECT_TRUE(std::holds_alternative<Busy>(answered->answer));
  };
  EXPECT_EQ(writes(renew), 1U);
  EXPECT_EQ(writes(find_busy), 0U);
  EXPECT_EQ(writes([&] { EXPECT_TRUE(locks->release({"k", ann, 1})); }), 1U);
  EXPECT_EQ(writes([&] { granted(*locks, bob, 1); }), 1U);
}

TEST_F(SqliteLayout, ARecordThatMakesNoSenseFailsAlone) {
  const auto locks = store();
  granted(*locks, ann, 0);
  SqliteUser user(file);
  user.run("PRAGMA ignore_check_constraints = ON");
  for (const char* damage :
       {"lease SET term = -4", "record SET authority = 'the moon'", "record SET format = 9",
        "lease SET seq = -1", "lease SET owner = x'00'"}) {
    user.run(std::string("UPDATE leasehold_") + damage);
    const auto failed = locks->acquire(asks(bob, 1));
    ASSERT_FALSE(failed) << damage;
    EXPECT_EQ(failed.error().kind, Errc::misuse) << damage;
    AcquireRequest other = asks(bob, 0);
    other.key = std::string("beside ") + damage;
    EXPECT_TRUE(locks->acquire(other)) << damage;
    user.run(
        "UPDATE leasehold_lease SET term = 1, seq = 0; "
        "UPDATE leasehold_record SET authority = 'host_clock', format = 1");
  }
}

}  // namespace
}  // namespace leasehold
