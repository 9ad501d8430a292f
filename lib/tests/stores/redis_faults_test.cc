// What is lost on the way, and servers that are stopped, killed or full: errors say what a lease
// holder must know, and nothing that was acknowledged is lost.
#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "lib/tests/stores/lossy_proxy.h"
#include "lib/tests/stores/redis_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using stores::ann;
using stores::bob;
using stores::expect;
using Fault = LossyProxy::Fault;

struct RedisFaults : RedisRequests {
  static std::string url(const LossyProxy& proxy) {
    return "redis://127.0.0.1:" + std::to_string(proxy.port());
  }
  // A slow machine may need some tries for anything to be done within such a patience.
  static std::unique_ptr<RedisStore> impatient(const std::string& url) {
    for (;;) {
      auto store = RedisStore::open(url, {.patience = 50ms});
      if (store) return *std::move(store);
    }
  }
  // Until the store does it.
  template <class Call>
  static auto repeated(Call call) {
    auto result = call();
    while (!result && result.error().kind == Errc::not_applied) result = call();
    EXPECT_TRUE(result) << result.error().detail;
    return *result;
  }
};

TEST_F(RedisFaults, AnAnswerThatIsLostIsUnknownAndTheRequestMayBeRepeated) {
  const RedisServer server;
  LossyProxy proxy(server.port_number());
  const auto store = opened(url(proxy));
  const auto lost = [&](const auto& call) {
    proxy.set(Fault::cut_before_answer);
    expect_error(call(), Errc::unknown, "closed the connection");
    proxy.set(Fault::none);
    return call();
  };
  take(*store, "warm");
  ASSERT_TRUE(renew_one(*store, renews("warm", ann, 1, 1)));
  ASSERT_TRUE(store->release({.key = "warm", .owner = ann, .term = 1}));
  ASSERT_TRUE(store->abandon({.key = "warm", .owner = ann, .expected_term = 9}));

  const auto granted = lost([&] { return store->acquire(asks("k", ann, 0)); });
  EXPECT_EQ(expect<Granted>(granted->answer).previous, Previous::own) << "it was applied";
  const auto renewed = lost([&] { return renew_one(*store, renews("k", ann, 1, 1)); });
  EXPECT_EQ(expect<Stale>(renewed->answer.at(0)).renew_id, (RenewId{7, 1}));
  const auto released = lost([&] { return store->release({.key = "k", .owner = ann, .term = 1}); });
  EXPECT_EQ(expect<NotOwner>(released->answer).why, NotOwner::Why::free);
  const auto abandoned =
      lost([&] { return store->abandon({.key = "k", .owner = bob, .expected_term = 1}); });
  EXPECT_TRUE(abandoned->answer.settled);
  EXPECT_EQ(store->inspect("k")->answer->term, 2U);
}

TEST_F(RedisFaults, WhatVanishesOnTheWayIsUnknownWhenPatienceIsOver) {
  const RedisServer server;
  LossyProxy proxy(server.port_number());
  const auto store = impatient(url(proxy));
  for (const Fault fault : {Fault::requests_vanish, Fault::answers_vanish}) {
    // The script is known to the session, and its connection stands.
    for (auto seen = store->inspect("k"); !seen;) seen = store->inspect("k");
    proxy.set(fault);
    expect_error(store->inspect("k"), Errc::unknown, "no answer within");
    // The next one connects anew, and does not come as far as to ask.
    expect_error(store->inspect("k"), Errc::not_applied, "");
    proxy.set(Fault::none);
  }
  for (auto seen = store->inspect("k"); !seen;) seen = store->inspect("k");
}

TEST_F(RedisFaults, AStoppedServerLosesNothing) {
  const RedisServer server;
  const auto patient = opened(server.url());
  const auto store = impatient(server.url());
  const auto warm = [&] { return store->acquire(asks("warm", ann, 0)); };
  for (auto done = warm(); !done;) done = warm();
  server.stop();
  expect_error(store->acquire(asks("k", ann, 0)), Errc::unknown, "no answer within");
  expect_error(store->acquire(asks("k", ann, 0)), Errc::not_applied, "");
  expect_error(RedisStore::open(server.url(), {.patience = 50ms}), Errc::not_applied, "");
  server.go_on();
  // Whether the first one was applied meanwhile or not: it is Ann's, and it is the first tenure.
  EXPECT_EQ(expect<Granted>(patient->acquire(asks("k", ann, 0))->answer).term, 1U);
  EXPECT_EQ(expect<Busy>(patient->acquire(asks("k", bob, 1))->answer).term, 1U);
}

TEST_F(RedisFaults, AKilledServerKeepsWhatItAcknowledged) {
  RedisServer server(RedisServer::durable());
  const auto store = opened(server.url());
  take(*store, "k");
  ASSERT_TRUE(renew_one(*store, renews("k", ann, 1, 4)));
  const auto before = store->inspect("k");
  server.kill_hard();
  expect_error(store->acquire(asks("k", bob, 1)), Errc::not_applied, "");
  expect_error(store->acquire(asks("k", bob, 1)), Errc::not_applied, "can't connect");
  server.start();
  const auto after = repeated([&] { return store->inspect("k"); });
  EXPECT_EQ(after.incarnation, before->incarnation);
  EXPECT_EQ(after.answer->version, before->answer->version);
  EXPECT_EQ(after.answer->owner, ann);
  EXPECT_EQ(after.answer->seq, 4U);
  EXPECT_EQ(after.answer->expires_at, before->answer->expires_at);
  expect<Busy>(repeated([&] { return store->acquire(asks("k", bob, 1)); }).answer);
  const auto renewed = repeated([&] { return renew_one(*store, renews("k", ann, 1, 5)); });
  EXPECT_EQ(expect<Renewed>(renewed.answer.at(0)).seq, 5U);
}

TEST_F(RedisFaults, AConnectionThatWasClosedWhileIdleIsMadeAgain) {
  const RedisServer server;
  const auto store = opened(server.url());
  take(*store, "k");
  for (int times = 0; times < 5; ++times) {
    EXPECT_GT(server.ask({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}).integer, 0);
    const auto busy = store->acquire(asks("k", bob, 1));
    ASSERT_TRUE(busy) << busy.error().detail;
  }
}

TEST_F(RedisFaults, AFullServerChangesNothing) {
  const RedisServer server;
  const auto store = opened(server.url());
  take(*store, "k");
  const auto before = store->inspect("k");
  server.ask({"CONFIG", "SET", "maxmemory", "1"});
  expect_error(store->acquire(asks("new", ann, 0)), Errc::not_applied, "OOM");
  expect_error(renew_one(*store, renews("k", ann, 1, 1)), Errc::not_applied, "maxmemory");
  expect_error(store->release({.key = "k", .owner = ann, .term = 1}), Errc::not_applied, "OOM");
  expect_error(store->abandon({.key = "k", .owner = ann, .expected_term = 0}), Errc::not_applied,
               "OOM");
  EXPECT_EQ(store->inspect("k")->answer->version, before->answer->version);
  server.ask({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_EQ(store->list("", 10)->answer, std::vector<std::string>{"k"});
  ASSERT_TRUE(renew_one(*store, renews("k", ann, 1, 1)));
}

TEST_F(RedisFaults, APrimaryThatBecomesAReplicaGrantsNothing) {
  const RedisServer primary;
  const RedisServer server;
  const auto store = opened(server.url());
  take(*store, "k");
  server.ask({"REPLICAOF", "127.0.0.1", primary.port()});
  expect_error(store->acquire(asks("new", ann, 0)), Errc::not_applied, "READONLY");
  // The same when it has to connect anew.
  server.ask({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  expect_error(store->acquire(asks("new", ann, 0)), Errc::not_applied, "is a replica of");
  server.ask({"REPLICAOF", "NO", "ONE"});
  repeated([&] { return store->acquire(asks("new", ann, 0)); });
}

TEST_F(RedisFaults, ADiskThatFailsRefusesBeforeAnythingIsDone) {
  const RedisServer server;
  const auto store = opened(server.url());
  take(*store, "k");
  // A dump can't take the place of a directory.
  std::filesystem::create_directory(server.file("dump.rdb"));
  server.ask({"CONFIG", "SET", "save", "3600 1000000"});
  server.ask({"BGSAVE"});
  while (server.text({"INFO", "persistence"}).find("rdb_last_bgsave_status:err") ==
         std::string::npos) {
    std::this_thread::yield();
  }
  expect_error(renew_one(*store, renews("k", ann, 1, 1)), Errc::not_applied, "MISCONF");
  EXPECT_EQ(store->inspect("k")->answer->seq, 0U);
  server.ask({"CONFIG", "SET", "save", ""});
  ASSERT_TRUE(renew_one(*store, renews("k", ann, 1, 1)));
}

TEST_F(RedisFaults, TooFewReplicasRefuseBeforeAnythingIsDone) {
  const RedisServer server;
  const auto store = opened(server.url());
  server.ask({"CONFIG", "SET", "min-replicas-to-write", "1"});
  expect_error(store->acquire(asks("k", ann, 0)), Errc::not_applied, "min-replicas-to-write");
  EXPECT_FALSE(store->inspect("k")->answer);
}

TEST_F(RedisFaults, AScriptThatKeepsTheServerIsTold) {
  const RedisServer server({"--busy-reply-threshold", "1"});
  const auto store = opened(server.url());
  take(*store, "k");
  const auto endless = server.link();
  endless->send({"EVAL", "while true do end", "0"}, stores::Patience(patience));
  auto refused = store->acquire(asks("k", bob, 1));
  // It may come before the script.
  while (refused) refused = store->acquire(asks("k", bob, 1));
  expect_error(refused, Errc::not_applied, "SCRIPT KILL");
  server.ask({"SCRIPT", "KILL"});
  expect<Busy>(repeated([&] { return store->acquire(asks("k", bob, 1)); }).answer);
}

TEST_F(RedisFaults, WithWaitAGrantCountsOnceAReplicaHasIt) {
  const RedisServer server({"--repl-diskless-sync-delay", "0"});
  const auto store = opened(server.url("?wait=1ms"));
  expect_error(store->acquire(asks("k", ann, 0)), Errc::unknown, "no replica");
  EXPECT_EQ(opened(server.url())->inspect("k")->answer->owner, ann);
  const RedisServer replica({"--replicaof", "127.0.0.1 " + server.port()});
  const auto granted = [&] { return store->acquire(asks("k", ann, 0)); };
  auto answer = granted();
  while (!answer) answer = granted();
  EXPECT_EQ(expect<Granted>(answer->answer).previous, Previous::own);
  EXPECT_NE(replica.text({"GET", "leasehold:record:k"}).find(to_string(ann)), std::string::npos);
}

}  // namespace
}  // namespace leasehold
