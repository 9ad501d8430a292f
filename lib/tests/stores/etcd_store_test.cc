// The etcd store where it is not plain sailing: bad urls, missing rights, many at once, a store
// that was wiped.
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "lib/tests/stores/etcd_fixture.h"
#include "lib/tests/stores/lossy_proxy.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

using EtcdStoreTest = EtcdTest;

constexpr OwnerId a{1, 1};
constexpr OwnerId b{1, 2};

void expect_misuse(const std::string& url, const std::string& words) {
  const auto opened = EtcdStore::open(url, {});
  ASSERT_FALSE(opened) << url;
  EXPECT_EQ(opened.error().kind, Errc::misuse) << opened.error().detail;
  EXPECT_NE(opened.error().detail.find(words), std::string::npos) << opened.error().detail;
}

TEST(EtcdUrl, IsRefusedWithWhatIsWrong) {
  expect_misuse("etcd:h", "begin with \"etcd://\"");
  expect_misuse("etcd://", "found the hosts \"\"");
  expect_misuse("etcd://h:port/", "found the hosts \"h:port\"");
  expect_misuse("etcd://h,,i", "found the hosts \"h,,i\"");
  expect_misuse("etcd://h?prefix=1", "found the parameter \"prefix=1\"");
  expect_misuse("etcd://h?tls=perhaps", "found the parameter \"tls=perhaps\"");
  expect_misuse("etcd://h?cert=c.pem", "both cert=FILE and key=FILE");
  expect_misuse("etcd://h?tls=off&cacert=c.pem", "contradict each other");
  expect_misuse("etcd://user@h", "USER:PASSWORD");
  expect_misuse("etcd://127.0.0.1:1?cacert=/nowhere/ca.pem", "/nowhere/ca.pem");
}

TEST(EtcdUrl, WhereNobodyListensNothingIsApplied) {
  const auto opened = EtcdStore::open("etcd://user:secret@127.0.0.1:1,[::1]:1/p", {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, Errc::not_applied) << opened.error().detail;
  EXPECT_NE(opened.error().detail.find("refused"), std::string::npos) << opened.error().detail;
  EXPECT_EQ(opened.error().detail.find("secret"), std::string::npos) << opened.error().detail;
}

TEST_F(EtcdStoreTest, AMemberThatIsNotThereIsPassedOver) {
  const auto store = open("etcd://127.0.0.1:1," + server().host(0) + "/" + prefix());
  ASSERT_TRUE(store);
  EXPECT_EQ(acquire(*store, "k", a), "granted");
  EXPECT_EQ(acquire(*store, "k", b), "busy");
  const auto facts = store->facts();
  ASSERT_TRUE(facts) << facts.error().detail;
}

TEST_F(EtcdStoreTest, RefusesAServerThatIsTooOld) {
  const LossyProxy old(server().port(0), {R"("etcdserver":"3.)", R"("etcdserver":"2.)"});
  expect_refused("etcd://127.0.0.1:" + std::to_string(old.port()), Errc::misuse, "is too old");
}

TEST_F(EtcdStoreTest, ManyOpenAFreshPrefixAtOnceAndShareIt) {
  constexpr int many = 20;
  std::vector<std::unique_ptr<EtcdStore>> stores(many);
  std::vector<std::thread> threads;
  threads.reserve(many);
  for (auto& store : stores) {
    threads.emplace_back([&] { store = open(); });
  }
  for (std::thread& thread : threads) thread.join();
  int granted = 0;
  std::set<Incarnation> incarnations;
  for (std::uint64_t i = 0; i < many; ++i) {
    ASSERT_TRUE(stores[i]);
    if (acquire(*stores[i], "k", {2, i + 1}) == "granted") ++granted;
    const auto seen = stores[i]->inspect("k");
    ASSERT_TRUE(seen) << seen.error().detail;
    EXPECT_TRUE(seen->incarnation);
    incarnations.insert(seen->incarnation);
  }
  EXPECT_EQ(granted, 1);
  EXPECT_EQ(incarnations.size(), 1U);
}

TEST_F(EtcdStoreTest, OfManyThatAskAtOnceOneIsGrantedEachTerm) {
  constexpr int many = 8;
  constexpr Term terms = 25;
  std::vector<std::unique_ptr<EtcdStore>> stores;
  stores.reserve(many);
  for (int i = 0; i < many; ++i) stores.push_back(open());
  for (Term term = 0; term < terms; ++term) {
    std::atomic<int> granted = 0;
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < many; ++i) {
      threads.emplace_back([&, i] {
        const OwnerId owner{3, i + 1};
        if (acquire(*stores[i], "k", owner, term) == "granted") ++granted;
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(granted, 1) << "under term " << term + 1;
    const auto record = stores[0]->inspect("k");
    ASSERT_TRUE(record && record->answer);
    ASSERT_EQ(record->answer->term, term + 1);
    const auto freed = stores[0]->release({"k", record->answer->owner, term + 1});
    ASSERT_TRUE(freed && std::holds_alternative<Released>(freed->answer));
  }
}

// Each of several contenders has watched the same version, and the holder renews meanwhile: the
// version goes to one of them all.
TEST_F(EtcdStoreTest, AVersionThatWasWatchedGoesToOne) {
  constexpr std::uint64_t many = 6;
  constexpr int rounds = 20;
  std::vector<std::unique_ptr<EtcdStore>> stores;
  stores.reserve(many);
  for (std::uint64_t i = 0; i < many; ++i) stores.push_back(open());
  for (int round = 0; round < rounds; ++round) {
    const std::string key = "k" + std::to_string(round);
    ASSERT_EQ(acquire(*stores[0], key, a), "granted");
    for (const auto& store : stores) ASSERT_TRUE(store->inspect(key));
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < many; ++i) {
      threads.emplace_back([&, i] {
        if (i == 0) {
          const std::vector<RenewRequest> batch{renewal(key, a, 1)};
          const auto answered = stores[i]->renew(batch);
          if (answered && std::holds_alternative<Renewed>(answered->answer[0])) ++taken;
          return;
        }
        const auto answered = stores[i]->acquire({.key = key,
                                                  .owner = {4, i},
                                                  .expected_term = 1,
                                                  .lease = 1h,
                                                  .info = "",
                                                  .unchanged = 1});
        if (answered && std::holds_alternative<Granted>(answered->answer)) ++taken;
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(taken, 1) << "in round " << round;
  }
}

TEST_F(EtcdStoreTest, ABatchAboveOneTransactionIsRenewedWhole) {
  const auto store = open();
  ASSERT_TRUE(store);
  std::vector<RenewRequest> batch;
  for (std::size_t i = 0; i < largest_batch; ++i) {
    const std::string key = "k" + std::to_string(i);
    ASSERT_EQ(acquire(*store, key, a), "granted");
    batch.push_back(renewal(key, a, 1));
  }
  // One is another's, one a wrong request, one is asked for twice.
  batch[3].owner = b;
  batch[200].lease = 1min;
  batch[255] = renewal("k7", a, 2);
  const auto other = open();
  for (Store* const one : {static_cast<Store*>(store.get()), static_cast<Store*>(other.get())}) {
    for (RenewRequest& request : batch) request.seq += 2;
    const auto answered = one->renew(batch);
    ASSERT_TRUE(answered) << answered.error().detail;
    ASSERT_EQ(answered->answer.size(), batch.size());
    EXPECT_TRUE(answered->incarnation);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const RenewAnswer& answer = answered->answer[i];
      if (i == 3) {
        EXPECT_TRUE(std::holds_alternative<NotOwner>(answer));
      } else if (i == 200) {
        EXPECT_TRUE(std::holds_alternative<Error>(answer));
      } else {
        EXPECT_TRUE(std::holds_alternative<Renewed>(answer)) << i;
      }
    }
  }
  EXPECT_EQ(store->inspect("k7")->answer->version, 5U) << "an acquire and four renewals";
}

// The keys of a batch change all the time: its requests are carried out all the same.
TEST_F(EtcdStoreTest, ADisturbedBatchIsRenewedKeyByKey) {
  const auto holder = open();
  const auto other = open();
  ASSERT_TRUE(holder && other);
  for (const char* const key : {"a", "b"}) ASSERT_EQ(acquire(*holder, key, a), "granted");
  std::atomic<bool> is_over = false;
  std::thread disturbs([&] {
    for (Term term = 0; !is_over; ++term) {
      acquire(*other, "c", b, term);
      EXPECT_TRUE(other->release({"c", b, term + 1}));
    }
  });
  for (Seq seq = 1; seq <= 100; ++seq) {
    const std::vector<RenewRequest> batch{renewal("a", a, seq), renewal("b", a, seq),
                                          renewal("c", a, seq)};
    const auto answered = holder->renew(batch);
    ASSERT_TRUE(answered) << answered.error().detail;
    EXPECT_TRUE(std::holds_alternative<Renewed>(answered->answer[0]));
    EXPECT_TRUE(std::holds_alternative<Renewed>(answered->answer[1]));
    EXPECT_TRUE(std::holds_alternative<NotOwner>(answered->answer[2]));
  }
  is_over = true;
  disturbs.join();
}

TEST_F(EtcdStoreTest, AWipedStoreIsBegunAnewUnderAnotherIncarnation) {
  if (EtcdCluster::etcdctl().empty()) GTEST_SKIP() << "there is no etcdctl here";
  const auto store = open();
  const auto other = open();
  ASSERT_TRUE(store && other);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  const Incarnation before = store->inspect("k")->incarnation;
  ASSERT_EQ(server().control({"del", "--prefix", prefix() + "/"}), 0);
  const std::vector<RenewRequest> batch{renewal("k", a, 1)};
  const auto renewed = store->renew(batch);
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_FALSE(renewed->incarnation);
  EXPECT_TRUE(std::holds_alternative<NotOwner>(renewed->answer[0]));
  EXPECT_FALSE(store->inspect("k")->incarnation);
  EXPECT_FALSE(store->release({"k", a, 1})->incarnation);
  EXPECT_FALSE(store->abandon({.key = "k", .owner = a, .expected_term = 0})->incarnation);
  EXPECT_FALSE(store->list("", 10)->incarnation);
  EXPECT_FALSE(store->renew({})->incarnation);
  EXPECT_EQ(acquire(*other, "k", b), "granted");
  const Incarnation after = store->inspect("k")->incarnation;
  EXPECT_TRUE(after);
  EXPECT_NE(after, before);
  // What the first store remembers is of the old one.
  const auto late = store->renew(batch);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->incarnation, after);
  EXPECT_TRUE(std::holds_alternative<NotOwner>(late->answer[0]));
}

// Records without the incarnation that they were written under are of no use to anybody.
TEST_F(EtcdStoreTest, WithoutItsIncarnationAllIsBegunAnew) {
  if (EtcdCluster::etcdctl().empty()) GTEST_SKIP() << "there is no etcdctl here";
  const auto store = open();
  ASSERT_TRUE(store);
  for (Term term = 0; term < 3; ++term) {
    ASSERT_EQ(acquire(*store, "k", a, term), "granted");
    ASSERT_TRUE(store->release({"k", a, term + 1}));
  }
  ASSERT_EQ(acquire(*store, "k", a, 3), "granted");
  ASSERT_EQ(server().control({"del", prefix() + "/incarnation"}), 0);
  EXPECT_EQ(acquire(*store, "k", b), "granted");
  EXPECT_EQ(store->inspect("k")->answer->term, 1U);
}

TEST_F(EtcdStoreTest, WhatIsNoRecordIsToldAndLeftAlone) {
  if (EtcdCluster::etcdctl().empty()) GTEST_SKIP() << "there is no etcdctl here";
  const auto store = open();
  ASSERT_TRUE(store);
  const auto expect_words = [&](const std::string& value, const std::string& words) {
    ASSERT_EQ(server().control({"put", prefix() + "/key/k", value}), 0);
    const auto answered = store->acquire({.key = "k",
                                          .owner = a,
                                          .expected_term = 0,
                                          .lease = 1h,
                                          .info = "",
                                          .unchanged = std::nullopt});
    ASSERT_FALSE(answered) << value;
    EXPECT_EQ(answered.error().kind, Errc::misuse) << answered.error().detail;
    EXPECT_NE(answered.error().detail.find(words), std::string::npos) << answered.error().detail;
  };
  expect_words("hello", "no record of leasehold");
  expect_words("[]", "no record of leasehold");
  expect_words(R"({"format":1})", "see \"version\"");
  expect_words(R"({"format":2})", "format 2 is newer");
  // It fails alone in its batch.
  ASSERT_EQ(acquire(*store, "good", a), "granted");
  const auto renewed = store->renew(std::vector{renewal("k", a, 1), renewal("good", a, 1)});
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_TRUE(std::holds_alternative<Error>(renewed->answer[0]));
  EXPECT_TRUE(std::holds_alternative<Renewed>(renewed->answer[1]));
  ASSERT_EQ(server().control({"put", prefix() + "/incarnation", "mine"}), 0);
  EXPECT_EQ(acquire(*store, "k", a), "misuse");
}

TEST_F(EtcdStoreTest, KeysAndInfosAreBytes) {
  const auto store = open();
  ASSERT_TRUE(store);
  const std::string key("\0\\x\"{},'\xff", 9);
  ASSERT_EQ(acquire(*store, key, a), "granted");
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  const std::vector<RenewRequest> batch{renewal(key, a, 1)};
  const auto renewed = store->renew(batch);
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_TRUE(std::holds_alternative<Renewed>(renewed->answer[0]));
  const auto keys = store->list("", 10);
  ASSERT_TRUE(keys) << keys.error().detail;
  EXPECT_EQ(keys->answer, (std::vector<std::string>{key, "k"}));
  EXPECT_EQ(store->list(key, 10)->answer, std::vector<std::string>{"k"});
  EXPECT_EQ(store->list("", 1)->answer, std::vector<std::string>{key});
  EXPECT_TRUE(store->list("", 0)->answer.empty());
  EXPECT_TRUE(store->list("k", 10)->answer.empty());
}

TEST_F(EtcdStoreTest, AnInfoThatIsTooLongForEtcdIsToldOf) {
  const auto store = open();
  ASSERT_TRUE(store);
  const auto answered = store->acquire({.key = "k",
                                        .owner = a,
                                        .expected_term = 0,
                                        .lease = 1h,
                                        .info = std::string(std::size_t{2} << 20U, 'x'),
                                        .unchanged = std::nullopt});
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().kind, Errc::misuse) << answered.error().detail;
  EXPECT_NE(answered.error().detail.find("shorten"), std::string::npos) << answered.error().detail;
}

TEST_F(EtcdStoreTest, TellsWhatItsClusterPromises) {
  const auto store = open();
  ASSERT_TRUE(store);
  const auto facts = store->facts();
  ASSERT_TRUE(facts) << facts.error().detail;
  std::string wrong;
  for (const Fact& fact : *facts) {
    if (!fact.wrong.empty()) wrong += fact.name + " ";
    EXPECT_TRUE(fact.name != "leader" || fact.value == "m0") << fact.value;
  }
  // The tests' cluster is one member.
  EXPECT_EQ(wrong, "members ");
}

TEST(EtcdPreset, KeepsItsPromises) {
  const auto good = checked(etcd_preset());
  EXPECT_TRUE(good) << good.error().detail;
  EXPECT_GE(affordable_failures(etcd_preset()), etcd_preset().timing.tolerated_failures);
}

}  // namespace
}  // namespace leasehold
