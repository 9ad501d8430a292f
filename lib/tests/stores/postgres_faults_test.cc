// The PostgreSQL store when its server is killed, stops, or is replaced by a standby.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <leasehold/client.h>
#include "lib/tests/stores/postgres_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

constexpr OwnerId a{1, 1};
constexpr OwnerId b{1, 2};

/// Each has a server of its own.
class PostgresFaults : public PostgresTest {
 protected:
  void SetUp() override {
    if (PostgresServer::programs().empty()) GTEST_SKIP() << no_postgres;
    mine_ = std::make_unique<PostgresServer>();
  }
  PostgresServer& mine() { return *mine_; }
  /// Repeats `call` until it does not fail any more; every failure is of one of the two kinds that
  /// a lease holder survives.
  template <class Call>
  static auto until_answered(Call call) {
    for (;;) {
      auto answered = call();
      if (answered) return answered;
      EXPECT_NE(answered.error().kind, Errc::misuse) << answered.error().detail;
      std::this_thread::sleep_for(10ms);
    }
  }

 private:
  std::unique_ptr<PostgresServer> mine_;
};

TEST_F(PostgresFaults, WhatWasAcknowledgedOutlivesAKilledServer) {
  const auto store = open(mine().url(), 1s);
  ASSERT_TRUE(store);
  Seq renewed = 0;
  for (int round = 1; round <= 3; ++round) {
    const std::string key = "key " + std::to_string(round);
    ASSERT_EQ(acquire(*store, key, a), "granted");
    const std::vector<RenewRequest> batch{renewal("key 1", a, ++renewed)};
    const auto before = store->renew(batch);
    ASSERT_TRUE(before) << before.error().detail;
    mine().kill();
    const auto lost = store->renew(std::vector{renewal("key 1", a, renewed + 1)});
    ASSERT_FALSE(lost);
    EXPECT_NE(lost.error().kind, Errc::misuse) << lost.error().detail;
    mine().start();
    const auto record = until_answered([&] { return store->inspect("key 1"); });
    ASSERT_TRUE(record->answer);
    EXPECT_EQ(record->answer->owner, a);
    EXPECT_GE(record->answer->seq, renewed);
    renewed = record->answer->seq;
    for (int earlier = 1; earlier <= round; ++earlier) {
      const auto other = until_answered([&] {
        return store->acquire({.key = "key " + std::to_string(earlier),
                               .owner = b,
                               .expected_term = 1,
                               .lease = 1h,
                               .info = "",
                               .unchanged = std::nullopt});
      });
      EXPECT_TRUE(std::holds_alternative<Busy>(other->answer)) << earlier;
    }
  }
}

TEST_F(PostgresFaults, AFrozenServersAnswerIsUnknownAndItsWorkIsFoundLater) {
  const auto store = open(mine().url(), 1s);
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  mine().freeze();
  EXPECT_EQ(acquire(*store, "other", b), "unknown");
  // A connection can't be made, so nothing was asked.
  EXPECT_EQ(acquire(*store, "other", b), "not_applied");
  mine().thaw();
  const auto record = until_answered([&] { return store->inspect("k"); });
  ASSERT_TRUE(record->answer);
  EXPECT_EQ(record->answer->owner, a);
  const auto ended = until_answered(
      [&] { return store->abandon({.key = "other", .owner = b, .expected_term = 0}); });
  EXPECT_TRUE(ended->answer.settled);
}

TEST_F(PostgresFaults, AStandbyIsRefusedAndServesOnceItIsPromoted) {
  const auto store = open(mine().url(), 1s);
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  const Incarnation incarnation = store->inspect("k")->incarnation;
  const auto standby = PostgresServer::standby_of(mine());
  for (const char* const parameters : {"", "?target_session_attrs=any"}) {
    const auto refused = try_open(standby->url(parameters));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().kind, Errc::unknown) << refused.error().detail;
    EXPECT_NE(refused.error().detail.find(*parameters == 0 ? "read-only" : "standby"),
              std::string::npos)
        << refused.error().detail;
  }
  // Both hosts: the primary is found wherever it is.
  const std::string both = "postgresql://postgres@127.0.0.1:" + std::to_string(standby->port()) +
                           ",127.0.0.1:" + std::to_string(mine().port()) + "/postgres";
  const auto roaming = open(both, 1s);
  ASSERT_TRUE(roaming);
  EXPECT_EQ(acquire(*roaming, "k", b), "busy");
  const std::string written = mine().sql("SELECT pg_current_wal_lsn()");
  while (standby->sql("SELECT pg_last_wal_replay_lsn() >= '" + written + "'") != "t") {
    std::this_thread::sleep_for(10ms);
  }
  mine().kill();
  standby->promote();
  const auto record = until_answered([&] { return roaming->inspect("k"); });
  EXPECT_EQ(record->incarnation, incarnation);
  ASSERT_TRUE(record->answer);
  EXPECT_EQ(record->answer->owner, a);
}

/// A session of somebody else's that takes all of the memory that the server has for locks.
class Glutton {
 public:
  explicit Glutton(const PostgresServer& server)
      : connection_(PQconnectdb(server.url().c_str()), &PQfinish) {
    while (takes(10'000)) continue;
    // What failed gave back more than one lock needs.
    while (takes(1)) continue;
  }

 private:
  bool takes(int locks) {
    const std::string sql = "SELECT count(pg_advisory_lock(n)) FROM generate_series(" +
                            std::to_string(next_) + ", " + std::to_string(next_ + locks - 1) +
                            ") AS n";
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection_.get(), sql.c_str()), &PQclear);
    next_ += locks;
    if (PQresultStatus(result.get()) == PGRES_TUPLES_OK) return true;
    EXPECT_STREQ(PQresultErrorField(result.get(), PG_DIAG_SQLSTATE), "53200");
    return false;
  }

  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  int next_ = 1;
};

TEST_F(PostgresFaults, AServerWithoutMemoryLosesNothingAndIsTold) {
  const auto store = open(mine().url(), 1s);
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  {
    const Glutton glutton(mine());
    const auto refused = store->renew(std::vector{renewal("k", a, 1)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Errc::not_applied) << refused.error().detail;
    for (const char* const part : {"out of shared memory", "max_locks_per_transaction"}) {
      EXPECT_NE(refused.error().detail.find(part), std::string::npos) << refused.error().detail;
    }
    EXPECT_EQ(acquire(*store, "other", b), "not_applied");
    EXPECT_EQ(acquire(*store, "k", b), "busy");
  }
  // Its session ends in a moment.
  const auto renewed =
      until_answered([&] { return store->renew(std::vector{renewal("k", a, 2)}); });
  EXPECT_TRUE(std::holds_alternative<Renewed>(renewed->answer.front()));
  EXPECT_FALSE(store->inspect("other")->answer);
  EXPECT_EQ(acquire(*store, "other", b), "granted");
}

/// Counts what it hears.
class Ear final : public HintSink {
 public:
  void on_hint(const std::string& key) override {
    const std::scoped_lock lock(mutex_);
    ++heard_[key];
    news_.notify_all();
  }
  void await(const std::string& key, int times) {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [&] { return heard_[key] >= times; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::map<std::string, int> heard_;
};

TEST_F(PostgresFaults, AReleaseIsHeardAlsoAfterTheServerCameBack) {
  const auto holder = open(mine().url(), 1s);
  const auto waiter = open(mine().url(), 1s);
  ASSERT_TRUE(holder && waiter);
  Ear ear;
  waiter->set_hint_sink(&ear);
  waiter->watch("k");
  // That it listens now.
  ear.await("k", 1);
  ASSERT_EQ(acquire(*holder, "k", a), "granted");
  ASSERT_TRUE(holder->release({"k", a, 1}));
  ear.await("k", 2);
  // A release alone may be forgotten by a server that is killed; a grant after it may not.
  ASSERT_EQ(acquire(*holder, "k", b, 1), "granted");
  mine().kill();
  mine().start();
  ear.await("k", 3);
  const auto freed =
      until_answered([&] { return holder->abandon({.key = "k", .owner = b, .expected_term = 1}); });
  EXPECT_TRUE(freed->answer.settled);
  ear.await("k", 4);
  waiter->set_hint_sink(nullptr);
}

TEST_F(PostgresFaults, ClientsHandOverAndKeepTheirLeaseOverARestart) {
  add_postgres();
  auto one = leasehold::open(mine().url());
  auto two = leasehold::open(mine().url());
  ASSERT_TRUE(one) << one.error().detail;
  ASSERT_TRUE(two) << two.error().detail;
  Grant first = one->lock("deploy").acquire({});
  ASSERT_TRUE(first) << first.refusal().text();
  Guard guard = std::move(first).guard();
  EXPECT_FALSE(two->lock("deploy").try_acquire({}));
  mine().stop();
  mine().start();
  EXPECT_TRUE(guard.is_held());
  std::thread waits([&] {
    Grant second = two->lock("deploy").acquire({});
    ASSERT_TRUE(second) << second.refusal().text();
    Guard held = std::move(second).guard();
    EXPECT_EQ(held.fence().term, 2U);
  });
  std::move(guard).release();
  waits.join();
}

}  // namespace
}  // namespace leasehold
