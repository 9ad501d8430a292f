// What a request to the SQLite store costs beside the bare prepared statements, in one process.
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <leasehold/sqlite_store.h>
#include "lib/bench/processes.h"
#include "lib/bench/sqlite_floor.h"
#include "lib/src/runtime/system_random.h"

namespace leasehold::bench {
namespace {

using namespace std::chrono_literals;

// Longer than any bench, or setting up many of them on a slow disk would end the first.
constexpr Length lease = 1h;

/// The store as a client uses it, without the client.
class Ours {
 public:
  explicit Ours(const std::string& file) {
    auto made = SqliteStore::open(file, {.busy_wait = 10s});
    must(made.has_value(), made ? "" : made.error().detail);
    store_ = *std::move(made);
  }

  Term grant(const std::string& key, const OwnerId& owner, Term expected) {
    const auto granted = store_->acquire(request(key, owner, expected));
    must(granted && std::holds_alternative<Granted>(granted->answer), "not granted");
    return std::get<Granted>(granted->answer).term;
  }
  void find_busy(const std::string& key, const OwnerId& owner, Term expected) {
    const auto busy = store_->acquire(request(key, owner, expected));
    must(busy && std::holds_alternative<Busy>(busy->answer), "not busy");
  }
  void release(const std::string& key, const OwnerId& owner, Term term) {
    const auto released = store_->release({key, owner, term});
    must(released && std::holds_alternative<Released>(released->answer), "not released");
  }
  void renew(std::span<const RenewRequest> batch) {
    const auto renewed = store_->renew(batch);
    must(renewed.has_value(), renewed ? "" : renewed.error().detail);
    for (const RenewAnswer& one : renewed->answer)
      must(std::holds_alternative<Renewed>(one), "not renewed");
  }

 private:
  static AcquireRequest request(const std::string& key, const OwnerId& owner, Term expected) {
    return {.key = key,
            .owner = owner,
            .expected_term = expected,
            .lease = lease,
            .info = "pid 1 on host",
            .unchanged = std::nullopt};
  }

  std::unique_ptr<SqliteStore> store_;
};

void acquire_and_release(benchmark::State& state) {
  const Directory directory;
  Ours ours(directory.file("db"));
  Term term = 0;
  for (auto _ : state) {
    const auto owner = SystemRandom::shared().id<OwnerId>();
    term = ours.grant("k", owner, term);
    ours.release("k", owner, term);
  }
}
BENCHMARK(acquire_and_release)->UseRealTime();

void floor_of_acquire_and_release(benchmark::State& state) {
  const Directory directory;
  Floor floor(directory.file("db"));
  for (auto _ : state) {
    must(floor.full.grant("k") == 1, "not granted");
    must(floor.normal.release("k") == 1, "not released");
  }
}
BENCHMARK(floor_of_acquire_and_release)->UseRealTime();

void acquire_when_busy(benchmark::State& state) {
  const Directory directory;
  Ours ours(directory.file("db"));
  const OwnerId holder{1, 1};
  const Term term = ours.grant("k", holder, 0);
  const std::vector<RenewRequest> heartbeat{{"k", holder, term, 1, {1, 1}, lease}};
  ours.renew(heartbeat);
  const OwnerId other{2, 2};
  for (auto _ : state) ours.find_busy("k", other, term);
}
BENCHMARK(acquire_when_busy);

void floor_of_acquire_when_busy(benchmark::State& state) {
  const Directory directory;
  Floor floor(directory.file("db"));
  must(floor.full.grant("k") == 1, "not granted");
  for (auto _ : state) benchmark::DoNotOptimize(floor.normal.read("k"));
}
BENCHMARK(floor_of_acquire_when_busy);

constexpr int many = 10'000;

std::string key_of(int n) { return "lock " + std::to_string(n); }

// Set up once: with a sync each, ten thousand grants take seconds.
struct Many {
  Many() {
    for (int n = 0; n < many; ++n) ours.grant(key_of(n), owner, 0);
    floor.full.run("BEGIN");
    for (int n = 0; n < many; ++n) must(floor.full.grant(key_of(n)) == 1, "not granted");
    floor.full.run("COMMIT");
  }
  static Many& all() {
    static Many made;
    return made;
  }

  const Directory directory;
  const OwnerId owner{1, 1};
  Ours ours{directory.file("ours")};
  Floor floor{directory.file("floor")};
  Seq seq = 0;
};

// In batches as the client sends them.
void renew_many(benchmark::State& state) {
  Many& all = Many::all();
  for (auto _ : state) {
    const Seq seq = ++all.seq;
    std::vector<RenewRequest> batch;
    for (int n = 0; n < many; ++n) {
      batch.push_back({key_of(n), all.owner, 1, seq, {1, seq}, lease});
      if (batch.size() < largest_batch && n + 1 < many) continue;
      all.ours.renew(batch);
      batch.clear();
    }
  }
}
BENCHMARK(renew_many)->Unit(benchmark::kMillisecond);

void floor_of_renew_many(benchmark::State& state, bool one_statement) {
  FloorConnection& floor = Many::all().floor.normal;
  for (auto _ : state) {
    if (one_statement) {
      must(floor.renew_all() == many, "not renewed");
      continue;
    }
    floor.run("BEGIN IMMEDIATE");
    for (int n = 0; n < many; ++n) must(floor.renew(key_of(n)) == 1, "not renewed");
    floor.run("COMMIT");
  }
}
BENCHMARK_CAPTURE(floor_of_renew_many, row_by_row, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(floor_of_renew_many, one_statement, true)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace leasehold::bench

BENCHMARK_MAIN();
