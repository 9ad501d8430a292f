// The Redis store's scripts give the answers of the memory store to any history of requests.
#include <string>

#include <gtest/gtest.h>

#include "lib/tests/store_twins.h"
#include "lib/tests/stores/redis_server.h"

namespace leasehold {
namespace {

struct RedisModel : RedisTest {};

TEST_F(RedisModel, AnyHistoryGetsTheAnswersOfTheMemoryStore) {
  const RedisServer server;
  SeenAnswers seen;
  for (std::uint64_t seed = 1; seed <= sequences(60); ++seed) {
    doubles::ManualClock clock(StoreTwins::start, Span<LocalClock>::ns(1000));
    doubles::SequenceRandom ids;
    const auto store = RedisStore::open(server.url("?prefix=" + std::to_string(seed) + ":"),
                                        {.patience = patience}, clock, ids);
    ASSERT_TRUE(store) << store.error().detail;
    // A clock that ticks in microseconds shows nothing between two ticks.
    const auto in_ticks = [&] {
      const std::int64_t ns = clock.now().at.ns();
      clock.set(Instant<LocalClock>::at_ns(ns - ns % 1000));
    };
    StoreTwins twins(seed, **store, clock, in_ticks);
    for (int step = 0; step < 150; ++step) {
      ASSERT_TRUE(twins.step()) << "seed " << seed << ", step " << step;
    }
    ASSERT_TRUE(twins.records_are_equal()) << "seed " << seed;
    for (const auto& [kind, times] : twins.seen()) seen[kind] += times;
  }
  expect_rich(seen, 20);
}

}  // namespace
}  // namespace leasehold
