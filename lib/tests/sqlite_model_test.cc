// The SQLite store gives the answers of the memory store to any history of requests.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include <leasehold/sqlite_store.h>
#include "lib/tests/store_twins.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

class SqliteModel : public testing::TestWithParam<Length> {};

TEST_P(SqliteModel, AnyHistoryGetsTheAnswersOfTheMemoryStore) {
  SeenAnswers seen;
  for (std::uint64_t seed = 1; seed <= sequences(40); ++seed) {
    const TempDir dir;
    doubles::ManualClock clock(StoreTwins::start, on<LocalClock>(GetParam()));
    doubles::SequenceRandom ids;
    const auto store =
        SqliteStore::open(dir.file("locks.db"), {.resolution = GetParam()}, clock, ids, "test");
    ASSERT_TRUE(store) << store.error().detail;
    StoreTwins twins(seed, **store, clock, [] {});
    for (int step = 0; step < 150; ++step) {
      ASSERT_TRUE(twins.step()) << "seed " << seed << ", step " << step;
    }
    ASSERT_TRUE(twins.records_are_equal()) << "seed " << seed;
    for (const auto& [kind, times] : twins.seen()) seen[kind] += times;
  }
  expect_rich(seen, 20);
}

// In nanoseconds: the adapter's own, and coarser than the steps in which the clock moves.
INSTANTIATE_TEST_SUITE_P(Resolutions, SqliteModel, testing::Values(Length(1), Length(10)),
                         [](const auto& one) { return std::to_string(one.param.count()) + "ns"; });

}  // namespace
}  // namespace leasehold
