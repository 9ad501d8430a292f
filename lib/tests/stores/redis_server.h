// A Redis server of a test's own, on a free port of loopback, in a directory of its own.
#pragma once

#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/redis_store.h>
#include "lib/src/stores/redis/failure.h"
#include "lib/src/stores/redis/link.h"
#include "lib/tests/stores/server_process.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {

/// Killed at the end, and when the test's process goes.
class RedisServer {
 public:
  using Settings = std::vector<std::string>;

  /// Keeps nothing on the disk unless `settings` (redis.conf's, each with "--" before its name)
  /// say so.
  explicit RedisServer(Settings settings = {}) : settings_(std::move(settings)) { start(); }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer() = default;

  static bool is_installed() { return !installed("redis-server", {}).empty(); }
  /// What loses nothing that was acknowledged.
  static Settings durable() { return {"--appendonly", "yes", "--appendfsync", "always"}; }

  /// On the port and the data that it had, if it ran before.
  void start() {
    for (int tries = 0; !process_ && tries < 20; ++tries) {
      if (port_ == 0 || tries > 0) port_ = free_port();
      process_ = std::make_unique<ServerProcess>(command(), dir_.file("log"));
      while (process_ && !answers()) {
        // Somebody else may have taken the port meanwhile.
        if (process_->has_ended()) process_.reset();
        usleep(1000);
      }
    }
    ASSERT_TRUE(process_) << "redis-server does not start; see its log in " << dir_.path();
  }
  void kill_hard() { process_.reset(); }
  void stop() const { process_->freeze(); }
  void go_on() const { process_->thaw(); }

  int port_number() const { return port_; }
  std::string port() const { return std::to_string(port_); }
  std::string url(const std::string& more = {}) const {
    return "redis://127.0.0.1:" + port() + more;
  }
  std::string file(const std::string& name) const { return dir_.file(name); }

  std::unique_ptr<stores::redis::Link> link() const {
    const stores::Patience patience(std::chrono::minutes(10));
    return std::make_unique<stores::redis::Link>(here(), patience);
  }
  /// As an operator, on a connection of its own; an error reply is one like any other.
  stores::redis::Reply ask(const stores::redis::Words& words) const {
    return link()->ask(words, stores::Patience(std::chrono::minutes(10)));
  }
  std::string text(const stores::redis::Words& words) const { return ask(words).text; }

 private:
  stores::redis::Address here() const {
    stores::redis::Address address;
    address.host = "127.0.0.1";
    address.port = port();
    return address;
  }

  bool answers() const {
    try {
      const std::string text = ask({"PING"}).text;
      return text != "" && text.find("LOADING") == std::string::npos;
    } catch (const stores::redis::Failure&) {
      return false;
    }
  }

  std::vector<std::string> command() const {
    std::vector<std::string> words{"redis-server", "--port",       port(),  "--bind",
                                   "127.0.0.1",    "--save",       "",      "--appendonly",
                                   "no",           "--daemonize",  "no",    "--dir",
                                   dir_.path(),    "--unixsocket", "socket"};
    words.insert(words.end(), settings_.begin(), settings_.end());
    return words;
  }

  const TempDir dir_;
  const Settings settings_;
  int port_ = 0;
  std::unique_ptr<ServerProcess> process_;
};

/// Tests of the Redis store; skipped where there is no server.
struct RedisTest : testing::Test {
  void SetUp() override {
    if (!RedisServer::is_installed()) {
      GTEST_SKIP() << "redis-server is not installed: apt-get install redis-server";
    }
  }
  /// No test is to fail for being slow.
  static constexpr Length patience = std::chrono::minutes(10);
  static std::unique_ptr<RedisStore> opened(const std::string& url) {
    auto store = RedisStore::open(url, {.patience = patience});
    EXPECT_TRUE(store) << store.error().detail;
    return store ? *std::move(store) : nullptr;
  }
};

}  // namespace leasehold
