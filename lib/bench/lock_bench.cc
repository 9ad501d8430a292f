// What a lock costs that nobody else wants, in memory: what a client adds to its store.
#include <memory>
#include <utility>

#include <benchmark/benchmark.h>

#include <leasehold/client.h>
#include <leasehold/memory_store.h>
#include "lib/bench/processes.h"
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"

namespace leasehold::bench {
namespace {

// As the user sees it: from the call of acquire to the return of the guard's destructor. Each
// acquire finds the release of the one before done, so all that a release costs is in it.
void acquire_and_drop(benchmark::State& state) {
  const Client client = client_on("memory:");
  const Lock lock = client.lock("k");
  for (auto _ : state) benchmark::DoNotOptimize(taken(lock));
}
BENCHMARK(acquire_and_drop)->UseRealTime();

// The same two requests made at the store itself, each with the owner id that it needs.
void floor_of_acquire_and_drop(benchmark::State& state) {
  MemoryStore store(SystemClock::shared(), SystemRandom::shared());
  Term term = 0;
  for (auto _ : state) {
    const auto owner = SystemRandom::shared().id<OwnerId>();
    const auto granted = store.acquire({.key = "k",
                                        .owner = owner,
                                        .expected_term = term,
                                        .lease = std::chrono::seconds(15),
                                        .info = "pid 1 on host",
                                        .unchanged = std::nullopt});
    must(granted && std::holds_alternative<Granted>(granted->answer), "not granted");
    term = std::get<Granted>(granted->answer).term;
    benchmark::DoNotOptimize(store.release({"k", owner, term}));
  }
}
BENCHMARK(floor_of_acquire_and_drop)->UseRealTime();

}  // namespace
}  // namespace leasehold::bench

BENCHMARK_MAIN();
