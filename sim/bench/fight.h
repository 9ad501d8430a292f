// The world that the benchmarks run: processes that fight for one lock of a 500 ms lease, renewed
// every 50 ms, hold it for 300 ms and think for 100.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "sim/scenario/scenario.h"
#include "sim/world/run.h"

namespace leasehold::sim {

/// They begin one after another within `begin_within`.
inline Scenario fight(Authority authority, std::uint32_t processes, Length run_for,
                      Length begin_within = {}) {
  using namespace std::chrono_literals;
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
  world.run_for = run_for;
  world.processes.reserve(processes);
  for (std::uint32_t index = 0; index < processes; ++index) {
    ProcessSpec process{.name = "P" + std::to_string(index)};
    process.program = {{.at = begin_within * index / processes,
                        .what = Step::Do::cycle,
                        .hold = 300ms,
                        .think = 100ms,
                        .times = 1'000}};
    world.processes.push_back(std::move(process));
  }
  return world;
}

/// Runs so many worlds, from the seed after `world`'s. How many events there were; 0: an invariant
/// is broken.
inline std::uint64_t run_some(Scenario& world, int worlds) {
  std::uint64_t events = 0;
  for (int one = 0; one < worlds; ++one) {
    ++world.seed;
    const Run once = run(world, "leasehold", {});
    if (once.first_broken()) return 0;
    events += once.tally.events;
  }
  return events;
}

}  // namespace leasehold::sim
