// Eight processes that write to one SQLite file as fast as they can, beside as many with the bare
// prepared statements that queue at a lock on a file. (Without that queue SQLite lets a writer wait
// for seconds, so the total of such a fight is no floor for one that starves nobody.)
#include <algorithm>
#include <memory>
#include <string>
#include <variant>

#include <benchmark/benchmark.h>

#include <leasehold/sqlite_store.h>
#include "lib/bench/processes.h"
#include "lib/bench/sqlite_floor.h"
#include "lib/src/runtime/system_random.h"

namespace leasehold::bench {
namespace {

using namespace std::chrono_literals;

constexpr int writers = 8;
constexpr std::int64_t period_ns = 4'000'000'000;

/// Runs `cycle()` again and again until the period is over; it tells how long its acquire waited.
template <class Cycle>
void fight(Page& page, int me, const Cycle& cycle) {
  page.meet(writers);
  const std::int64_t ends = now_ns() + period_ns;
  while (now_ns() < ends) {
    page.add(cycle());
    ++page.shares[me];
  }
}

void ours(const std::string& file, Page& page, int me) {
  auto store = SqliteStore::open(file, {.busy_wait = 10s});
  must(store.has_value(), store ? "" : store.error().detail);
  const std::string key = "fight " + std::to_string(me);
  Term term = 0;
  fight(page, me, [&] {
    const auto owner = SystemRandom::shared().id<OwnerId>();
    const std::int64_t asked = now_ns();
    const auto granted = (*store)->acquire({.key = key,
                                            .owner = owner,
                                            .expected_term = term,
                                            .lease = 15s,
                                            .info = "pid 1 on host",
                                            .unchanged = std::nullopt});
    const std::int64_t waited = now_ns() - asked;
    must(granted && std::holds_alternative<Granted>(granted->answer),
         granted ? "not granted" : granted.error().detail);
    term = std::get<Granted>(granted->answer).term;
    must((*store)->release({key, owner, term}).has_value(), "not released");
    return waited;
  });
}

void bare(const std::string& file, Page& page, int me) {
  FloorGate gate(file + "-gate");
  std::unique_ptr<Floor> floor;
  gate.in_turn([&] { floor = std::make_unique<Floor>(file); });
  const std::string key = "fight " + std::to_string(me);
  fight(page, me, [&] {
    const std::int64_t asked = now_ns();
    gate.in_turn([&] { must(floor->full.grant(key) == 1, "not granted"); });
    const std::int64_t waited = now_ns() - asked;
    gate.in_turn([&] { must(floor->normal.release(key) == 1, "not released"); });
    return waited;
  });
}

using Writer = void (*)(const std::string&, Page&, int);

void eight_writers(benchmark::State& state, Writer writer) {
  for (auto _ : state) {
    const Directory directory;
    const SharedPage page;
    {
      const Children children(writers, [&](int me) { writer(directory.file("db"), *page, me); });
    }
    const auto [least, most] = std::minmax_element(page->shares, page->shares + writers);
    std::int64_t sum = 0;
    for (int me = 0; me < writers; ++me) sum += page->shares[me];
    state.SetIterationTime(seconds(period_ns));
    state.counters["cycles_per_second"] = static_cast<double>(sum) / seconds(period_ns);
    state.counters["longest_wait_ms"] = page->quantile(1);
    state.counters["wait_p99_ms"] = page->quantile(0.99);
    const double fair = static_cast<double>(sum) / writers;
    state.counters["least_of_fair_share"] = static_cast<double>(*least) / fair;
    state.counters["most_of_fair_share"] = static_cast<double>(*most) / fair;
  }
}
BENCHMARK_CAPTURE(eight_writers, ours, &ours)->Iterations(1)->UseManualTime();
BENCHMARK_CAPTURE(eight_writers, floor, &bare)->Iterations(1)->UseManualTime();

}  // namespace
}  // namespace leasehold::bench

BENCHMARK_MAIN();
