// What Redis answers to many at once is the history of one fenced lock per key (I19), also while
// connections are cut and answers are lost.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/tests/stores/fault_proxy.h"
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
  FaultProxy proxy(server.port_number());
  const auto stores = four("redis://127.0.0.1:" + std::to_string(proxy.port()), 300ms);
  std::atomic<bool> done = false;
  std::thread cuts([&] {
    core::SplitMix random(1);
    while (!done) {
      std::this_thread::sleep_for(std::chrono::milliseconds(random.below(12)));
      if (random.one_in(2)) {
        proxy.cut();
      } else {
        proxy.half_open();
      }
    }
  });
  Tally tally;
  // How many answers are lost is a matter of luck and of the machine: until some were.
  for (std::uint64_t seed = 1; seed <= 60 || tally.unknown_calls == 0 || tally.granted == 0;
       ++seed) {
    judge(history_of(stores, "key " + std::to_string(seed), seed, 8), tally);
    if (HasFailure()) break;
  }
  done = true;
  cuts.join();
  RecordProperty("unknown_calls", tally.unknown_calls);
  RecordProperty("undecided", tally.undecided);
}

}  // namespace
}  // namespace leasehold
