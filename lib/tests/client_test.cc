// The client on real threads. Nothing here depends on how long anything takes: a test waits for
// what it needs, and judges what it saw.
#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "lib/tests/client_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

/// A store that can be replaced by a new one under a live client.
class WipedStore final : public Store {
 public:
  WipedStore(const Clock& clock, Random& random) : clock_(clock), random_(random) { wipe(); }
  void wipe() {
    const auto made = std::make_shared<MemoryStore>(clock_, random_);
    const std::scoped_lock lock(mutex_);
    store_ = made;
    if (!first_) first_ = made;
  }
  const Traits& traits() const override { return first_->traits(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    return now()->acquire(request);
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    return now()->renew(batch);
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    return now()->release(request);
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    return now()->abandon(request);
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override {
    return now()->inspect(key);
  }

 private:
  std::shared_ptr<MemoryStore> now() const {
    const std::scoped_lock lock(mutex_);
    return store_;
  }
  const Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;
  std::shared_ptr<MemoryStore> first_;
  std::shared_ptr<MemoryStore> store_;
};

/// Says when a batch came that holds `many` keys or more, in order.
class BurstStore final : public SharedStore {
 public:
  BurstStore(std::shared_ptr<Store> store, std::size_t many, std::promise<void>& burst)
      : SharedStore(std::move(store)), many_(many), burst_(burst) {}
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    const bool in_order = std::is_sorted(
        batch.begin(), batch.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    if (batch.size() >= many_ && in_order && !std::exchange(seen_, true)) burst_.set_value();
    return SharedStore::renew(batch);
  }

 private:
  const std::size_t many_;
  std::promise<void>& burst_;
  bool seen_ = false;
};

using ClientTest = ClientFixture;

TEST_F(ClientTest, AGuardIsHeldUntilItIsDropped) {
  const Client a = client("a");
  Guard guard = must(a.lock("key").try_acquire());
  EXPECT_TRUE(guard.is_held());
  EXPECT_GT(guard.remaining(), 0ns);
  EXPECT_EQ(guard.fence().term, 1U);
  EXPECT_EQ(guard.fence().key, "key");
  guard.drop();
  EXPECT_FALSE(guard.is_held());
}

TEST_F(ClientTest, TwoLocksOfOneKeyShareOneTenure) {
  const Client a = client("a");
  Guard first = must(a.lock("key").try_acquire());
  Guard second = must(a.lock("key").try_acquire());
  EXPECT_EQ(first.fence(), second.fence());
  first.drop();
  EXPECT_TRUE(second.is_held());
  EXPECT_TRUE(owned("key"));
}

TEST_F(ClientTest, WhoTriesWhileAnotherHoldsIsToldWhoItIs) {
  const Client a = client("the first");
  const Client b = client("the second");
  const Guard guard = must(a.lock("key").try_acquire());
  const Grant refused = b.lock("key").try_acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.refusal().why, Refusal::Why::busy);
  EXPECT_EQ(refused.refusal().who, "the first");
  EXPECT_EQ(refused.refusal().text(), "the lock is held by the first");
}

TEST_F(ClientTest, WhoWaitsGetsTheLockWhenItIsLetGo) {
  const Client a = client("a");
  const Client b = client("b");
  Guard first = must(a.lock("key").try_acquire());
  std::promise<Guard> granted;
  b.lock("key").acquire_async(
      {}, [&granted](Grant grant) { granted.set_value(must(std::move(grant))); });
  const Fence before = first.fence();
  first.drop();
  const Guard second = granted.get_future().get();
  EXPECT_EQ(second.fence().term, before.term + 1);
  EXPECT_NE(second.fence().owner_digest, before.owner_digest);
}

TEST_F(ClientTest, ManyThreadsOfManyClientsNeverHoldTogether) {
  std::vector<Client> clients;
  clients.reserve(4);
  for (int n = 0; n < 4; ++n) clients.push_back(client("client " + std::to_string(n)));
  std::atomic<int> inside{0};
  std::atomic<int> overlaps{0};
  std::atomic<int> turns{0};
  std::vector<std::thread> threads;
  threads.reserve(clients.size());
  for (const Client& one : clients) {
    threads.emplace_back([&, lock = one.lock("key")] {
      for (int turn = 0; turn < 25; ++turn) {
        const Guard guard = must(lock.acquire({}));
        if (inside.fetch_add(1) != 0 && guard.is_held()) ++overlaps;
        ++turns;
        inside.fetch_sub(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(overlaps, 0);
  EXPECT_EQ(turns, 100);
  EXPECT_GE(term("key"), 4U);
}

/// Says on which threads it was asked.
class WatchedStore final : public SharedStore {
 public:
  explicit WatchedStore(std::shared_ptr<Store> store) : SharedStore(std::move(store)) {
    at_once = true;
  }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    threads.insert(std::this_thread::get_id());
    return SharedStore::acquire(request);
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    threads.insert(std::this_thread::get_id());
    return SharedStore::release(request);
  }

  std::set<std::thread::id> threads;
};

TEST_F(ClientTest, AStoreThatAnswersAtOnceIsAskedByWhoeverWantsTheLock) {
  auto watched = std::make_unique<WatchedStore>(store);
  const WatchedStore& seen = *watched;
  const Client one = over(std::move(watched), host_preset(), {});
  for (Term round = 1; round <= 3; ++round) {
    must(one.lock("k").acquire({})).drop();
    EXPECT_FALSE(owned("k")) << "the release was made too";
    EXPECT_EQ(term("k"), round);
  }
  EXPECT_EQ(must(one.lock("k").acquire({})).release().what, ReleaseOutcome::What::released);
  EXPECT_EQ(seen.threads, std::set{std::this_thread::get_id()});
}

TEST_F(ClientTest, ThreadsThatAskAStoreWhichAnswersAtOnceNeverHoldTogether) {
  std::vector<Client> clients;
  for (int i = 0; i < 3; ++i) {
    auto shared = std::make_unique<SharedStore>(store);
    shared->at_once = true;
    clients.push_back(over(std::move(shared), host_preset(), {}));
  }
  std::atomic<int> holders{0};
  std::vector<std::thread> threads;
  threads.reserve(clients.size());
  for (const Client& one : clients) {
    threads.emplace_back([&one, &holders] {
      for (int round = 0; round < 50; ++round) {
        const Guard guard = must(one.lock("k").acquire({}));
        EXPECT_EQ(holders.fetch_add(1), 0);
        holders.fetch_sub(1);
      }
    });
  }
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(term("k"), 150U);
}

TEST_F(ClientTest, ATokenThatIsAskedForAfterTheEndIsStopped) {
  const Client one = client("one");
  Guard guard = must(one.lock("k").acquire({}));
  EXPECT_EQ(guard.release().what, ReleaseOutcome::What::released);
  EXPECT_TRUE(guard.stop_token().stop_requested());
  EXPECT_TRUE(guard.stop_token().stop_requested());
}

TEST_F(ClientTest, AStopTokenEndsTheWait) {
  const Client a = client("a");
  const Client b = client("b");
  const Guard guard = must(a.lock("key").try_acquire());
  std::stop_source stop;
  std::promise<Refusal::Why> ended;
  b.lock("key").acquire_async({.stop = stop.get_token()}, [&ended](const Grant& grant) {
    ended.set_value(grant.refusal().why);
  });
  stop.request_stop();
  EXPECT_EQ(ended.get_future().get(), Refusal::Why::cancelled);
  std::stop_source before;
  before.request_stop();
  const Grant refused = b.lock("key").acquire({.stop = before.get_token()});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.refusal().why, Refusal::Why::cancelled);
}

TEST_F(ClientTest, AWaitThatIsOverSaysSo) {
  const Client a = client("a");
  const Client b = client("b");
  const Guard guard = must(a.lock("key").try_acquire());
  const Grant refused = b.lock("key").acquire({.within = 1ms});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.refusal().why, Refusal::Why::timed_out);
}

TEST_F(ClientTest, ClosingKillsGuardsTellsThemAndReleases) {
  Client a = client("a");
  const Guard guard = must(a.lock("key").try_acquire());
  std::promise<void> told;
  const std::stop_callback on_stop(guard.stop_token(), [&told] { told.set_value(); });
  a.close();
  EXPECT_FALSE(guard.is_held());
  EXPECT_EQ(guard.lost(), LossReason::closed);
  told.get_future().get();
  EXPECT_FALSE(owned("key"));
  const Grant refused = a.lock("key").try_acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.refusal().why, Refusal::Why::closed);
}

TEST_F(ClientTest, WhoAsksAClosedClientWithoutBlockingIsRefusedToo) {
  Client a = client("a");
  const Lock lock = a.lock("key");
  a.close();
  std::optional<Refusal::Why> why;
  lock.acquire_async({}, [&why](const Grant& grant) { why = grant.refusal().why; });
  EXPECT_EQ(why, Refusal::Why::closed);
}

TEST_F(ClientTest, AGuardMayOutliveItsClient) {
  Guard guard;
  {
    const Client a = client("a");
    guard = must(a.lock("key").try_acquire());
  }
  EXPECT_FALSE(guard.is_held());
  guard.drop();
}

TEST_F(ClientTest, AClientMayBeClosedFromACallback) {
  Client a = client("a");
  std::promise<bool> closed;
  a.lock("key").acquire_async({}, [&](Grant grant) {
    const Guard guard = must(std::move(grant));
    a.close();
    closed.set_value(guard.is_held());
  });
  EXPECT_FALSE(closed.get_future().get());
}

// What an operator does who deletes the table: a new incarnation, terms from 1.
TEST_F(ClientTest, AGuardFromBeforeAWipeNeitherReadsAsHeldNorEndsWhatCameAfter) {
  const auto switched = std::make_shared<WipedStore>(clock, random);
  auto made = Client::over(std::make_unique<SharedStore>(switched), host_preset(), {});
  ASSERT_TRUE(made);
  const Lock lock = made->lock("deploy");
  Guard before = must(lock.acquire({}));
  switched->wipe();
  while (before.is_held()) std::this_thread::sleep_for(1ms);  // until its renewal is refused
  Guard after = must(lock.acquire({}));
  EXPECT_EQ(before.fence().term, after.fence().term);
  EXPECT_NE(before.fence().incarnation, after.fence().incarnation);
  EXPECT_FALSE(before.is_held());
  EXPECT_EQ(before.lost(), LossReason::store_gone);
  before.drop();
  EXPECT_TRUE(after.is_held());
}

// Each is due at a random moment within 20 ms, and batches are 5 ms apart.
TEST_F(ClientTest, TheKeysOfAClientRenewTogetherAndInOrder) {
  Config config = host_preset();
  config.timing.lease = 60s;
  config.timing.renew_every = 100ms;
  config.timing.request_timeout = 100ms;
  config.timing.retry_pause = 10ms;
  constexpr int keys = 64;
  std::promise<void> burst;
  auto made = Client::over(std::make_unique<BurstStore>(store, keys / 2, burst), config, {});
  ASSERT_TRUE(made) << made.error().detail;
  std::vector<Guard> guards;
  for (int n = keys; n > 0; --n) guards.push_back(must(made->lock(std::to_string(n)).acquire({})));
  burst.get_future().wait();
  for (const Guard& guard : guards) EXPECT_TRUE(guard.is_held());
}

TEST_F(ClientTest, ATimingThatIsNotTheStoresIsRefused) {
  const auto wrong = Client::over(std::make_unique<SharedStore>(store), network_preset(), {});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, Errc::misuse);
  EXPECT_NE(wrong.error().detail.find("host_clock"), std::string::npos);
}

TEST(Open, AnUnknownUrlIsRefusedWithWhatIsAccepted) {
  const auto wrong = open("mysql://here");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, Errc::misuse);
  EXPECT_NE(wrong.error().detail.find("memory:"), std::string::npos);
}

}  // namespace
}  // namespace leasehold
