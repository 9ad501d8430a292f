// The etcd store when members are killed, stop, lose their space, or want to know who one is.
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <leasehold/client.h>
#include "lib/tests/stores/etcd_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

constexpr OwnerId a{1, 1};
constexpr OwnerId b{1, 2};

/// Each has clusters of its own.
class EtcdFaults : public EtcdTest {
 protected:
  void SetUp() override {
    if (EtcdCluster::program().empty()) GTEST_SKIP() << no_etcd;
  }
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
  static auto ask(Store& store, const std::string& key, const OwnerId& owner, Term expected) {
    return until_answered([&] {
      return store.acquire({.key = key,
                            .owner = owner,
                            .expected_term = expected,
                            .lease = 1h,
                            .info = "",
                            .unchanged = std::nullopt});
    });
  }
  static bool is_had_by(Store& store, const std::string& key, const OwnerId& owner) {
    const auto record = until_answered([&] { return store.inspect(key); });
    return record->answer && record->answer->owner == owner;
  }
};

TEST_F(EtcdFaults, WhatWasAcknowledgedOutlivesAKilledServer) {
  EtcdCluster mine(1);
  const auto store = open(mine.url(), 1s);
  ASSERT_TRUE(store);
  Seq renewed = 0;
  for (int round = 1; round <= 3; ++round) {
    ASSERT_EQ(acquire(*store, "key " + std::to_string(round), a), "granted");
    const auto before = store->renew(std::vector{renewal("key 1", a, ++renewed)});
    ASSERT_TRUE(before) << before.error().detail;
    mine.kill();
    const auto lost = store->renew(std::vector{renewal("key 1", a, renewed + 1)});
    ASSERT_FALSE(lost);
    EXPECT_NE(lost.error().kind, Errc::misuse) << lost.error().detail;
    mine.start();
    const auto record = until_answered([&] { return store->inspect("key 1"); });
    ASSERT_TRUE(record->answer);
    EXPECT_EQ(record->answer->owner, a);
    EXPECT_GE(record->answer->seq, renewed);
    renewed = record->answer->seq;
    for (int earlier = 1; earlier <= round; ++earlier) {
      const auto other = ask(*store, "key " + std::to_string(earlier), b, 1);
      EXPECT_TRUE(std::holds_alternative<Busy>(other->answer)) << earlier;
    }
  }
}

TEST_F(EtcdFaults, AFrozenServersAnswerIsUnknownAndItsWorkIsFoundLater) {
  EtcdCluster mine(1);
  const auto store = open(mine.url(), 1s);
  // That another member refuses to be asked takes nothing back.
  const auto roaming = open(mine.url(",127.0.0.1:1"), 1s);
  ASSERT_TRUE(store && roaming);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  ASSERT_EQ(acquire(*roaming, "k", b), "busy");
  mine.freeze();
  EXPECT_EQ(acquire(*roaming, "other", b), "unknown");
  EXPECT_EQ(acquire(*store, "other", b), "unknown");
  EXPECT_EQ(acquire(*store, "other", b), "unknown");
  mine.thaw();
  EXPECT_TRUE(is_had_by(*store, "k", a));
  const auto ended = until_answered(
      [&] { return store->abandon({.key = "other", .owner = b, .expected_term = 0}); });
  EXPECT_TRUE(ended->answer.settled);
  const auto record = until_answered([&] { return store->inspect("other"); });
  ASSERT_TRUE(record->answer);
  EXPECT_EQ(record->answer->term, 1U);
  EXPECT_FALSE(record->answer->owner);
}

TEST_F(EtcdFaults, AFrozenLeaderIsPassedOverAndNothingIsLost) {
  EtcdCluster mine(3);
  for (int round = 0; round < 3; ++round) {
    const std::size_t leader = mine.leader();
    // The leader is asked first.
    const auto store = open(mine.url("", leader), 2s);
    ASSERT_TRUE(store);
    const std::string mark = std::to_string(round) + "/";
    std::vector<RenewRequest> batch;
    for (int i = 0; i < 20; ++i) {
      const std::string key = mark + std::to_string(i);
      ASSERT_TRUE(std::holds_alternative<Granted>(ask(*store, key, a, 0)->answer));
      batch.push_back(renewal(key, a, 1));
    }
    mine.freeze(leader);
    ASSERT_TRUE(std::holds_alternative<Granted>(ask(*store, mark + "later", b, 0)->answer));
    EXPECT_TRUE(is_had_by(*store, mark + "later", b));
    // An earlier copy may have been applied: then this one is stale, and was ours.
    const auto renewed = until_answered([&] { return store->renew(batch); });
    for (const RenewAnswer& answer : renewed->answer) {
      const auto* const stale = std::get_if<Stale>(&answer);
      EXPECT_TRUE(std::holds_alternative<Renewed>(answer) ||
                  (stale != nullptr && stale->renew_id == batch[0].renew_id));
    }
    mine.thaw(leader);
    // Whoever is asked, the old leader too, knows of all that was acknowledged.
    for (std::size_t member = 0; member < mine.size(); ++member) {
      const auto fresh = open("etcd://" + mine.host(member), 2min);
      ASSERT_TRUE(fresh);
      for (const RenewRequest& request : batch) {
        EXPECT_TRUE(is_had_by(*fresh, request.key, a)) << "at member " << member;
        EXPECT_EQ(fresh->inspect(request.key)->answer->seq, 1U);
      }
    }
  }
}

TEST_F(EtcdFaults, ALostMemberIsMissedByNobodyAndALostMajorityStopsAll) {
  EtcdCluster mine(3);
  const auto store = open(mine.url(), 2s);
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  mine.kill(0);
  const auto busy = ask(*store, "k", b, 1);
  EXPECT_TRUE(std::holds_alternative<Busy>(busy->answer));
  mine.kill(1);
  for (int times = 0; times < 3; ++times) EXPECT_EQ(acquire(*store, "other", b), "unknown");
  mine.start(1);
  EXPECT_TRUE(is_had_by(*store, "k", a));
  mine.start(0);
  EXPECT_TRUE(is_had_by(*store, "k", a));
}

TEST_F(EtcdFaults, AsksForUserAndPasswordWhereTheyAreWanted) {
  if (EtcdCluster::etcdctl().empty()) GTEST_SKIP() << "there is no etcdctl here";
  EtcdCluster mine(1);
  expect_refused("etcd://locks:right@" + mine.host(0), Errc::misuse, "auth enable");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"role", "add", "root"},
           {"user", "add", "root:secret"},
           {"user", "grant-role", "root", "root"},
           {"role", "add", "locks"},
           {"role", "grant-permission", "locks", "--prefix=true", "readwrite", "leasehold/"},
           {"user", "add", "locks:r@ght/"},
           {"user", "grant-role", "locks", "locks"},
           {"auth", "enable"}}) {
    ASSERT_EQ(mine.control(words), 0) << words[0] << " " << words[1];
  }
  expect_refused(mine.url(), Errc::misuse, "USER:PASSWORD");
  expect_refused("etcd://locks:wrong@" + mine.host(0), Errc::misuse, "authentication failed");
  expect_refused("etcd://nobody:wrong@" + mine.host(0), Errc::misuse, "authentication failed");
  const std::string good = "etcd://locks:r%40ght%2f@" + mine.host(0);
  expect_refused(good + "/elsewhere", Errc::misuse, "permission denied");
  const auto store = open(good, 2s);
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  EXPECT_EQ(store->list("", 10)->answer, std::vector<std::string>{"k"});
  // Who one is, the server forgets with its life.
  mine.kill();
  mine.start();
  EXPECT_TRUE(is_had_by(*store, "k", a));
  EXPECT_EQ(refused("etcd://locks:wrong@" + mine.host(0)).detail.find("wrong"), std::string::npos);
}

TEST_F(EtcdFaults, SpeaksTlsAndSaysWhoDoesNot) {
  EtcdCluster mine(1, {"--auto-tls"}, "https");
  expect_refused("etcd://" + mine.host(0), Errc::not_applied, "tls=on");
  // Nobody signed its certificate.
  expect_refused("etcd://" + mine.host(0) + "?tls=on", Errc::not_applied, "certificate");
  const auto store = open("etcd://" + mine.host(0) + "?cacert=" + mine.certificate(0));
  ASSERT_TRUE(store);
  EXPECT_EQ(acquire(*store, "k", a), "granted");
  expect_refused("etcd://" + mine.host(0) + "?cacert=/etc/hostname", Errc::misuse, "/etc/hostname");
}

TEST_F(EtcdFaults, WithoutSpaceNothingIsAppliedAndCheckTellsWhy) {
  if (EtcdCluster::etcdctl().empty()) GTEST_SKIP() << "there is no etcdctl here";
  EtcdCluster mine(1, {"--quota-backend-bytes", "4194304"});
  const auto store = open(mine.url());
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  const std::string large(std::size_t{1} << 20U, 'A');
  const std::string put = R"({"key":"eA==","value":")" + large + R"("})";
  while (mine.post(0, "/v3/kv/put", put).status == 200) {
  }
  const auto refused = store->release({"k", a, 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Errc::not_applied) << refused.error().detail;
  EXPECT_NE(refused.error().detail.find("alarm disarm"), std::string::npos)
      << refused.error().detail;
  EXPECT_TRUE(is_had_by(*store, "k", a));
  const auto facts = store->facts();
  ASSERT_TRUE(facts) << facts.error().detail;
  std::string alarms;
  for (const Fact& fact : *facts) {
    if (fact.name == "alarms" && !fact.wrong.empty()) alarms = fact.value;
  }
  EXPECT_EQ(alarms, "NOSPACE");
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
  int heard(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    return heard_[key];
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::map<std::string, int> heard_;
};

TEST_F(EtcdFaults, AReleaseIsHeardAlsoAfterTheServerCameBack) {
  EtcdCluster mine(1);
  const auto holder = open(mine.url(), 1s);
  const auto waiter = open(mine.url(), 1s);
  ASSERT_TRUE(holder && waiter);
  Ear ear;
  waiter->set_hint_sink(&ear);
  waiter->watch("k");
  // That it listens now.
  ear.await("k", 1);
  ASSERT_EQ(acquire(*holder, "k", a), "granted");
  ASSERT_TRUE(holder->release({"k", a, 1}));
  ear.await("k", 2);
  // Another key is listened to, and nothing of the first is missed or told twice.
  waiter->watch("l");
  ear.await("l", 1);
  ASSERT_EQ(acquire(*holder, "k", b, 1), "granted");
  ASSERT_TRUE(holder->renew(std::vector{renewal("k", b, 1)}));
  ASSERT_EQ(acquire(*holder, "l", b), "granted");
  ASSERT_TRUE(holder->release({"l", b, 1}));
  ear.await("l", 2);
  EXPECT_EQ(ear.heard("k"), 2) << "nobody released it";
  mine.kill();
  mine.start();
  ear.await("k", 3);
  const auto freed =
      until_answered([&] { return holder->abandon({.key = "k", .owner = b, .expected_term = 1}); });
  EXPECT_TRUE(freed->answer.settled);
  ear.await("k", 4);
  waiter->unwatch("k");
  waiter->set_hint_sink(nullptr);
}

TEST_F(EtcdFaults, ClientsHandOverAndKeepTheirLeaseOverARestart) {
  EtcdCluster mine(1);
  add_etcd();
  auto one = leasehold::open(mine.url());
  auto two = leasehold::open(mine.url());
  ASSERT_TRUE(one) << one.error().detail;
  ASSERT_TRUE(two) << two.error().detail;
  Grant first = one->lock("deploy").acquire({});
  ASSERT_TRUE(first) << first.refusal().text();
  Guard guard = std::move(first).guard();
  EXPECT_FALSE(two->lock("deploy").try_acquire({}));
  mine.kill();
  mine.start();
  std::thread waits([&] {
    Grant second = two->lock("deploy").acquire({});
    ASSERT_TRUE(second) << second.refusal().text();
    Guard held = std::move(second).guard();
    EXPECT_EQ(held.fence().term, 2U);
  });
  std::move(guard).release();
  waits.join();
}

// A holder that falls silent is succeeded by whoever watched it, and not before.
TEST_F(EtcdFaults, AClientTakesOverFromOneThatFellSilent) {
  EtcdCluster mine(1);
  add_etcd();
  const auto store = open(mine.url());
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "deploy", a, 0, 200ms), "granted");
  auto client = leasehold::open(mine.url());
  ASSERT_TRUE(client) << client.error().detail;
  EXPECT_FALSE(client->lock("deploy").try_acquire({}));
  Grant grant = client->lock("deploy").acquire({});
  ASSERT_TRUE(grant) << grant.refusal().text();
  EXPECT_EQ(std::move(grant).guard().fence().term, 2U);
}

}  // namespace
}  // namespace leasehold
