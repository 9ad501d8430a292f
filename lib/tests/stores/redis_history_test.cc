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
  expect_one_fenced_lock(four(server.url(), patience), 100);
}

TEST_F(RedisHistory, IsThatOfOneFencedLockWhenAnswersAreLost) {
  const RedisServer server;
  LossyProxy proxy(server.port_number());
  expect_one_fenced_lock(four("redis://127.0.0.1:" + std::to_string(proxy.port()), 300ms), 60,
                         proxy);
}

}  // namespace
}  // namespace leasehold
