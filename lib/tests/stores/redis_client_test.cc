// Clients that share a lock through a Redis server. Nothing here depends on how long anything
// takes.
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <leasehold/client.h>
#include <leasehold/store_scheme.h>
#include "lib/tests/stores/redis_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using stores::ann;

Guard must(Grant grant) {
  EXPECT_TRUE(grant) << grant.refusal().text();
  return std::move(grant).guard();
}

/// Remembers the hints that it was given.
class Heard final : public HintSink {
 public:
  void on_hint(const std::string& key) override {
    const std::scoped_lock lock(mutex_);
    ++times_[key];
    changed_.notify_all();
  }
  /// Waits until there are so many for `key` since the beginning.
  void wait_for(const std::string& key, int times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return times_[key] >= times; });
  }
  int times(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    return times_[key];
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> times_;
};

struct RedisClient : RedisRequests {
  void SetUp() override {
    RedisRequests::SetUp();
    add_redis();
  }
  static Client client(const std::string& url, const Config& config) {
    auto made = Client::over(opened(url), config, {});
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(made).value();
  }
  /// Between two tries an hour passes: only a hint makes a hand-over sooner.
  static Config patient() {
    Config config = network_preset();
    config.timing.lease = 48h;
    config.timing.renew_every = 1h;
    config.timing.request_timeout = 10min;
    config.timing.retry_pause = 1h;
    config.timing.longest_wait = 1h;
    config.timing.min_useful = 2h;
    config.timing.tolerated_failures = 1;
    return config;
  }
};

TEST_F(RedisClient, OpensByUrlWithThePresetOfNetworks) {
  const RedisServer server;
  const auto preset = preset_of(server.url());
  ASSERT_TRUE(preset) << preset.error().detail;
  EXPECT_EQ(preset->timing.lease, network_preset().timing.lease);
  auto client = leasehold::open("redis+unix:" + server.file("socket"));
  ASSERT_TRUE(client) << client.error().detail;
  const Guard guard = must(client->lock("k").acquire({}));
  EXPECT_TRUE(guard.is_held());
  EXPECT_EQ(guard.fence().term, 1U);
  auto other = leasehold::open(server.url());
  ASSERT_TRUE(other) << other.error().detail;
  EXPECT_FALSE(other->lock("k").try_acquire());
}

TEST_F(RedisClient, AReleaseWakesWhoWaits) {
  const RedisServer server;
  const Client one = client(server.url(), patient());
  const Client two = client(server.url(), patient());
  Guard guard = must(one.lock("k").acquire({}));
  std::thread waiting([&] { EXPECT_TRUE(must(two.lock("k").acquire({})).is_held()); });
  // Whether he listens by now or begins to later: he hears of it, or is told once he listens.
  guard.drop();
  waiting.join();
}

TEST_F(RedisClient, HintsAreForWatchedKeysAndBeginWithOne) {
  const RedisServer server;
  const auto store = opened(server.url());
  Heard heard;
  store->set_hint_sink(&heard);
  for (const char* key : {"k", "l"}) take(*store, key);
  store->watch("k");
  store->watch("k");
  heard.wait_for("k", 1);
  ASSERT_TRUE(store->release({.key = "l", .owner = ann, .term = 1}));
  ASSERT_TRUE(store->release({.key = "k", .owner = ann, .term = 1}));
  heard.wait_for("k", 2);
  EXPECT_EQ(heard.times("l"), 0);
  // Undoes one watch of two.
  store->unwatch("k");
  ASSERT_TRUE(store->acquire(asks("k", ann, 1)));
  ASSERT_TRUE(store->abandon({.key = "k", .owner = ann, .expected_term = 1}));
  heard.wait_for("k", 3);
  store->unwatch("k");
  store->watch("l");
  heard.wait_for("l", 1);
  store->set_hint_sink(nullptr);
}

TEST_F(RedisClient, AListenerComesBackAfterTheServerDid) {
  RedisServer server(RedisServer::durable());
  const auto store = opened(server.url());
  Heard heard;
  store->set_hint_sink(&heard);
  store->watch("k");
  heard.wait_for("k", 1);
  server.kill_hard();
  server.start();
  heard.wait_for("k", 2);
  auto taken = store->acquire(asks("k", ann, 0));
  while (!taken) taken = store->acquire(asks("k", ann, 0));
  ASSERT_TRUE(store->release({.key = "k", .owner = ann, .term = 1}));
  heard.wait_for("k", 3);
  store->set_hint_sink(nullptr);
}

TEST_F(RedisClient, AStoreIsGoneAtOnceWhileItsListenerCanNotConnect) {
  RedisServer server;
  const auto listening = opened(server.url());
  auto store = opened(server.url());
  store->watch("k");
  server.stop();
  // However far the thread has come: stopped, it does not wait for the server.
  store.reset();
  server.go_on();
}

TEST_F(RedisClient, WipedDataIsALossThatSaysSo) {
  const RedisServer server;
  Config quick = network_preset();
  quick.timing.renew_every = 20ms;
  quick.timing.request_timeout = 20ms;
  const Client one = client(server.url(), quick);
  const Guard guard = must(one.lock("k").acquire({}));
  server.ask({"FLUSHALL"});
  while (guard.is_held()) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(guard.lost(), LossReason::store_gone);
  EXPECT_TRUE(must(one.lock("k").acquire({})).is_held()) << "and life goes on";
}

}  // namespace
}  // namespace leasehold
