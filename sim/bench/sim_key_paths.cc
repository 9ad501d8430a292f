// The key paths of the simulator: its queue, its clocks, whole worlds, and the explorer.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "lib/bench/key_paths.h"
#include "sim/engine/queue.h"
#include "sim/explore/search.h"
#include "sim/scenario/generate.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/world/run.h"
#include "sim/world/virtual_clock.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using bench::must;

// Of a thousand that wait the first goes, and comes again later.
void queue_1000(int times) {
  Queue<std::uint64_t> queue;
  std::uint64_t state = 1;
  const auto later = [&state](TrueTime from) {
    state = mix(state + 1);
    return from + Span<TrueClock>::ns(static_cast<std::int64_t>(state % 1'000'000));
  };
  for (std::uint64_t i = 0; i < 1000; ++i) queue.plan(later(TrueTime{}), 0, i);
  for (int i = 0; i < times; ++i) {
    const auto next = queue.pop();
    queue.plan(later(next.at), 0, next.task);
  }
  must(queue.size() == 1000, "the queue has lost something");
}

void clock_read(int times) {
  ClockSpec spec;
  spec.rate_ppm = 50;
  VirtualClock clock(spec, 1us);
  std::int64_t sum = 0;
  for (int i = 0; i < times; ++i) {
    sum += clock.read(TrueTime{} + Span<TrueClock>::ns(i * 1'000'003LL)).at.ns();
  }
  must(sum != 0, "the clock stands still");
}

bench::KeyPath worlds(const Profile& profile) {
  return [profile](int times) {
    std::uint64_t events = 0;
    for (int seed = 1; seed <= times; ++seed) {
      events +=
          run(generate(static_cast<std::uint64_t>(seed), profile), "leasehold", {}).tally.events;
    }
    must(events > 0, "nothing happened");
  };
}

void scenario_text(int times) {
  for (int seed = 1; seed <= times; ++seed) {
    const Scenario world = generate(static_cast<std::uint64_t>(seed), {});
    must(read_scenario(write_scenario(world), "a world").has_value(), "it can't be read again");
  }
}

void explore_2x1(int times) {
  for (int i = 0; i < times; ++i) {
    must(explore({}).end == Outcome::End::exhausted, "it was not exhausted");
  }
}

}  // namespace
}  // namespace leasehold::sim

int main(int count, char** arguments) {
  using namespace leasehold;
  using namespace leasehold::sim;
  return bench::run_key_path({{"clock_read", clock_read},
                              {"explore_2x1", explore_2x1},
                              {"queue_1000", queue_1000},
                              {"scenario_text", scenario_text},
                              {"worlds_host_clock", worlds({})},
                              {"worlds_observation", worlds({.authority = Authority::observation})},
                              {"worlds_tight", worlds({.tight = true})}},
                             count, arguments);
}
