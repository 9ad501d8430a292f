// What Redis answers to many at once is the history of one fenced lock per key (I19), also while
// connections are cut and answers are lost.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "lib/tests/stores/redis_fixture.h"
#include "lib/tests/stores/store_history.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

struct RedisHistory : RedisTest {
  static std::vector<std::unique_ptr<Store>> four(const std::string& url, Length most) {
    std::vector<std::unique_ptr<Store>> stores;
    while (stores.size() < 4) {
      // A slow machine may need some tries.
      if (auto store = RedisStore::open(url, {.patience = most}))
        stores.push_back(*std::move(store));
    }
    return stores;
  }
};

TEST_F(RedisHistory, IsThatOfOneFencedLock) {
  const RedisServer server;
  const auto stores = four(server.url(), patience);
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    judge(history_of(stores, "key " + std::to_string(seed), seed, 12), tally);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  EXPECT_EQ(tally.good, 100);
  EXPECT_EQ(tally.unknown_calls, 0);
  EXPECT_GE(tally.granted, 300);
}

TEST_F(RedisHistory, IsThatOfOneFencedLockWhenAnswersAreLost) {
  const RedisServer server;
  LossyProxy proxy(server.port_number());
  const auto stores = four("redis://127.0.0.1:" + std::to_string(proxy.port()), 300ms);
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    judge(history_of(stores, "key " + std::to_string(seed), seed, 8, losing_answers(proxy)), tally);
  }
  RecordProperty("unknown_calls", tally.unknown_calls);
  RecordProperty("undecided", tally.undecided);
  EXPECT_GE(tally.unknown_calls, 1);
  EXPECT_GE(tally.granted, 1);
}

}  // namespace
}  // namespace leasehold
