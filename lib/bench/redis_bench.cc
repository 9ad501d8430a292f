// The Redis store against what Redis itself is known for as a lock, SET NX PX and a script that
// deletes, on a durable server of the bench's own on loopback and on one that keeps nothing.
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include <leasehold/redis_store.h>
#include "lib/bench/store_bench.h"
#include "lib/tests/stores/redis_server.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using bench::Clock;
using bench::fail;
using bench::seconds_of;
using stores::Patience;
using stores::redis::Link;
using stores::redis::Reply;
using stores::redis::Words;

constexpr int cycles = 1000;

/// No term, no fence, and forgotten when it ends.
class Floor {
 public:
  explicit Floor(const RedisServer& server) : link_(server.link()) {
    digest_ = ask({"SCRIPT", "LOAD",
                   "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', "
                   "KEYS[1]) end return 0"})
                  .text;
  }

  double cycles_a_second() {
    const std::string owner = "00000000000000000000000000000001";
    const auto began = Clock::now();
    for (int cycle = 0; cycle < cycles; ++cycle) {
      if (ask({"SET", "floor", owner, "NX", "PX", "15000"}).text != "OK") fail("it is taken");
      ask({"EVALSHA", digest_, "1", "floor", owner});
    }
    return cycles / seconds_of(began);
  }

 private:
  Reply ask(const Words& words) {
    Reply reply = link_->ask(words, Patience(10s));
    if (reply.kind == Reply::Kind::error) fail(reply.text);
    return reply;
  }

  const std::unique_ptr<Link> link_;
  std::string digest_;
};

void run(const char* name, const RedisServer::Settings& settings) {
  const RedisServer server(settings);
  Floor floor(server);
  bench::Ours ours(RedisStore::open(server.url(), {.patience = 10s}), cycles);
  bench::against_floor(name, floor, ours, "0.8", " (bar 200)");
}

}  // namespace
}  // namespace leasehold

int main() {
  if (!leasehold::RedisServer::is_installed()) {
    std::fprintf(stderr, "redis_bench: not run: there is no redis-server here\n");
    return 77;
  }
  leasehold::run("appendfsync always", leasehold::RedisServer::durable());
  leasehold::run("in memory", {});
}
