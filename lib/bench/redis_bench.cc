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
using bench::fail;
using stores::Patience;
using stores::redis::Link;
using stores::redis::Reply;
using stores::redis::Words;

/// No term, no fence, and forgotten when it ends.
class Floor {
 public:
  explicit Floor(const RedisServer& server) : link_(server.link()) {
    digest_ = ask({"SCRIPT", "LOAD",
                   "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', "
                   "KEYS[1]) end return 0"})
                  .text;
  }

  void acquire_and_release() {
    const std::string owner = "00000000000000000000000000000001";
    if (ask({"SET", "floor", owner, "NX", "PX", "15000"}).text != "OK") fail("it is taken");
    ask({"EVALSHA", digest_, "1", "floor", owner});
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

/// A server, and both who use it.
struct Subject {
  Subject(const std::string& name, const RedisServer::Settings& settings)
      : server(settings), floor(server), ours(RedisStore::open(server.url(), {.patience = 10s})) {
    bench::register_against_floor(name, floor, ours);
  }

  const RedisServer server;
  Floor floor;
  bench::Ours ours;
};

}  // namespace
}  // namespace leasehold

int main(int argc, char** argv) {
  using namespace leasehold;
  if (!RedisServer::is_installed()) {
    std::fprintf(stderr, "redis_bench: there is no redis-server here\n");
    return bench::not_run;
  }
  const Subject durable("appendfsync_always", RedisServer::durable());
  const Subject in_memory("in_memory", {});
  return bench::run_registered(argc, argv);
}
