// A store of your own in the simulator: copy this file, put your store in the place of MapStore,
// and run it. It prints what the worlds were about, or the world in which an invariant broke.
// Usage: own_store [WORLDS | SCENARIO.json...]
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "lib/examples/map_store.h"
#include "sim/oracles/oracle.h"
#include "sim/scenario/generate.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/world/run.h"

namespace {

using namespace leasehold;

// The one place to change. The store must go by this clock and by no other; if it draws random
// numbers, by `random`. What it keeps it keeps for one world: make it anew, and empty. (A replica
// is made by making one more and telling it the same requests.)
std::unique_ptr<Store> make_store(const Clock& clock, Random& random) {
  return std::make_unique<MapStore>(
      [&clock] { return Instant<StoreClock>::at_ns(clock.now().at.ns()); },
      random.id<Incarnation>());
}
// What its `traits` say: who decides that a lease is over, and the step in which it keeps time.
constexpr Authority authority = Authority::store_clock;
constexpr Length resolution(1);

struct Sum {
  std::uint64_t worlds = 0;
  std::uint64_t tenures = 0;
  std::uint64_t hand_overs = 0;
  std::uint64_t losses = 0;
};

// False, and the world in a file, if an invariant broke.
bool holds(sim::Scenario world, Sum& sum) {
  world.config.bounds.resolution = resolution;
  const sim::Run run = sim::run(world, "leasehold", {.store = make_store});
  ++sum.worlds;
  sum.tenures += run.tally.tenures;
  sum.hand_overs += run.tally.hand_overs;
  sum.losses += run.tally.losses;
  const auto broken = run.first_broken();
  if (!broken) return true;
  std::ofstream("own_store.json") << sim::write_scenario(world);
  std::printf("%s is broken: %s\nthe world is in own_store.json\n", to_string(*broken).c_str(),
              run.of(*broken).finding->sentence.c_str());
  return false;
}

bool holds_in_generated_worlds(std::uint64_t worlds, Sum& sum) {
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    if (!holds(sim::generate(seed, {.authority = authority}), sum)) return false;
  }
  return true;
}

bool holds_in_files(const std::vector<std::string>& files, Sum& sum) {
  for (const std::string& file : files) {
    const Result<sim::Scenario> world = sim::read_scenario_file(file);
    if (!world) {
      std::puts(world.error().detail.c_str());
      return false;
    }
    if (!holds(*world, sum)) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  Sum sum;
  const std::uint64_t worlds = words.empty() ? 500 : std::strtoull(words[0].c_str(), nullptr, 10);
  const bool good =
      worlds > 0 ? holds_in_generated_worlds(worlds, sum) : holds_in_files(words, sum);
  if (!good) return 1;
  std::printf(
      "all invariants held in %llu worlds: %llu tenures, %llu hand-overs, %llu losses\n",
      static_cast<unsigned long long>(sum.worlds), static_cast<unsigned long long>(sum.tenures),
      static_cast<unsigned long long>(sum.hand_overs), static_cast<unsigned long long>(sum.losses));
}
