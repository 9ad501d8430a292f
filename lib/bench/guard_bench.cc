// What a guard costs that is joined and dropped on a lock that this process holds already.
#include <atomic>
#include <utility>

#include <benchmark/benchmark.h>

#include <leasehold/client.h>
#include "lib/src/runtime/system_clock.h"

namespace {

// The least that a counted handle with a deadline can cost.
void floor_of_a_join(benchmark::State& state) {
  const leasehold::SystemClock clock;
  std::atomic<int> guards{0};
  for (auto _ : state) {
    benchmark::DoNotOptimize(clock.now());
    guards.fetch_add(1);
    guards.fetch_sub(1);
  }
}
BENCHMARK(floor_of_a_join);

void join_and_drop(benchmark::State& state) {
  const auto client = leasehold::open("memory:");
  const leasehold::Lock lock = client->lock("k");
  const leasehold::Guard first = std::move(lock.acquire({})).guard();
  for (auto _ : state) benchmark::DoNotOptimize(lock.acquire({}));
}
BENCHMARK(join_and_drop);

void is_held(benchmark::State& state) {
  const auto client = leasehold::open("memory:");
  const leasehold::Guard guard = std::move(client->lock("k").acquire({})).guard();
  for (auto _ : state) benchmark::DoNotOptimize(guard.is_held());
}
BENCHMARK(is_held);

}  // namespace

BENCHMARK_MAIN();
