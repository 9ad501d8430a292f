// How many situations a core explores in a second, and what each of them costs in memory. The floor
// is a search of the same size through situations that cost nothing to make: a number each, from
// which about as many moves lead on, with the same table of what was seen.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>

#include <benchmark/benchmark.h>

#include "sim/explore/search.h"
#include "sim/explore/seen.h"

namespace leasehold::sim {
namespace {

void count(benchmark::State& state, std::uint64_t states, std::uint64_t transitions,
           std::uint64_t bytes) {
  const auto rate = [&state](std::uint64_t each) {
    return benchmark::Counter(static_cast<double>(each) * static_cast<double>(state.iterations()),
                              benchmark::Counter::kIsRate);
  };
  state.counters["states"] = rate(states);
  state.counters["transitions"] = rate(transitions);
  state.counters["bytes_per_state"] = static_cast<double>(bytes) / static_cast<double>(states);
  // How many there is room for, if each costs as much.
  constexpr double room = 24e9;
  state.counters["states_in_24GB"] = room / state.counters["bytes_per_state"];
}

void exhausts(benchmark::State& state, const Limits& limits, std::uint64_t states) {
  Explored explored;
  for (auto _ : state) {
    const Outcome outcome = explore(limits);
    explored = outcome.explored;
    if (outcome.end == Outcome::End::broken || explored.states != states) {
      state.SkipWithError("not the situations that there are");
    }
  }
  count(state, explored.states, explored.transitions, explored.bytes);
}

/// So many numbers; from each, five moves: to one that no other leads to, or to any.
void numbers(benchmark::State& state, std::uint32_t states) {
  const auto digest_of = [](std::uint64_t number) { return Digest{mix(number), mix(~number)}; };
  std::uint64_t transitions = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    Seen seen;
    std::deque<std::uint32_t> waiting{1};
    seen.add(digest_of(1), Seen::none);
    transitions = 0;
    for (Seen::Number from = 0; !waiting.empty(); ++from) {
      const std::uint32_t number = waiting.front();
      waiting.pop_front();
      for (std::uint32_t move = 0; move < 5; ++move) {
        const std::uint64_t drawn = mix(std::uint64_t{number} << 8 | move) % states + 1;
        const std::uint64_t to = move < 2 ? 2 * std::uint64_t{number} + move : drawn;
        if (to > states) continue;
        ++transitions;
        if (!seen.add(digest_of(to), from)) continue;
        waiting.push_back(static_cast<std::uint32_t>(to));
      }
    }
    if (seen.size() != states) state.SkipWithError("not all numbers");
    bytes = seen.bytes();
  }
  count(state, states, transitions, bytes);
}

constexpr std::uint32_t states_of_2x2 = 1'022'719;
constexpr std::uint32_t states_of_3x1 = 191'275;

BENCHMARK_CAPTURE(exhausts, 2x2, Limits{.in_flight = 2}, states_of_2x2)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(exhausts, 3x1, Limits{.processes = 3}, states_of_3x1)
    ->Unit(benchmark::kMillisecond);
/// No further than so many: what each costs when there are many.
BENCHMARK_CAPTURE(exhausts, first_10_million_of_2x3, Limits{.in_flight = 3, .states = 10'000'000},
                  10'000'000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
BENCHMARK_CAPTURE(numbers, floor_of_2x2, states_of_2x2)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(numbers, floor_of_3x1, states_of_3x1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace leasehold::sim

BENCHMARK_MAIN();
