// What the Redis store does beyond the contract: bytes, lists, facts, data that is gone or foreign.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/tests/stores/redis_fixture.h"

namespace leasehold {
namespace {

using stores::ann;
using stores::bob;
using stores::expect;

struct RedisStoreTest : RedisRequests {};

TEST_F(RedisStoreTest, KeysAndInfosAreBytes) {
  const RedisServer server;
  const auto store = opened(server.url());
  const std::string key("a\0b\r\n\xff '\"", 9);
  AcquireRequest request = asks(key, ann, 0);
  request.info = std::string("\0\n\xfe", 3);
  expect<Granted>(store->acquire(request)->answer);
  EXPECT_EQ(store->inspect(key)->answer->info, request.info);
  EXPECT_EQ(expect<Busy>(store->acquire(asks(key, bob, 1))->answer).info, request.info);
  EXPECT_EQ(store->list("", 10)->answer, std::vector<std::string>{key});
}

TEST_F(RedisStoreTest, ListsItsKeysInOrderOfTheirBytes) {
  const RedisServer server;
  const auto store = opened(server.url());
  EXPECT_TRUE(store->list("", 10)->answer.empty());
  for (const char* key : {"b", "a", "\xff", "aa", "B"}) take(*store, key);
  // One that was abandoned before it was acquired has a record too.
  ASSERT_TRUE(store->abandon({.key = "c", .owner = ann, .expected_term = 0}));
  EXPECT_EQ(store->list("", 100)->answer,
            (std::vector<std::string>{"B", "a", "aa", "b", "c", "\xff"}));
  EXPECT_EQ(store->list("a", 2)->answer, (std::vector<std::string>{"aa", "b"}));
  EXPECT_TRUE(store->list("\xff", 2)->answer.empty());
}

TEST_F(RedisStoreTest, PrefixesAndDatabasesAreApart) {
  const RedisServer server;
  const auto one = opened(server.url());
  const auto other = opened(server.url("?prefix=other:"));
  const auto third = opened(server.url("/3"));
  for (const auto* store : {&one, &other, &third}) {
    expect<Granted>((*store)->acquire(asks("k", ann, 0))->answer);
  }
  EXPECT_NE(one->inspect("k")->incarnation, other->inspect("k")->incarnation);
  // Nothing else is there, and nothing that goes away by itself.
  EXPECT_EQ(server.ask({"DBSIZE"}).integer, 6);
  EXPECT_EQ(server.ask({"TTL", "leasehold:record:k"}).integer, -1);
}

TEST_F(RedisStoreTest, SeqsUseAllOfTheirBits) {
  const RedisServer server;
  const auto store = opened(server.url());
  take(*store, "k");
  const Seq most = ~Seq{0};
  for (const Seq seq : {Seq{9}, Seq{10}, Seq{1} << 53U, (Seq{1} << 53U) + 1, most - 1, most}) {
    const std::vector<RenewRequest> batch{renews("k", ann, 1, seq), renews("k", ann, 1, seq - 1)};
    const auto renewed = store->renew(batch);
    EXPECT_EQ(expect<Renewed>(renewed->answer.at(0)).seq, seq);
    EXPECT_EQ(expect<Stale>(renewed->answer.at(1)).seq, seq);
  }
}

TEST_F(RedisStoreTest, AFullBatchIsOneStep) {
  const RedisServer server;
  const auto store = opened(server.url());
  std::vector<RenewRequest> batch;
  for (std::size_t i = 0; i < largest_batch; ++i) {
    const std::string key = "k" + std::to_string(i);
    take(*store, key);
    batch.push_back(renews(key, ann, 1, 1));
  }
  const auto renewed = store->renew(batch);
  ASSERT_TRUE(renewed) << renewed.error().detail;
  for (const RenewAnswer& one : renewed->answer) {
    EXPECT_EQ(expect<Renewed>(one).expires_at, expect<Renewed>(renewed->answer[0]).expires_at)
        << "one reading of the clock";
  }
  EXPECT_TRUE(store->renew({})->answer.empty());
}

TEST_F(RedisStoreTest, AWipedServerIsAnotherIncarnation) {
  const RedisServer server;
  const auto store = opened(server.url());
  const Incarnation before = store->acquire(asks("k", ann, 0))->incarnation;
  EXPECT_TRUE(before);
  server.ask({"FLUSHALL"});
  const auto renewed = renew_one(*store, renews("k", ann, 1, 1));
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_FALSE(renewed->incarnation);
  stores::expect_why(renewed->answer.at(0), NotOwner::Why::free);
  EXPECT_FALSE(store->release({.key = "k", .owner = ann, .term = 1})->incarnation);
  const auto abandoned = store->abandon({.key = "k", .owner = ann, .expected_term = 0});
  EXPECT_FALSE(abandoned->incarnation);
  EXPECT_TRUE(abandoned->answer.settled);
  EXPECT_FALSE(store->inspect("k")->incarnation);
  EXPECT_FALSE(store->inspect("k")->answer);
  EXPECT_FALSE(store->list("", 10)->incarnation);
  EXPECT_NE(fact(facts(*store), "incarnation").wrong, "");
  EXPECT_EQ(server.ask({"DBSIZE"}).integer, 0) << "only an acquire begins anew";

  const auto moved = store->acquire(asks("k", ann, 1));
  EXPECT_EQ(expect<Moved>(moved->answer).term, 0U);
  const auto granted = store->acquire(asks("k", ann, 0));
  expect<Granted>(granted->answer);
  EXPECT_NE(granted->incarnation, before);
  EXPECT_TRUE(granted->incarnation);
  EXPECT_EQ(store->inspect("k")->incarnation, granted->incarnation);
}

TEST_F(RedisStoreTest, AllWhoOpenAgreeOnTheIncarnation) {
  const RedisServer server;
  const auto one = opened(server.url());
  const auto two = opened(server.url());
  EXPECT_EQ(one->acquire(asks("k", ann, 0))->incarnation, two->inspect("k")->incarnation);
}

TEST_F(RedisStoreTest, ForgottenScriptsAreSentAgain) {
  const RedisServer server;
  const auto store = opened(server.url());
  take(*store, "k");
  server.ask({"SCRIPT", "FLUSH"});
  expect<Busy>(store->acquire(asks("k", bob, 1))->answer);
  expect<Busy>(store->acquire(asks("k", bob, 1))->answer);
}

TEST_F(RedisStoreTest, ADamagedRecordIsRefusedAndLeftAsItIs) {
  const RedisServer server;
  const auto store = opened(server.url());
  const std::string record = "leasehold:record:bad";
  const std::string id = to_string(ann);
  const std::string damages[] = {"",
                                 "text",
                                 "1 -1 1 " + id + " - 9 9 0 - info",
                                 "1 1 1e3 " + id + " - 9 9 0 - info",
                                 "1 1 1234567890123456 " + id + " - 9 9 0 - info",
                                 "1 1 1 somebody - 9 9 0 - info",
                                 "1 1 1 " + id + " - x 9 0 - info",
                                 "1 1 1 " + id + " - 9 12345678901234567 0 - info",
                                 "1 1 1 " + id + " - 9 9-9 0 - info",
                                 "1 1 1 " + id + " - 9 9 1.5 - info",
                                 "1 1 1 " + id + " - 9 9 0 -",
                                 "2 1 1 " + id + " - 9 9 0 - info"};
  for (const std::string& damage : damages) {
    SCOPED_TRACE(damage);
    server.ask({"SET", record, damage});
    const std::string words = damage.starts_with('2') ? "newer format" : "makes no sense";
    expect_error(store->acquire(asks("bad", bob, 1)), Errc::misuse, words);
    const auto renewed = renew_one(*store, renews("bad", ann, 1, 1));
    EXPECT_EQ(expect<Error>(renewed->answer.at(0)).kind, Errc::misuse);
    expect_error(store->release({.key = "bad", .owner = ann, .term = 1}), Errc::misuse, words);
    expect_error(store->abandon({.key = "bad", .owner = ann, .expected_term = 0}), Errc::misuse,
                 words);
    expect_error(store->inspect("bad"), Errc::misuse, words);
    EXPECT_EQ(server.text({"GET", record}), damage);
  }
}

TEST_F(RedisStoreTest, AnIdThatIsNoneIsFoundOutHere) {
  const RedisServer server;
  const auto store = opened(server.url());
  // Lua lets it through: it compares ids and no more.
  server.ask({"SET", "leasehold:record:k", "1 1 1 abc - 9 9 0 - info"});
  expect_error(store->inspect("k"), Errc::unknown, "the id \"abc\" makes no sense");
}

TEST_F(RedisStoreTest, OneForeignKeyDoesNotHarmTheRestOfABatch) {
  const RedisServer server;
  const auto store = opened(server.url());
  take(*store, "good");
  server.ask({"HSET", "leasehold:record:bad", "field", "text"});
  const auto renewed =
      store->renew(std::vector{renews("bad", ann, 1, 1), renews("good", ann, 1, 1)});
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_EQ(expect<Error>(renewed->answer.at(0)).kind, Errc::misuse);
  EXPECT_EQ(expect<Renewed>(renewed->answer.at(1)).seq, 1U);
  // An index that is none fails before anything is written.
  server.ask({"DEL", "leasehold:keys"});
  server.ask({"SET", "leasehold:keys", "text"});
  EXPECT_EQ(store->acquire(asks("new", ann, 0)).error().kind, Errc::misuse);
  EXPECT_EQ(server.ask({"EXISTS", "leasehold:record:new"}).integer, 0);
}

TEST_F(RedisStoreTest, TellsWhatACrashMayLose) {
  const RedisServer forgetful;
  const auto one = opened(forgetful.url());
  const auto told = facts(*one);
  EXPECT_EQ(fact(told, "role").value, "master");
  EXPECT_EQ(fact(told, "redis_version").wrong, "");
  EXPECT_EQ(fact(told, "appendonly").value, "no");
  EXPECT_NE(fact(told, "appendonly").wrong, "");
  EXPECT_EQ(fact(told, "incarnation").value, to_string(one->inspect("k")->incarnation));

  const RedisServer lazy({"--appendonly", "yes", "--appendfsync", "everysec"});
  EXPECT_NE(fact(facts(*opened(lazy.url())), "appendfsync").wrong, "");

  const RedisServer durable(RedisServer::durable());
  for (const Fact& one_fact : facts(*opened(durable.url()))) {
    EXPECT_EQ(one_fact.wrong, "") << one_fact.name;
  }
}

TEST_F(RedisStoreTest, OpensASocketToo) {
  const RedisServer server;
  const std::string url = "redis+unix:" + server.file("socket");
  const auto store = opened(url);
  take(*store, "k");
  EXPECT_EQ(opened(server.url())->inspect("k")->answer->owner, ann);
}

}  // namespace
}  // namespace leasehold
