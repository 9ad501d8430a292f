// How soon a lock in SQLite passes from one process to another: after a release, and after the
// holder was killed.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include <leasehold/timing.h>
#include "lib/bench/processes.h"
#include "lib/bench/sqlite_floor.h"

namespace leasehold::bench {
namespace {

using namespace std::chrono_literals;

// Two processes in turns: who has it lets go when the other has waited for a while. From the moment
// before the release to the moment after the other's acquire.
void after_a_release(benchmark::State& state) {
  constexpr std::size_t samples = 400;
  for (auto _ : state) {
    const Directory directory;
    const SharedPage page;
    const std::int64_t began = now_ns();
    {
      const Children children(2, [&](int me) {
        const Client client = client_on("sqlite:" + directory.file("db"));
        const Lock lock = client.lock("hand-over");
        while (page->count < samples) {
          Guard guard = taken(lock);
          const std::int64_t got = now_ns();
          if (page->holder.exchange(me) == 1 - me) page->add(got - page->moment);
          std::this_thread::sleep_for(3ms);  // the other waits by now
          page->moment = now_ns();
          guard.drop();
          std::this_thread::sleep_for(2ms);
        }
      });
    }
    state.SetIterationTime(seconds(now_ns() - began));
    state.counters["p50_ms"] = page->quantile(0.5);
    state.counters["p99_ms"] = page->quantile(0.99);
  }
}
BENCHMARK(after_a_release)->Iterations(1)->UseManualTime();

// What is in every hand-over, and takes what the disk takes: the next grant, on the disk.
void floor_of_after_a_release(benchmark::State& state) {
  constexpr int samples = 400;
  for (auto _ : state) {
    const Directory directory;
    const SharedPage page;
    Floor floor(directory.file("db"));
    const std::int64_t began = now_ns();
    for (int n = 0; n < samples; ++n) {
      const std::int64_t asked = now_ns();
      must(floor.full.grant("hand-over") == 1, "not granted");
      page->add(now_ns() - asked);
      must(floor.normal.release("hand-over") == 1, "not released");
      std::this_thread::sleep_for(3ms);  // as often as there
    }
    state.SetIterationTime(seconds(now_ns() - began));
    state.counters["p50_ms"] = page->quantile(0.5);
    state.counters["p99_ms"] = page->quantile(0.99);
  }
}
BENCHMARK(floor_of_after_a_release)->Iterations(1)->UseManualTime();

Timing short_leases() {
  Timing timing = host_preset().timing;
  timing.lease = 2s;
  timing.renew_every = 400ms;
  timing.request_timeout = 400ms;
  timing.retry_pause = 40ms;
  timing.longest_wait = 400ms;
  timing.stop_budget = 200ms;
  timing.min_useful = 240ms;
  return timing;
}

constexpr int holders = 20;

// Twenty holders of a lock each are killed at once, and one process waits for all of the locks.
// Tells for each how long it took, from the kill on.
void kill_and_take_over(const std::string& url, const OpenOptions& options, Page& page) {
  page.ready = 0;
  Children children(holders, [&](int me) {
    const Client client = client_on(url, options);
    const Guard guard = taken(client.lock(std::to_string(me)));
    ++page.ready;
    for (;;) std::this_thread::sleep_for(1h);
  });
  page.wait_for(holders);
  const Children waiter(1, [&](int) {
    const Client client = client_on(url, options);
    std::atomic<int> left{holders};
    std::vector<Guard> guards(holders);
    for (int n = 0; n < holders; ++n) {
      client.lock(std::to_string(n)).acquire_async({}, [&, n](Grant grant) {
        const std::int64_t got = now_ns();
        must(static_cast<bool>(grant), "not granted");
        page.add(got - page.moment);
        guards[static_cast<std::size_t>(n)] = std::move(grant).guard();
        --left;
      });
    }
    ++page.ready;
    while (left > 0) std::this_thread::sleep_for(1ms);
    std::_Exit(0);
  });
  page.wait_for(holders + 1);
  std::this_thread::sleep_for(300ms);  // all were told that it is busy
  page.moment = now_ns();
  children.kill_all();
}

void after_kill_9(benchmark::State& state) {
  constexpr int rounds = 10;
  OpenOptions options;
  options.timing = short_leases();
  Config config = host_preset();
  config.timing = *options.timing;
  const auto bound = static_cast<double>(takeover_bound(config).count()) / 1e6;
  for (auto _ : state) {
    const Directory directory;
    const SharedPage page;
    const std::int64_t began = now_ns();
    for (int round = 0; round < rounds; ++round) {
      kill_and_take_over("sqlite:" + directory.file(std::to_string(round)), options, *page);
    }
    state.SetIterationTime(seconds(now_ns() - began));
    int in_time = 0;
    for (std::size_t n = 0; n < page->count; ++n) {
      if (static_cast<double>(page->samples[n]) / 1e6 <= bound) ++in_time;
    }
    state.counters["kills"] = rounds * holders;
    state.counters["in_time"] = in_time;
    state.counters["bound_ms"] = bound;
    state.counters["p50_ms"] = page->quantile(0.5);
    state.counters["longest_ms"] = page->quantile(1);
  }
}
BENCHMARK(after_kill_9)->Iterations(1)->UseManualTime();

}  // namespace
}  // namespace leasehold::bench

BENCHMARK_MAIN();
