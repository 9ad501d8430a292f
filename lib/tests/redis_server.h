// A Redis server of a test's own, on a free port of loopback, in a directory of its own.
#pragma once

#include <arpa/inet.h>
#include <csignal>
#include <memory>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/redis_store.h>
#include "lib/src/stores/redis/failure.h"
#include "lib/src/stores/redis/link.h"
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
  ~RedisServer() { kill_hard(); }

  static bool is_installed() {
    return std::system("command -v redis-server >/dev/null") == 0;  // NOLINT: a test's one thread
  }
  /// What loses nothing that was acknowledged.
  static Settings durable() { return {"--appendonly", "yes", "--appendfsync", "always"}; }

  /// On the port and the data that it had, if it ran before.
  void start() {
    for (int tries = 0; pid_ < 0 && tries < 20; ++tries) {
      if (port_ == 0 || tries > 0) port_ = free_port();
      pid_ = started();
      while (pid_ > 0 && !answers()) {
        // Somebody else may have taken the port meanwhile.
        if (waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
        usleep(1000);
      }
    }
    ASSERT_GT(pid_, 0) << "redis-server does not start; see its log in " << dir_.path();
  }
  void kill_hard() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
  void stop() const {
    ::kill(pid_, SIGSTOP);
    int status = 0;
    waitpid(pid_, &status, WUNTRACED);
    ASSERT_TRUE(WIFSTOPPED(status));
  }
  void go_on() const { ::kill(pid_, SIGCONT); }

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

  static int free_port() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&name), size), 0);
    getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
    close(fd);
    return ntohs(name.sin_port);
  }

  bool answers() const {
    try {
      const std::string text = ask({"PING"}).text;
      return text != "" && text.find("LOADING") == std::string::npos;
    } catch (const stores::redis::Failure&) {
      return false;
    }
  }

  pid_t started() const {
    std::vector<std::string> words{"redis-server", "--port",      port(),  "--bind",
                                   "127.0.0.1",    "--save",      "",      "--appendonly",
                                   "no",           "--daemonize", "no",    "--dir",
                                   dir_.path(),    "--logfile",   "log",   "--unixsocket",
                                   "socket",       "--loglevel",  "notice"};
    words.insert(words.end(), settings_.begin(), settings_.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t pid = fork();
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      execvp(argv[0], argv.data());
      _exit(127);
    }
    return pid;
  }

  const TempDir dir_;
  const Settings settings_;
  int port_ = 0;
  pid_t pid_ = -1;
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
