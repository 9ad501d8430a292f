// What a second core is worth: `gain` is how much more two threads get done than one, with worlds
// and, beside them, with loops that share nothing. Must not be pinned to one core.
#include <chrono>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

#include "sim/bench/fight.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

// Each thread does so much: a tenth of a second or so, so that to start it is nothing.
void run_worlds(std::uint64_t thread) {
  Scenario world = fight(Authority::host_clock, 3, 10s);
  world.seed = 1'000 * thread;
  benchmark::DoNotOptimize(run_some(world, 200));
}
void run_a_loop(std::uint64_t thread) {
  std::uint64_t word = thread;
  for (int step = 0; step < 20'000'000; ++step) word = mix(word + 1);
  benchmark::DoNotOptimize(word);
}

double seconds(std::uint64_t threads, void (*work)(std::uint64_t thread)) {
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::thread> running;
  for (std::uint64_t thread = 0; thread < threads; ++thread) running.emplace_back(work, thread);
  for (std::thread& one : running) one.join();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void gain(benchmark::State& state, void (*work)(std::uint64_t thread)) {
  double alone = 0;
  double together = 0;
  for (auto _ : state) {
    alone += seconds(1, work);
    together += seconds(2, work);
    state.SetIterationTime(alone + together);
  }
  state.counters["gain"] = benchmark::Counter(2 * alone / together);
}
BENCHMARK_CAPTURE(gain, worlds, run_worlds)->UseManualTime()->Iterations(5);
BENCHMARK_CAPTURE(gain, loops, run_a_loop)->UseManualTime()->Iterations(5);

}  // namespace
}  // namespace leasehold::sim

BENCHMARK_MAIN();
