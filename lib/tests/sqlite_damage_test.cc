// What the SQLite store says of a disk that is full, of files that it may not write, and of damage.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <leasehold/sqlite_store.h>
#include "lib/tests/actor.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using std::filesystem::perms;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

struct SqliteDamage : testing::Test {
  std::unique_ptr<SqliteStore> store() const {
    auto opened = SqliteStore::open(file, {.any_filesystem = true});
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(opened).value();
  }
  static auto acquire(Store& store, const std::string& key) {
    return store.acquire({.key = key,
                          .owner = {5, 1},
                          .expected_term = 0,
                          .lease = 1h,
                          .info = "test",
                          .unchanged = std::nullopt});
  }
  /// A database with 200 records, and nothing of it in a log.
  void make() const {
    const auto locks = store();
    for (int key = 0; key < 200; ++key) {
      EXPECT_TRUE(acquire(*locks, "key " + std::to_string(key)));
    }
  }
  std::string bytes() const {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const std::string& bytes) const {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out << bytes;
  }

  const TempDir dir;
  const std::string file = dir.file("locks.db");
};

TEST_F(SqliteDamage, ADiskThatIsReallyFullIsAnErrorAndNothingEnds) {
  const Performance actor = perform_actor({"fill", dir.path().string()});
  // Who may not mount a file system has no small disk to fill; ctest counts it as skipped. That
  // each write which finds no room is an error is tried everywhere by sqlite_faults_test.cc.
  if (actor.code == 77) GTEST_SKIP() << actor.text;
  EXPECT_EQ(actor.code, 0) << "it died of a signal if above 200: " << actor.text;
  EXPECT_EQ(actor.text, "granted\n");
}

TEST_F(SqliteDamage, AFileThatMayOnlyBeReadIsRefusedWithWhatToDo) {
  make();
  std::filesystem::remove(file + "-lease");
  std::filesystem::permissions(dir.path(), perms::all);
  std::filesystem::permissions(file, perms::owner_read | perms::group_read | perms::others_read);
  const Performance actor = perform_actor({"unprivileged", file});
  EXPECT_EQ(actor.code, 1);
  EXPECT_THAT(actor.text,
              AllOf(StartsWith("misuse: sqlite: open in " + file), HasSubstr("read-only"),
                    HasSubstr("; make the file and its directory writable")));
}

TEST_F(SqliteDamage, ADirectoryThatMayOnlyBeReadIsRefusedWithWhatToDo) {
  const perms may_read =
      perms::owner_read | perms::owner_exec | perms::others_read | perms::others_exec;
  std::filesystem::permissions(dir.path(), may_read);
  const Performance actor = perform_actor({"unprivileged", file});
  EXPECT_EQ(actor.code, 1);
  EXPECT_THAT(actor.text, AllOf(StartsWith("misuse: sqlite: open: can't open " + file + "-lease"),
                                HasSubstr("must be able to write it and its directory")));
  std::filesystem::permissions(dir.path(), perms::owner_all);
}

TEST_F(SqliteDamage, ADirectoryThatMayNotBeEnteredIsRefusedWithWhatToDo) {
  std::filesystem::permissions(dir.path(), perms::none);
  const Performance actor = perform_actor({"unprivileged", dir.file("inner/locks.db")});
  EXPECT_EQ(actor.code, 1);
  EXPECT_THAT(actor.text,
              AllOf(StartsWith("misuse: sqlite: open " + dir.file("inner/locks.db")),
                    HasSubstr("can't be reached: create it, or let this user into it")));
  std::filesystem::permissions(dir.path(), perms::owner_all);
}

TEST_F(SqliteDamage, FactsTellAUserWhoMayNotWriteTheDirectory) {
  const perms all_may_write = perms::owner_read | perms::owner_write | perms::group_read |
                              perms::group_write | perms::others_read | perms::others_write;
  std::ofstream(file).flush();
  std::filesystem::permissions(file, all_may_write);
  // While it is open the files beside it are there, and nobody needs to make them.
  const auto locks = store();
  const perms may_read =
      perms::owner_read | perms::owner_exec | perms::others_read | perms::others_exec;
  std::filesystem::permissions(dir.path(), may_read);
  const Performance actor = perform_actor({"unprivileged", file});
  EXPECT_EQ(actor.text, "file_mode 0666\ndirectory_writable no\nopened\n");
  std::filesystem::permissions(dir.path(), perms::owner_all);
}

// Everything behind the first page, which names the tables.
TEST_F(SqliteDamage, ADamagedFileIsRefusedWithWhatToDo) {
  make();
  std::string damaged = bytes();
  ASSERT_GT(damaged.size(), 3 * 4096U);
  std::fill(damaged.begin() + 4096, damaged.end(), '\xa5');
  put(damaged);
  const auto opened = SqliteStore::open(file, {.any_filesystem = true});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, Errc::misuse);
  EXPECT_THAT(opened.error().detail, AllOf(StartsWith("sqlite: open in " + file + ": "),
                                           HasSubstr("malformed (11); restore it, or delete it")));
}

TEST_F(SqliteDamage, DamageUnderALiveStoreIsAnErrorUntilTheFileIsRestored) {
  make();
  const auto live = store();
  const std::string good = bytes();
  std::string damaged = good;
  std::fill(damaged.begin() + 8192, damaged.end(), '\xa5');
  put(damaged);
  const auto failed = live->inspect("key 7");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Errc::misuse);
  EXPECT_THAT(failed.error().detail,
              AllOf(StartsWith("sqlite: inspect \"key 7\" in " + file), HasSubstr("; restore it")));
  EXPECT_FALSE(acquire(*live, "another"));
  put(good);
  const auto restored = live->inspect("key 7");
  ASSERT_TRUE(restored) << restored.error().detail;
  EXPECT_TRUE(restored->answer);
  EXPECT_FALSE(live->inspect("another")->answer) << "what failed was not applied";
  EXPECT_TRUE(acquire(*live, "another"));
}

TEST_F(SqliteDamage, RecordsThatMakeNoSenseSayWhatToDo) {
  make();
  const auto live = store();
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  for (const char* damage :
       {"UPDATE leasehold_lease SET term = -4",
        "UPDATE leasehold_lease SET term = 1; UPDATE leasehold_record SET authority = 'the moon'",
        "UPDATE leasehold_record SET format = 9", "DELETE FROM leasehold_record",
        "DELETE FROM leasehold_meta"}) {
    ASSERT_EQ(sqlite3_exec(db, damage, nullptr, nullptr, nullptr), SQLITE_OK);
    const auto failed = live->inspect("key 7");
    ASSERT_FALSE(failed) << damage;
    EXPECT_EQ(failed.error().kind, Errc::misuse) << damage;
    EXPECT_THAT(failed.error().detail,
                AllOf(StartsWith("sqlite: inspect \"key 7\" in " + file), HasSubstr("; ")))
        << damage;
  }
  sqlite3_close(db);
}

}  // namespace
}  // namespace leasehold
