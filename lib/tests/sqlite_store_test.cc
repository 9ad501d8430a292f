// What the SQLite store promises beyond the contract that all stores share: errors, files that are
// not what they should be or go away, other people's tables, other boots.
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <leasehold/sqlite_store.h>
#include "lib/tests/sqlite_fixture.h"
#include "lib/tests/sqlite_user.h"

namespace leasehold {
namespace {

using namespace std::string_literals;

using SqliteStoreTest = SqliteFixture;

TEST_F(SqliteStoreTest, WhatWasGrantedIsSeenByEveryStoreOnTheFileAndOutlivesThem) {
  Incarnation table;
  {
    const auto one = store();
    const auto two = store();
    EXPECT_EQ(granted(*one, ann, 0).term, 1U);
    table = incarnation_of(*one);
    EXPECT_EQ(incarnation_of(*two), table);
    const auto busy = two->acquire(asks(bob, 1));
    EXPECT_TRUE(std::holds_alternative<Busy>(busy->answer));
  }
  const auto later = store();
  EXPECT_EQ(incarnation_of(*later), table);
  clock.advance(1s + 1ns);
  const Granted taken = granted(*later, bob, 1);
  EXPECT_EQ(taken.term, 2U);
  EXPECT_EQ(taken.previous_owner, ann);
}

TEST_F(SqliteStoreTest, FactsAreWhatTheFileAndTheConnectionsReallyAre) {
  const auto locks = store();
  const Incarnation table = incarnation_of(*locks);
  chmod(dir.path().c_str(), 0700);
  chmod(file.c_str(), 0640);
  const std::string own = std::to_string(geteuid()) + ":" + std::to_string(getegid());
  EXPECT_EQ(value_of(*locks, "file"), file);
  EXPECT_EQ(value_of(*locks, "file_mode"), "0640");
  EXPECT_EQ(value_of(*locks, "file_owner"), own);
  EXPECT_EQ(value_of(*locks, "file_writable"), "yes");
  EXPECT_EQ(value_of(*locks, "directory"), dir.path());
  EXPECT_EQ(value_of(*locks, "directory_mode"), "0700");
  EXPECT_EQ(value_of(*locks, "directory_owner"), own);
  EXPECT_EQ(value_of(*locks, "directory_writable"), "yes");
  EXPECT_NE(value_of(*locks, "filesystem"), "");
  EXPECT_EQ(value_of(*locks, "filesystem_use"), "local");
  EXPECT_EQ(value_of(*locks, "sqlite_version"), sqlite3_libversion());
  EXPECT_EQ(value_of(*locks, "journal_mode"), "wal");
  EXPECT_EQ(value_of(*locks, "synchronous_grants"), "FULL");
  EXPECT_EQ(value_of(*locks, "synchronous_renewals"), "NORMAL");
  EXPECT_EQ(value_of(*locks, "schema"), "3");
  EXPECT_EQ(value_of(*locks, "record_format"), "1");
  EXPECT_EQ(value_of(*locks, "incarnation"), to_string(table));
  EXPECT_EQ(wrong_with(*locks), "");
}

TEST_F(SqliteStoreTest, FactsNameWhatIsWrongWithThem) {
  const auto locks = store();
  chmod(dir.path().c_str(), 0777);
  EXPECT_EQ(wrong_with(*locks), "directory_mode ");
  // Where the sticky bit is set nobody can put another file in its place.
  chmod(dir.path().c_str(), 01777);
  EXPECT_EQ(wrong_with(*locks), "");
  chmod(file.c_str(), 0666);
  EXPECT_EQ(wrong_with(*locks), "file_mode ");
  std::filesystem::remove(file);
  EXPECT_EQ(wrong_with(*locks), "schema ");
  EXPECT_EQ(value_of(*locks, "file_mode"), "not told");
  EXPECT_FALSE(std::filesystem::exists(file)) << "looking makes nothing";
}

TEST_F(SqliteStoreTest, LinksAndRelativePathsLeadToOneFileAndOneSidecar) {
  const auto one = store();
  std::filesystem::create_symlink(file, dir.file("alias.db"));
  const auto two = SqliteStore::open(dir.file("alias.db"), {}, clock, random, "boot:1");
  ASSERT_TRUE(two);
  EXPECT_EQ(incarnation_of(**two), incarnation_of(*one));
  EXPECT_TRUE(std::filesystem::exists(file + "-lease"));
  EXPECT_FALSE(std::filesystem::exists(dir.file("alias.db-lease")));
}

TEST_F(SqliteStoreTest, ItKeepsTimeInNoFinerStepsThanItsClock) {
  const doubles::ManualClock coarse{Instant<LocalClock>::at_ns(0), Span<LocalClock>::ns(10)};
  const auto finer = SqliteStore::open(file, {.resolution = Length(9)}, coarse, random, "boot:1");
  ASSERT_FALSE(finer);
  EXPECT_EQ(finer.error().kind, Errc::misuse);
  const auto same = SqliteStore::open(file, {.resolution = Length(10)}, coarse, random, "boot:1");
  ASSERT_TRUE(same);
  EXPECT_EQ((*same)->traits().resolution, Length(10));
}

TEST_F(SqliteStoreTest, LivesInTheUsersOwnDatabaseAndTouchesNothingElseThere) {
  {
    SqliteUser user(file);
    user.run("CREATE TABLE jobs(id INTEGER PRIMARY KEY); INSERT INTO jobs VALUES (7)");
  }
  const auto locks = store();
  EXPECT_EQ(granted(*locks, ann, 0).term, 1U);
  SqliteUser user(file);
  user.run("INSERT INTO jobs VALUES (8)");
  EXPECT_EQ(user.count("SELECT count(*) FROM jobs"), 2);
  EXPECT_EQ(user.count("SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'leasehold%'"), 1);
}

TEST_F(SqliteStoreTest, AWriterThatStaysTooLongIsAnErrorThatNeverTakesEffect) {
  const auto locks = store();
  SqliteUser user(file);
  user.run("BEGIN IMMEDIATE");
  const auto failed = locks->acquire(asks(ann, 0));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Errc::not_applied);
  EXPECT_NE(failed.error().detail.find("another writer"), std::string::npos)
      << failed.error().detail;
  EXPECT_FALSE(locks->renew(std::array{renews(ann, 1, 1)}));
  user.run("COMMIT");
  EXPECT_FALSE(locks->inspect("k")->answer) << "it was not applied later";
  EXPECT_EQ(granted(*locks, ann, 0).term, 1U);
}

TEST_F(SqliteStoreTest, AWriterDoesNotKeepOthersFromLearningWhoHasTheLock) {
  const auto locks = store();
  granted(*locks, ann, 0);
  SqliteUser user(file);
  user.run("BEGIN IMMEDIATE");
  const auto busy = locks->acquire(asks(bob, 1));
  ASSERT_TRUE(busy) << busy.error().detail;
  EXPECT_TRUE(std::holds_alternative<Busy>(busy->answer));
  user.run("COMMIT");
}

TEST_F(SqliteStoreTest, AFileThatWasDeletedKnowsNothingOfItsLeasesAndIsMadeAnewByAnAcquire) {
  const auto locks = store();
  const Term term = granted(*locks, ann, 0).term;
  const Incarnation before = incarnation_of(*locks);
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(file + part);
  const auto renewed = locks->renew(std::array{renews(ann, term, 1)});
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_TRUE(std::holds_alternative<NotOwner>(renewed->answer.at(0)));
  EXPECT_NE(renewed->incarnation, before);
  EXPECT_FALSE(std::filesystem::exists(file)) << "a renewal makes nothing";
  EXPECT_EQ(granted(*locks, bob, 0).term, 1U);
  EXPECT_NE(incarnation_of(*locks), before);
}

TEST_F(SqliteStoreTest, AFileThatWasReplacedIsAnotherTable) {
  const auto locks = store();
  const Term term = granted(*locks, ann, 0).term;
  const Incarnation before = incarnation_of(*locks);
  std::filesystem::rename(file, dir.file("moved.db"));
  const auto others = store();
  EXPECT_EQ(granted(*others, bob, 0).term, 1U);
  const auto renewed = locks->renew(std::array{renews(ann, term, 1)});
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_NE(renewed->incarnation, before);
  EXPECT_EQ(renewed->incarnation, incarnation_of(*others));
  EXPECT_TRUE(std::holds_alternative<NotOwner>(renewed->answer.at(0)));
}

TEST_F(SqliteStoreTest, TablesThatWereDroppedAreMadeAnewByAnAcquireOnly) {
  const auto locks = store();
  const Term term = granted(*locks, ann, 0).term;
  const Incarnation before = incarnation_of(*locks);
  SqliteUser user(file);
  user.run("DROP TABLE leasehold_meta; DROP TABLE leasehold_record; DROP TABLE leasehold_lease");
  const auto renewed = locks->renew(std::array{renews(ann, term, 1)});
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_TRUE(std::holds_alternative<NotOwner>(renewed->answer.at(0)));
  EXPECT_NE(renewed->incarnation, before);
  EXPECT_EQ(user.count("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'leasehold%'"), 0);
  EXPECT_EQ(granted(*locks, bob, 0).term, 1U);
  EXPECT_NE(incarnation_of(*locks), before);
}

// Who waits looks again and again, and is told what was remembered only while it is true.
struct SqliteLooks : SqliteFixture {
  void SetUp() override { has_it(ann, "ann", 0); }
  void has_it(OwnerId owner, const std::string& info, Term expected) const {
    AcquireRequest request = asks(owner, expected);
    request.info = info;
    const auto answered = holders->acquire(request);
    ASSERT_TRUE(answered) << answered.error().detail;
    ASSERT_TRUE(std::holds_alternative<Granted>(answered->answer));
  }
  /// Twice: the second look goes by what the first remembers.
  void expect_told(const std::string& info, Term term) const {
    for (int look = 0; look < 2; ++look) {
      const auto answered = waiter->acquire(asks(bob, 1));
      ASSERT_TRUE(answered) << answered.error().detail;
      const auto* const busy = std::get_if<Busy>(&answered->answer);
      ASSERT_NE(busy, nullptr);
      EXPECT_EQ(busy->info, info);
      EXPECT_EQ(busy->term, term);
      EXPECT_EQ(answered->incarnation, incarnation_of(*holders));
    }
  }

  const std::unique_ptr<SqliteStore> holders = store();
  const std::unique_ptr<SqliteStore> waiter = store();
};

TEST_F(SqliteLooks, TellWhoHasItNow) {
  expect_told("ann", 1);
  ASSERT_TRUE(holders->release({.key = "k", .owner = ann, .term = 1}));
  has_it({9, 3}, "carol", 1);
  expect_told("carol", 2);
}

// Else the answers would be as right, and take twice as long.
TEST_F(SqliteLooks, AgainReadOneTableOnly) {
  expect_told("ann", 1);
  SqliteUser(file).run("DELETE FROM leasehold_record");
  const auto answered = waiter->acquire(asks(bob, 1));
  ASSERT_TRUE(answered) << answered.error().detail;
  const auto* const busy = std::get_if<Busy>(&answered->answer);
  ASSERT_NE(busy, nullptr);
  EXPECT_EQ(busy->info, "ann");
}

TEST_F(SqliteLooks, AgainOnTheSameConnectionAfterTheFileWasBusy) {
  expect_told("ann", 1);
  {
    SqliteUser writer(file);
    writer.run("BEGIN IMMEDIATE");
    const auto released = waiter->release({.key = "k", .owner = bob, .term = 1});
    ASSERT_FALSE(released);
    EXPECT_EQ(released.error().kind, Errc::not_applied);
  }
  SqliteUser(file).run("DELETE FROM leasehold_record");
  EXPECT_TRUE(waiter->acquire(asks(bob, 1)));
}

TEST_F(SqliteLooks, TellOfTheTablesThatAreThere) {
  expect_told("ann", 1);
  SqliteUser(file).run(
      "DROP TABLE leasehold_meta; DROP TABLE leasehold_record; DROP TABLE leasehold_lease");
  has_it({9, 3}, "carol", 0);
  expect_told("carol", 1);
}

TEST_F(SqliteLooks, TellOfTheDatabaseThatIsThere) {
  const std::string copy = dir.file("copy.db");
  expect_told("ann", 1);
  {
    const auto other = SqliteStore::open(copy, {}, clock, random, "boot:1");
    ASSERT_TRUE(other);
    AcquireRequest request = asks({9, 3}, 0);
    request.info = "carol";
    ASSERT_TRUE((*other)->acquire(request));
  }
  // As `.restore` of SQLite's shell does it: the pages of one go into the file of the other.
  SqliteUser from(copy);
  SqliteUser to(file);
  sqlite3_backup* const backup = sqlite3_backup_init(to.db(), "main", from.db(), "main");
  ASSERT_NE(backup, nullptr);
  EXPECT_EQ(sqlite3_backup_step(backup, -1), SQLITE_DONE);
  EXPECT_EQ(sqlite3_backup_finish(backup), SQLITE_OK);
  expect_told("carol", 1);
}

TEST_F(SqliteStoreTest, ALeaseOfAnotherBootIsNotJudgedButObserved) {
  granted(*store("boot:1"), ann, 0);
  const auto rebooted = store("boot:2");
  const auto early = rebooted->acquire(asks(bob, 1));
  ASSERT_TRUE(early && std::holds_alternative<Busy>(early->answer));
  EXPECT_FALSE(std::get<Busy>(early->answer).expiry_hint) << "its clock is not ours";
  clock.set(Instant<LocalClock>::at_ns(50'000'000'000));
  const auto answered = rebooted->acquire(asks(bob, 1));
  ASSERT_TRUE(answered && std::holds_alternative<Busy>(answered->answer));
  const Busy busy = std::get<Busy>(answered->answer);
  EXPECT_FALSE(busy.expiry_hint) << "its clock is not ours";
  AcquireRequest seen_unchanged = asks(bob, 1);
  seen_unchanged.unchanged = busy.version;
  const auto taken = rebooted->acquire(seen_unchanged);
  ASSERT_TRUE(taken && std::holds_alternative<Granted>(taken->answer));
  EXPECT_EQ(std::get<Granted>(taken->answer).term, 2U);
}

// A renewal is judged by the clock that the tenure began under, so this one renews no moment.
TEST_F(SqliteStoreTest, ARenewalUnderAnotherBootKeepsNoExpiryThatItCanNotJudge) {
  granted(*store("boot:1"), ann, 0);
  const auto rebooted = store("boot:2");
  const auto renewed = rebooted->renew(std::array{renews(ann, 1, 1)});
  ASSERT_TRUE(renewed && std::holds_alternative<Renewed>(renewed->answer.at(0)));
  const auto seen = rebooted->inspect("k");
  EXPECT_FALSE(seen->answer->expires_at);
  EXPECT_EQ(seen->answer->seq, 1U);
  EXPECT_EQ(seen->answer->domain, "boot:1");
}

TEST_F(SqliteStoreTest, ProcessesOfTwoTimeNamespacesAgreeOnTheMoment) {
  const auto host = store("boot:1");
  const auto container = store("boot:1", Span<LocalClock>::ns(5'000'000'000));
  const Granted there = granted(*host, ann, 0);
  EXPECT_EQ(there.expires_at->ns(), 2'000'000'000);
  clock.advance(5s);  // the container's readings are 5 s ahead of the host's
  const auto seen = container->inspect("k");
  EXPECT_EQ(seen->answer->expires_at->ns(), 7'000'000'000);
  EXPECT_EQ(seen->answer->over, false);
  clock.advance(1s + 1ns);
  EXPECT_EQ(container->inspect("k")->answer->over, true);
}

TEST_F(SqliteStoreTest, WhatIsNoDatabaseIsRefusedAndLeftAlone) {
  std::ofstream(file) << "this is a letter to my aunt, and far longer than a header would be......"
                         "...................................................................";
  const auto size = std::filesystem::file_size(file);
  const Error error = refused(file);
  EXPECT_EQ(error.kind, Errc::misuse);
  EXPECT_NE(error.detail.find("file is not a database"), std::string::npos) << error.detail;
  EXPECT_NE(error.detail.find(file), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(file), size);
}

TEST_F(SqliteStoreTest, PathsThatCanNotBeAreRefused) {
  EXPECT_NE(refused("").detail.find("empty"), std::string::npos);
  EXPECT_NE(refused(":memory:").detail.find("memory:"), std::string::npos);
  EXPECT_NE(refused(dir.path().string()).detail.find("no regular file"), std::string::npos);
  const Error error = refused(dir.file("missing/locks.db"));
  EXPECT_EQ(error.kind, Errc::misuse);
  EXPECT_NE(error.detail.find("missing can't be reached"), std::string::npos) << error.detail;
}

TEST_F(SqliteStoreTest, KeysAreBytes) {
  const auto locks = store();
  const std::string odd = "a\0b'\"; DROP TABLE leasehold_record; \xff"s;
  AcquireRequest request = asks(ann, 0);
  request.key = odd;
  ASSERT_TRUE(locks->acquire(request));
  EXPECT_TRUE(locks->inspect(odd)->answer);
  EXPECT_FALSE(locks->inspect("a")->answer);
}

/// Waits for a hint; one that never comes is found by the time limit of the test.
class Ear final : public HintSink {
 public:
  void on_hint(const std::string& key) override {
    const std::scoped_lock lock(mutex_);
    heard_ = key;
    news_.notify_all();
  }
  void await(const std::string& key) {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [&] { return heard_ == key; });
    heard_.clear();
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::string heard_;
};

TEST_F(SqliteStoreTest, AReleaseAndAnAbandonAreHeardByWhoWatches) {
  const auto one = store();
  const auto two = store();
  Ear ear;
  two->set_hint_sink(&ear);
  two->watch("k");
  EXPECT_EQ(granted(*one, ann, 0).term, 1U);
  ASSERT_TRUE(one->release({"k", ann, 1}));
  ear.await("k");
  EXPECT_EQ(granted(*one, bob, 1).term, 2U);
  ASSERT_TRUE(one->abandon({"k", bob, 1}));
  ear.await("k");
  two->unwatch("k");
  two->set_hint_sink(nullptr);
}

TEST_F(SqliteStoreTest, GoesOnWithoutItsSidecar) {
  const auto one = store();
  std::filesystem::remove(file + "-lease");
  EXPECT_EQ(granted(*one, ann, 0).term, 1U);
  const auto two = store();
  EXPECT_TRUE(std::holds_alternative<Busy>(two->acquire(asks(bob, 1))->answer));
  EXPECT_TRUE(one->renew(std::array{renews(ann, 1, 1)}));
}

}  // namespace
}  // namespace leasehold
