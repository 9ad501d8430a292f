// Clients that share a lock through a database file. Nothing here depends on how long anything
// takes.
#include <atomic>
#include <filesystem>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/client.h>
#include <leasehold/sqlite_store.h>
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

Guard must(Grant grant) {
  EXPECT_TRUE(grant) << grant.refusal().text();
  return std::move(grant).guard();
}

/// The SQLite store, and how often it said that somebody else has the lock.
class Watched final : public Store {
 public:
  explicit Watched(std::unique_ptr<Store> store) : store_(std::move(store)) {}
  const Traits& traits() const override { return store_->traits(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    auto answered = store_->acquire(request);
    if (answered && std::holds_alternative<Busy>(answered->answer)) ++busy;
    return answered;
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    return store_->renew(batch);
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    return store_->release(request);
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    return store_->abandon(request);
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override {
    return store_->inspect(key);
  }
  void set_hint_sink(HintSink* sink) override { store_->set_hint_sink(sink); }
  void watch(const std::string& key) override { store_->watch(key); }
  void unwatch(const std::string& key) override { store_->unwatch(key); }

  static std::atomic<int> busy;

 private:
  const std::unique_ptr<Store> store_;
};
std::atomic<int> Watched::busy{0};

struct SqliteClientTest : testing::Test {
  Client client(const Config& config) const {
    auto store = SqliteStore::open(file, {.busy_wait = 5min});
    EXPECT_TRUE(store) << store.error().detail;
    auto made = Client::over(std::make_unique<Watched>(*std::move(store)), config, {});
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(made).value();
  }
  /// Between two tries an hour passes: only a hint makes a hand-over sooner.
  static Config patient() {
    Config config = host_preset();
    config.timing.lease = 48h;
    config.timing.renew_every = 1h;
    config.timing.request_timeout = 10min;
    config.timing.retry_pause = 1h;
    config.timing.longest_wait = 1h;
    config.timing.min_useful = 2h;
    config.timing.tolerated_failures = 1;
    return config;
  }

  const TempDir dir;
  const std::string file = dir.file("locks.db");
};

TEST_F(SqliteClientTest, TheUrlNamesTheFile) {
  const auto opened = open("sqlite:" + file);
  ASSERT_TRUE(opened) << opened.error().detail;
  const Guard guard = must(opened->lock("deploy").acquire({}));
  EXPECT_TRUE(guard.is_held());
  EXPECT_TRUE(std::filesystem::exists(file));
  const auto other = open("sqlite:" + file);
  const Grant refused = other->lock("deploy").try_acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.refusal().why, Refusal::Why::busy);
  EXPECT_NE(refused.refusal().who.find("pid "), std::string::npos);
}

TEST_F(SqliteClientTest, ABadUrlSaysWhatIsWrongWithTheFile) {
  const auto opened = open("sqlite:" + dir.file("missing/locks.db"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, Errc::misuse);
  EXPECT_NE(opened.error().detail.find("missing"), std::string::npos);
}

TEST_F(SqliteClientTest, AReleaseWakesWhoWaits) {
  const Client holder = client(patient());
  const Client waiter = client(patient());
  Guard guard = must(holder.lock("k").acquire({}));
  const int before = Watched::busy;
  auto waiting =
      std::async(std::launch::async, [&] { return must(waiter.lock("k").acquire({})).is_held(); });
  while (Watched::busy == before) std::this_thread::sleep_for(1ms);
  guard.drop();
  EXPECT_TRUE(waiting.get()) << "the next try would be an hour later";
}

TEST_F(SqliteClientTest, EveryReleaseWakesOneOfManyUntilAllHadIt) {
  constexpr int waiters = 6;
  const Client holder = client(patient());
  Guard guard = must(holder.lock("k").acquire({}));
  const int before = Watched::busy;
  std::vector<Client> clients;
  std::vector<std::future<bool>> waiting;
  clients.reserve(waiters);
  waiting.reserve(waiters);
  for (int one = 0; one < waiters; ++one) clients.push_back(client(patient()));
  for (const Client& one : clients) {
    waiting.push_back(std::async(std::launch::async,
                                 [&one] { return must(one.lock("k").acquire({})).is_held(); }));
  }
  while (Watched::busy < before + waiters) std::this_thread::sleep_for(1ms);
  guard.drop();
  for (auto& one : waiting) EXPECT_TRUE(one.get());
}

TEST_F(SqliteClientTest, ADeletedFileIsALossThatSaysSo) {
  Config quick = host_preset();
  quick.timing.renew_every = 20ms;
  quick.timing.request_timeout = 20ms;
  const Client one = client(quick);
  const Guard guard = must(one.lock("k").acquire({}));
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(file + part);
  while (guard.is_held()) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(guard.lost(), LossReason::store_gone);
  EXPECT_TRUE(must(one.lock("k").acquire({})).is_held()) << "and life goes on";
}

}  // namespace
}  // namespace leasehold
