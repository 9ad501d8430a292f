// The SQLite store among real processes.
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/sqlite_store.h>
#include "lib/tests/actor.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

struct SqliteProcesses : testing::Test {
  std::unique_ptr<SqliteStore> store() const {
    auto opened = SqliteStore::open(file, {.busy_wait = 10min, .any_filesystem = true});
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(opened).value();
  }

  /// What an acquire by an owner that nobody else is comes to.
  static std::string asked(Store& store, const std::string& key) {
    const auto answered = store.acquire({.key = key,
                                         .owner = {3, static_cast<std::uint64_t>(getpid())},
                                         .expected_term = 0,
                                         .lease = 24h,
                                         .info = "test",
                                         .unchanged = std::nullopt});
    if (!answered) return answered.error().detail;
    if (std::holds_alternative<Busy>(answered->answer)) return "busy";
    return std::holds_alternative<Granted>(answered->answer) ? "granted" : "moved";
  }

  const TempDir dir;
  const std::string file = dir.file("locks.db");
};

// All are at the barrier before one may go on, so they meet at a file that is not there.
TEST_F(SqliteProcesses, FiftyOpenAFreshFileAtOnceAndAllSucceed) {
  constexpr int many = 50;
  Pipe barrier;
  std::vector<Pipe> said(many);
  std::vector<Actor> actors;
  actors.reserve(many);
  for (int one = 0; one < many; ++one) {
    actors.emplace_back(std::vector<std::string>{"take", file, "key " + std::to_string(one)},
                        barrier, said.at(static_cast<std::size_t>(one)));
  }
  std::vector<std::string> texts(many);
  for (std::size_t one = 0; one < many; ++one) {
    said.at(one).close_in();
    ASSERT_EQ(said.at(one).line(), "ready");
  }
  barrier.close_out();
  barrier.close_in();
  for (std::size_t one = 0; one < many; ++one) {
    texts.at(one) = said.at(one).line();
    EXPECT_EQ(actors.at(one).wait(), 0) << "process " << one << ": " << texts.at(one);
  }
  const auto locks = store();
  for (std::size_t one = 0; one < many; ++one) {
    const auto record = locks->inspect("key " + std::to_string(one));
    ASSERT_TRUE(record) << record.error().detail;
    EXPECT_EQ(texts.at(one), to_string(record->incarnation)) << "all use one table";
    ASSERT_TRUE(record->answer) << "process " << one << " left no record";
    EXPECT_EQ(record->answer->term, 1U);
    EXPECT_FALSE(record->answer->owner);
  }
}

// The child's connections must be locked like anybody's: else the parent, when it closes, is the
// last one as far as the kernel knows, and deletes the -wal that the child writes to.
TEST_F(SqliteProcesses, AForkedChildsGrantIsSeenByAllThoughItsParentClosed) {
  auto parents = store();
  EXPECT_EQ(asked(*parents, "the parent's"), "granted");
  Pipe to_child;
  Pipe from_child;
  const pid_t child = fork();
  if (child == 0) {
    to_child.close_in();
    char byte = 0;
    const auto own = store();
    if (asked(*own, "the child's first") != "granted") _exit(1);
    if (write(from_child.in(), "1", 1) != 1 || !to_child.take(byte)) _exit(2);
    if (asked(*own, "the child's second") != "granted") _exit(3);
    if (write(from_child.in(), "2", 1) != 1) _exit(4);
    to_child.take(byte);
    _exit(0);
  }
  from_child.close_in();
  char byte = 0;
  EXPECT_TRUE(from_child.take(byte)) << "the child ended early";
  parents.reset();
  EXPECT_EQ(write(to_child.in(), "x", 1), 1);
  EXPECT_TRUE(from_child.take(byte)) << "the child ended early";
  for (const char* key : {"the parent's", "the child's first", "the child's second"}) {
    const Performance third = perform_actor({"ask", file, key});
    EXPECT_EQ(third.text, "busy\n") << key;
  }
  to_child.close_in();
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

// Nor may a child's child take over what its parent inherited.
TEST_F(SqliteProcesses, GrandchildrenSeeOneTableToo) {
  auto parents = store();
  EXPECT_EQ(asked(*parents, "the parent's"), "granted");
  const pid_t child = fork();
  if (child == 0) {
    auto own = store();
    if (asked(*own, "the child's") != "granted") _exit(1);
    const pid_t grandchild = fork();
    if (grandchild == 0) {
      const auto third = store();
      _exit(asked(*third, "the grandchild's") == "granted" &&
                    asked(*third, "the child's") == "busy" &&
                    asked(*third, "the parent's") == "busy"
                ? 0
                : 2);
    }
    own.reset();
    int status = -1;
    _exit(waitpid(grandchild, &status, 0) == grandchild && status == 0 ? 0 : 3);
  }
  parents.reset();
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  for (const char* key : {"the parent's", "the child's", "the grandchild's"}) {
    EXPECT_EQ(perform_actor({"ask", file, key}).text, "busy\n") << key;
  }
}

}  // namespace
}  // namespace leasehold
