// Servers and urls that can't be used are refused with what is wrong and what to do.
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "lib/src/stores/redis/address.h"
#include "lib/src/stores/redis/server.h"
#include "lib/tests/stores/lossy_proxy.h"
#include "lib/tests/stores/redis_fixture.h"

namespace leasehold {
namespace {

using stores::ann;
using stores::expect;
using stores::redis::address_of;
using stores::redis::Phase;

struct RedisRefusal : RedisRequests {
  static Result<std::unique_ptr<RedisStore>> open(const std::string& url) {
    return RedisStore::open(url, {.patience = patience});
  }
  static std::string with(const RedisServer& server, const std::string& userinfo) {
    return "redis://" + userinfo + "@127.0.0.1:" + server.port();
  }
};

TEST(RedisUrl, IsTakenApart) {
  const auto whole =
      address_of("redis://me:p%40ss%3A@cache.example:7000/5?prefix=a%26b:&wait=20ms");
  ASSERT_TRUE(whole) << whole.error().detail;
  EXPECT_EQ(whole->user, "me");
  EXPECT_EQ(whole->password, "p@ss:");
  EXPECT_EQ(whole->host, "cache.example");
  EXPECT_EQ(whole->port, "7000");
  EXPECT_EQ(whole->database, 5);
  EXPECT_EQ(whole->prefix, "a&b:");
  EXPECT_EQ(whole->wait, std::chrono::milliseconds(20));
  EXPECT_EQ(whole->shown.find("p%40ss"), std::string::npos) << whole->shown;

  const auto brief = address_of("redis://:secret@[::1]");
  ASSERT_TRUE(brief) << brief.error().detail;
  EXPECT_EQ(brief->user, "");
  EXPECT_EQ(brief->password, "secret");
  EXPECT_EQ(brief->host, "::1");
  EXPECT_EQ(brief->port, "6379");
  EXPECT_EQ(brief->prefix, "leasehold:");
  EXPECT_EQ(brief->wait, Length::zero());
  EXPECT_EQ(address_of("redis://[::1]:7000/")->port, "7000");

  const auto local = address_of("redis+unix:/run/redis.sock?db=2&user=me&password=secret");
  ASSERT_TRUE(local) << local.error().detail;
  EXPECT_EQ(local->path, "/run/redis.sock");
  EXPECT_EQ(local->database, 2);
  EXPECT_EQ(local->password, "secret");
  EXPECT_EQ(local->shown.find("secret"), std::string::npos) << local->shown;
  EXPECT_EQ(address_of("redis+unix:///run/redis.sock")->path, "/run/redis.sock");
}

TEST(RedisUrl, IsRefusedWithWhatIsWrong) {
  const struct {
    const char* url;
    const char* words;
  } wrong[] = {{"redis:", "no url of a Redis server"},
               {"redis://", "no host"},
               {"redis://:6379", "no host"},
               {"redis://host:port", "the port \"port\""},
               {"redis://host:", "the port \"\""},
               {"redis://host/x", "the database \"x\""},
               {"redis://host/-1", "the database \"-1\""},
               {"redis://me@host", "without a password"},
               {"redis://me:@host", "without a password"},
               {"redis://:%4@host", "%25"},
               {"redis://host?wait=20", "wait is \"20\""},
               {"redis://host?wait=0ms", "wait is \"0ms\""},
               {"redis://host?tls=yes", "the parameter \"tls\""},
               {"redis://host?db=1", "the parameter \"db\""},
               {"rediss://host", "TLS is not spoken"},
               {"redis+unix:", "no path"}};
  for (const auto& [url, words] : wrong) {
    SCOPED_TRACE(url);
    expect_error(address_of(url), Errc::misuse, words);
    expect_error(address_of(url), Errc::misuse, "accepted: redis://");
  }
  const auto secret = address_of("redis://me:hush@host:port");
  EXPECT_EQ(secret.error().detail.find("hush"), std::string::npos) << secret.error().detail;
}

TEST(RedisServerInfo, SaysWhetherLocksMayBeKeptThere) {
  const std::string fit = "redis_version:7.0.15\r\nredis_mode:standalone\r\nrole:master\r\n";
  const auto unfit = [&](const std::string& more, Phase phase) {
    return stores::redis::find_unfit(stores::redis::info_of(fit + more), phase);
  };
  EXPECT_FALSE(unfit("", Phase::opening));
  EXPECT_FALSE(unfit("redis_version:6.2.0\r\n", Phase::opening));
  EXPECT_FALSE(unfit("redis_version:10.0\r\n", Phase::opening));
  EXPECT_FALSE(unfit("maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n", Phase::opening));
  EXPECT_FALSE(unfit("maxmemory:9\r\nmaxmemory_policy:noeviction\r\n", Phase::opening));
  for (const char* more : {"redis_version:6.0.16\r\n", "redis_version:5.9\r\n",
                           "redis_version:\r\n", "cluster_enabled:1\r\n", "redis_mode:sentinel\r\n",
                           "role:slave\r\n", "maxmemory:9\r\nmaxmemory_policy:volatile-ttl\r\n"}) {
    const auto why = unfit(more, Phase::opening);
    ASSERT_TRUE(why) << more;
    EXPECT_EQ(why->kind(), Errc::misuse) << more;
  }
  EXPECT_EQ(unfit("loading:1\r\n", Phase::opening)->kind(), Errc::not_applied);
  EXPECT_EQ(unfit("role:slave\r\n", Phase::in_use)->kind(), Errc::not_applied);
}

TEST(RedisErrorReply, IsKnownByItsCodeAlsoInsideAScriptOfOldServers) {
  using stores::redis::failure_of;
  const std::string wrapped =
      "ERR Error running script (call to f_1): @user_script:9: -OOM command not allowed";
  EXPECT_EQ(stores::redis::code_of(wrapped), "OOM");
  EXPECT_EQ(failure_of(wrapped, Phase::in_use).kind(), Errc::not_applied);
  EXPECT_EQ(failure_of("READONLY You can't", Phase::opening).kind(), Errc::misuse);
  EXPECT_EQ(failure_of("READONLY You can't", Phase::in_use).kind(), Errc::not_applied);
  EXPECT_EQ(failure_of("LOADING Redis is", Phase::opening).kind(), Errc::not_applied);
  EXPECT_EQ(failure_of("MOVED 1 host:1", Phase::in_use).kind(), Errc::misuse);
  // Of what is not known nothing is promised.
  EXPECT_EQ(failure_of("WHATEVER it is", Phase::in_use).kind(), Errc::unknown);
}

TEST_F(RedisRefusal, AWrongPasswordIsTold) {
  const RedisServer server({"--requirepass", "hush"});
  expect_error(open(server.url()), Errc::misuse, "put USER:PASSWORD@ into the url");
  const auto wrong = open(with(server, ":loud"));
  expect_error(wrong, Errc::misuse, "give the user and the password");
  EXPECT_EQ(wrong.error().detail.find("loud"), std::string::npos) << wrong.error().detail;
  expect_error(open(with(server, "nobody:hush")), Errc::misuse, "WRONGPASS");
  take(*opened(with(server, ":hush")), "k");
  const RedisServer open_to_all;
  expect_error(open(with(open_to_all, ":hush")), Errc::misuse, "give the user and the password");
}

TEST_F(RedisRefusal, AServerThatIsTooOldIsTold) {
  const RedisServer server;
  const LossyProxy old(server.port_number(), {"redis_version:7.", "redis_version:5."});
  expect_error(open("redis://127.0.0.1:" + std::to_string(old.port())), Errc::misuse,
               "the server's version is \"5.");
}

TEST_F(RedisRefusal, AUserNeedsNoMoreRightsThanThePageSays) {
  const RedisServer server;
  const auto allow = [&](stores::redis::Words rights) {
    rights.insert(rights.begin(), {"ACL", "SETUSER", "locks", "reset", "on", ">hush"});
    EXPECT_EQ(server.text(rights), "OK");
  };
  allow({"~leasehold:*", "+ping"});
  expect_error(open(with(server, "locks:hush")), Errc::misuse, "NOPERM");
  allow({"~leasehold:*", "&leasehold:*", "+select",      "+info",  "+eval",
         "+evalsha",     "+script|load", "+time",        "+get",   "+set",
         "+hmget",       "+hset",        "+zadd",        "+zcard", "+zrangebylex",
         "+publish",     "+subscribe",   "+unsubscribe", "+ping",  "+wait"});
  const auto store = opened(with(server, "locks:hush"));
  ASSERT_TRUE(store);
  take(*store, "k");
  ASSERT_TRUE(renew_one(*store, renews("k", ann, 1, 1)));
  EXPECT_EQ(store->list("", 2)->answer.size(), 1U);
  EXPECT_EQ(fact(facts(*store), "appendfsync").value.substr(0, 7), "unknown");
  ASSERT_TRUE(store->abandon({.key = "l", .owner = ann, .expected_term = 0}));
  expect<Released>(store->release({.key = "k", .owner = ann, .term = 1})->answer);
  expect_error(RedisStore::open(with(server, "locks:hush") + "?prefix=other:", {}), Errc::misuse,
               "NOPERM");
}

TEST_F(RedisRefusal, AServerThatCanNotKeepLocksIsTold) {
  const RedisServer primary;
  const RedisServer replica({"--replicaof", "127.0.0.1 " + primary.port()});
  expect_error(open(replica.url()), Errc::misuse, "is a replica of 127.0.0.1");
  const RedisServer forgetful({"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"});
  expect_error(open(forgetful.url()), Errc::misuse, "set it to noeviction");
  take(*opened(RedisServer({"--maxmemory-policy", "allkeys-lru"}).url()), "k");
  const RedisServer cluster({"--cluster-enabled", "yes"});
  expect_error(open(cluster.url()), Errc::misuse, "Redis Cluster");
  expect_error(open(primary.url("/99")), Errc::misuse, "databases");
}

TEST_F(RedisRefusal, APolicyThatIsChangedLaterIsToldByTheFacts) {
  const RedisServer server;
  const auto store = opened(server.url());
  EXPECT_EQ(fact(facts(*store), "maxmemory_policy").wrong, "");
  server.ask({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru", "maxmemory", "100mb"});
  EXPECT_NE(fact(facts(*store), "maxmemory_policy").wrong, "");
}

TEST_F(RedisRefusal, NobodyThereIsNotApplied) {
  RedisServer server;
  const std::string url = server.url();
  const std::string socket = "redis+unix:" + server.file("socket");
  server.kill_hard();
  expect_error(open(url), Errc::not_applied, "can't connect");
  expect_error(open(socket), Errc::not_applied, "can't connect");
  expect_error(open("redis+unix:/" + std::string(200, 'x')), Errc::misuse, "longer than 107 bytes");
}

TEST_F(RedisRefusal, WhatIsNoRedisIsTold) {
  // What speaks first, as an SSH server does.
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&name), size), 0);
  ASSERT_EQ(listen(fd, 1), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
  std::thread other([&] {
    const int client = accept(fd, nullptr, nullptr);
    const std::string words = "SSH-2.0-OpenSSH_9.2p1\r\n";
    EXPECT_EQ(write(client, words.data(), words.size()), static_cast<ssize_t>(words.size()));
    char byte = 0;
    while (read(client, &byte, 1) > 0) {
    }
    close(client);
  });
  expect_error(open("redis://127.0.0.1:" + std::to_string(ntohs(name.sin_port))), Errc::not_applied,
               "no reply of Redis");
  other.join();
  close(fd);
}

TEST_F(RedisRefusal, AWaitAsLongAsACallIsRefused) {
  const RedisServer server;
  expect_error(RedisStore::open(server.url("?wait=2s"), {}), Errc::misuse, "shorten it");
  expect_error(RedisStore::open(server.url(), {.patience = Length(5)}), Errc::misuse, "patience");
}

}  // namespace
}  // namespace leasehold
