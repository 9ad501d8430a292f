// How many worlds a core runs in a second: 3 processes over 10 virtual seconds, with every oracle;
// beside it the same kind of world as a hand would write it (floor_world.h).
#include <benchmark/benchmark.h>

#include "sim/bench/fight.h"
#include "sim/bench/floor_world.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

constexpr Length lasts = 10s;

benchmark::Counter rate(double count) { return {count, benchmark::Counter::kIsRate}; }

void worlds(benchmark::State& state, Authority authority) {
  Scenario world = fight(authority, 3, lasts);
  std::uint64_t events = 0;
  for (auto _ : state) {
    const std::uint64_t more = run_some(world, 1);
    if (more == 0) state.SkipWithError("an invariant is broken");
    events += more;
  }
  state.counters["worlds"] = rate(static_cast<double>(state.iterations()));
  state.counters["events"] = rate(static_cast<double>(events));
}
BENCHMARK_CAPTURE(worlds, host_clock, Authority::host_clock)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(worlds, observation, Authority::observation)->Unit(benchmark::kMicrosecond);

// `requests`: of one world; ours sends as many, within a tenth.
void floor_of_worlds(benchmark::State& state) {
  std::uint64_t seed = 0;
  std::uint64_t requests = 0;
  for (auto _ : state) {
    const std::uint64_t more = FloorWorld(++seed).run(lasts.count());
    if (more == 0) state.SkipWithError("two believed at once");
    requests += more;
  }
  state.counters["worlds"] = rate(static_cast<double>(state.iterations()));
  state.counters["requests"] =
      benchmark::Counter(static_cast<double>(requests), benchmark::Counter::kAvgIterations);
}
BENCHMARK(floor_of_worlds)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace leasehold::sim

BENCHMARK_MAIN();
