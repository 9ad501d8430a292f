// How many worlds a core runs in a second: 3 processes that fight for one lock over 20 virtual
// seconds of a 500 ms lease, with every oracle.
#include <chrono>
#include <string>

#include <benchmark/benchmark.h>

#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

Scenario fight(Authority authority) {
  Scenario world;
  world.config.authority = authority;
  world.config.timing = {.lease = 500ms,
                         .renew_every = 50ms,
                         .request_timeout = 40ms,
                         .retry_pause = 10ms,
                         .longest_wait = 1s,
                         .stop_budget = 0ms,
                         .min_useful = 10ms,
                         .tolerated_failures = 3};
  world.config.bounds.resolution = 1ns;
  world.request_way = world.answer_way = 1ms;
  world.noise = {
      .request_loss_ppm = 10'000, .answer_loss_ppm = 10'000, .draws = true, .ties = true};
  world.run_for = 20s;
  for (const char* name : {"A", "B", "C"}) {
    ProcessSpec process{.name = name};
    process.program = {{.what = Step::Do::cycle, .hold = 300ms, .think = 100ms, .times = 100}};
    world.processes.push_back(process);
  }
  return world;
}

void run_worlds(benchmark::State& state, Authority authority) {
  Scenario world = fight(authority);
  std::uint64_t events = 0;
  for (auto _ : state) {
    ++world.seed;
    const Run once = run(world, "leasehold", {});
    if (once.first_broken()) state.SkipWithError("an invariant is broken");
    events += once.tally.events;
  }
  state.counters["worlds"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["events"] =
      benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(run_worlds, host_clock, Authority::host_clock)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(run_worlds, observation, Authority::observation)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace leasehold::sim

BENCHMARK_MAIN();
