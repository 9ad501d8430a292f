// The Redis store against what Redis itself is known for as a lock, SET NX PX and a script that
// deletes, on a durable server of the bench's own on loopback and on one that keeps nothing.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <leasehold/redis_store.h>
#include "lib/tests/stores/redis_server.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using stores::Patience;
using stores::redis::Link;
using stores::redis::Reply;
using stores::redis::Words;

constexpr int rounds = 7;
constexpr int cycles = 1000;
constexpr std::size_t many = 10'000;

double seconds_of(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "redis_bench: %s\n", why.c_str());
  std::exit(1);
}

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

class Ours {
 public:
  explicit Ours(const RedisServer& server) {
    auto opened = RedisStore::open(server.url(), {.patience = 10s});
    if (!opened) fail(opened.error().detail);
    store_ = *std::move(opened);
  }

  double cycles_a_second() {
    const auto began = Clock::now();
    for (int cycle = 0; cycle < cycles; ++cycle) {
      const OwnerId owner{1, ++owners_};
      take("k", owner, term_);
      const auto freed = store_->release({"k", owner, ++term_});
      if (!freed) fail(freed.error().detail);
    }
    return cycles / seconds_of(began);
  }

  void take_many() {
    for (std::size_t i = 0; i < many; ++i) take(key(i), {2, 1}, 0);
  }
  double renew_many_ms() {
    ++seq_;
    std::vector<RenewRequest> batch;
    const auto began = Clock::now();
    for (std::size_t i = 0; i < many; ++i) {
      batch.push_back({key(i), {2, 1}, 1, seq_, {3, seq_}, 1h});
      if (batch.size() < largest_batch && i + 1 < many) continue;
      const auto renewed = store_->renew(batch);
      if (!renewed) fail(renewed.error().detail);
      for (const RenewAnswer& answer : renewed->answer) {
        if (!std::holds_alternative<Renewed>(answer)) fail("a lock was lost");
      }
      batch.clear();
    }
    return seconds_of(began) * 1e3;
  }

 private:
  static std::string key(std::size_t i) { return "lock " + std::to_string(i); }
  void take(const std::string& key, const OwnerId& owner, Term expected) {
    const auto taken = store_->acquire({.key = key,
                                        .owner = owner,
                                        .expected_term = expected,
                                        .lease = 1h,
                                        .info = "bench",
                                        .unchanged = std::nullopt});
    if (!taken) fail(taken.error().detail);
    if (!std::holds_alternative<Granted>(taken->answer)) fail("the lock is taken");
  }

  std::unique_ptr<RedisStore> store_;
  std::uint64_t owners_ = 0;
  Term term_ = 0;
  Seq seq_ = 0;
};

void run(const char* name, const RedisServer::Settings& settings) {
  const RedisServer server(settings);
  Floor floor(server);
  Ours ours(server);
  std::vector<double> floors;
  std::vector<double> cycles_of_ours;
  std::vector<double> ratios;
  std::vector<double> renewals;
  ours.take_many();
  // Side by side, so that a machine that is slow for a while is so for both; the first warms up.
  for (int round = 0; round <= rounds; ++round) {
    const double one = floor.cycles_a_second();
    const double other = ours.cycles_a_second();
    const double renewed = ours.renew_many_ms();
    if (round == 0) continue;
    floors.push_back(one);
    cycles_of_ours.push_back(other);
    ratios.push_back(other / one);
    renewals.push_back(renewed);
  }
  std::printf("%s: acquire + release a second: %.0f, floor %.0f, ratio %.2f (bar 0.8)\n", name,
              median(cycles_of_ours), median(floors), median(ratios));
  std::printf("%s: renewing %zu locks: %.0f ms (bar 200)\n", name, many, median(renewals));
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
