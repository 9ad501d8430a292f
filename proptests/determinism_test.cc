// The same scenario gives the same history, however it is written down.
#include <gtest/gtest.h>

#include "proptests/hunt.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/shrink/shrink.h"

namespace leasehold::proptests {
namespace {

using sim::Scenario;

Scenario any_world(std::uint64_t seed) {
  static constexpr Authority authorities[] = {Authority::host_clock, Authority::store_clock,
                                              Authority::wall_clock, Authority::observation};
  const Authority authority = authorities[seed % 4];
  return sim::generate(seed, {authority, authority != Authority::host_clock && seed % 8 > 3});
}

std::string hash_of(const Scenario& world, const std::string& algorithm) {
  return to_string(sim::run(world, algorithm, {}).hash);
}

TEST(Determinism, TheSameScenarioTwiceIsTheSameHistory) {
  EXPECT_TRUE(holds({.name = "twice", .make = any_world, .worlds = 500},
                    [](const Scenario& world) -> std::optional<Wrong> {
                      for (const std::string& algorithm : sim::algorithm_names()) {
                        if (hash_of(world, algorithm) != hash_of(world, algorithm)) {
                          return Wrong{"determinism", algorithm + " ran differently"};
                        }
                      }
                      return std::nullopt;
                    }));
}

TEST(Determinism, AWorldWithoutItsNoiseIsTheSameWorld) {
  EXPECT_TRUE(holds({.name = "noise", .make = any_world, .worlds = 500},
                    [](const Scenario& world) -> std::optional<Wrong> {
                      const Scenario plain = sim::without_noise(world, "leasehold");
                      if (hash_of(world, "leasehold") == hash_of(plain, "leasehold")) return {};
                      return Wrong{"noise", "choices written out gave another history"};
                    }));
}

TEST(Determinism, AWorldThatWasWrittenAndReadIsTheSameWorld) {
  EXPECT_TRUE(holds({.name = "file", .make = any_world, .worlds = 500},
                    [](const Scenario& world) -> std::optional<Wrong> {
                      const Scenario plain = sim::without_noise(world, "leasehold");
                      for (const Scenario& one : {world, plain}) {
                        const auto read = sim::read_scenario(sim::write_scenario(one), "file");
                        if (!read) return Wrong{"file", read.error().detail};
                        if (*read != one) return Wrong{"file", "read back differently"};
                      }
                      return std::nullopt;
                    }));
}

}  // namespace
}  // namespace leasehold::proptests
