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
  const auto hear_line = [&](std::size_t one) {
    std::string line;
    for (char byte = 0; said.at(one).take(byte) && byte != '\n';) line.push_back(byte);
    return line;
  };
  for (std::size_t one = 0; one < many; ++one) {
    said.at(one).close_in();
    ASSERT_EQ(hear_line(one), "ready");
  }
  barrier.close_out();
  barrier.close_in();
  for (std::size_t one = 0; one < many; ++one) {
    texts.at(one) = hear_line(one);
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

}  // namespace
}  // namespace leasehold
