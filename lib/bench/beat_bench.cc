// What it costs a process to hold many locks in SQLite, and to wait for one.
//
// A beat renews each lock once. Its cost is processor time of the whole process, as the renewals of
// many locks are spread over time; the floor of a beat is in sqlite_bench.cc and here once more, so
// that both are measured on the same machine at the same time.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "lib/bench/processes.h"
#include "lib/bench/sqlite_floor.h"

namespace leasehold::bench {
namespace {

using namespace std::chrono_literals;

std::string key_of(int n) { return "lock " + std::to_string(n); }

std::vector<Guard> taken_many(const Client& client, int many) {
  std::vector<Guard> guards;
  guards.reserve(static_cast<std::size_t>(many));
  for (int n = 0; n < many; ++n) guards.push_back(taken(client.lock(key_of(n))));
  return guards;
}

/// Milliseconds of processor time in which each of `many` locks is renewed once.
double beat_ms(const Client& client, int many, std::chrono::seconds period) {
  const std::uint64_t renewed = client.counters().renewed;
  const std::int64_t cpu = cpu_ns();
  std::this_thread::sleep_for(period);
  const std::int64_t spent = cpu_ns() - cpu;
  const std::uint64_t renewals = client.counters().renewed - renewed;
  must(renewals > 0, "nothing was renewed");
  return static_cast<double>(spent) * many / static_cast<double>(renewals) / 1e6;
}

// One process holds them, another takes and drops locks of its own meanwhile.
void beat_of_10000_locks(benchmark::State& state) {
  constexpr int many = 10'000;
  for (auto _ : state) {
    const Directory directory;
    const std::string url = "sqlite:" + directory.file("db");
    const SharedPage page;
    {
      const Children children(2, [&](int me) {
        const Client client = client_on(url);
        if (me == 1) {
          page->wait_for(1);
          for (int n = 0; !page->stop; ++n) {
            const std::int64_t asked = now_ns();
            const Guard guard = taken(client.lock("other " + std::to_string(n % 100)));
            page->add(now_ns() - asked);
            std::this_thread::sleep_for(5ms);
          }
          return;
        }
        const std::vector<Guard> guards = taken_many(client, many);
        ++page->ready;
        const std::int64_t began = now_ns();
        const std::int64_t cpu = cpu_ns();
        page->shares[0] = static_cast<std::int64_t>(1e6 * beat_ms(client, many, 12s));
        page->shares[1] = (cpu_ns() - cpu) * 1'000'000 / (now_ns() - began);
        page->stop = true;
        for (const Guard& guard : guards) must(guard.is_held(), "a lock was lost");
        std::_Exit(0);
      });
    }
    state.SetIterationTime(static_cast<double>(page->shares[0]) / 1e9);
    state.counters["beat_ms"] = static_cast<double>(page->shares[0]) / 1e6;
    state.counters["percent_of_a_core"] = static_cast<double>(page->shares[1]) / 1e4;
    state.counters["anothers_acquire_p99_ms"] = page->quantile(0.99);
  }
}
BENCHMARK(beat_of_10000_locks)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);

// A prepared statement a row in one transaction, and one statement for all.
void floor_of_a_beat(benchmark::State& state, bool one_statement) {
  constexpr int many = 10'000;
  const Directory directory;
  Floor floor(directory.file("db"));
  floor.normal.run("BEGIN");
  for (int n = 0; n < many; ++n) must(floor.normal.grant(key_of(n)) == 1, "not granted");
  floor.normal.run("COMMIT");
  for (auto _ : state) {
    const std::int64_t cpu = cpu_ns();
    floor.normal.run("BEGIN IMMEDIATE");
    if (one_statement) {
      must(floor.normal.renew_all() == many, "not renewed");
    } else {
      for (int n = 0; n < many; ++n) must(floor.normal.renew(key_of(n)) == 1, "not renewed");
    }
    floor.normal.run("COMMIT");
    const std::int64_t spent = cpu_ns() - cpu;
    state.SetIterationTime(seconds(spent));
    state.counters["beat_ms"] = static_cast<double>(spent) / 1e6;
  }
}
BENCHMARK_CAPTURE(floor_of_a_beat, row_by_row, false)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(floor_of_a_beat, one_statement, true)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// All of them durable when granted, so taking them takes as long as 100,000 syncs of the disk. The
// argument is the lease in seconds; 5 is the preset's. A fifth of it is the time for a beat.
void locks_of_100000_that_stay_held(benchmark::State& state) {
  constexpr int many = 100'000;
  for (auto _ : state) {
    const Directory directory;
    OpenOptions options;
    options.timing = host_preset().timing;
    options.timing->lease = std::chrono::seconds(state.range(0));
    options.timing->renew_every = options.timing->lease / 5;
    const Client client = client_on("sqlite:" + directory.file("db"), options);
    const std::int64_t began = now_ns();
    const std::vector<Guard> guards = taken_many(client, many);
    state.counters["seconds_to_take"] = seconds(now_ns() - began);
    state.counters["beat_ms"] = beat_ms(client, many, 20s);
    int held = 0;
    for (const Guard& guard : guards) held += guard.is_held() ? 1 : 0;
    state.counters["held"] = held;
    state.SetIterationTime(seconds(now_ns() - began));
  }
}
BENCHMARK(locks_of_100000_that_stay_held)
    ->Arg(5)
    ->Arg(30)
    ->Iterations(1)
    ->Repetitions(1)
    ->UseManualTime();

// A hundred processes that wait for a lock that stays held.
void idle_waiters(benchmark::State& state) {
  constexpr int waiters = 100;
  constexpr std::int64_t period_ns = 5'000'000'000;
  for (auto _ : state) {
    const Directory directory;
    const std::string url = "sqlite:" + directory.file("db");
    const SharedPage page;
    {
      const Client holder = client_on(url);
      const Guard guard = taken(holder.lock("idle"));
      const Children children(waiters, [&](int me) {
        const Client client = client_on(url);
        client.lock("idle").acquire_async({.within = 60s}, [](Grant) {});
        page->meet(waiters);
        std::this_thread::sleep_for(1s);  // the first tries, which come fast, are over
        const std::int64_t before = cpu_ns();
        std::this_thread::sleep_for(std::chrono::nanoseconds(period_ns));
        page->shares[me] = cpu_ns() - before;
        std::_Exit(0);
      });
    }
    std::int64_t sum = 0;
    for (int me = 0; me < waiters; ++me) sum += page->shares[me];
    state.SetIterationTime(seconds(sum));
    state.counters["percent_of_a_core"] = 100.0 * seconds(sum) / seconds(period_ns);
  }
}
BENCHMARK(idle_waiters)->Iterations(1)->UseManualTime();

}  // namespace
}  // namespace leasehold::bench

BENCHMARK_MAIN();
