// What the generator draws may be measured without an ingredient; what it draws with all stays.
#include <gtest/gtest.h>

#include "sim/engine/hash128.h"
#include "sim/scenario/generate.h"
#include "sim/scenario/names.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"

namespace leasehold::sim {
namespace {

std::vector<Profile> profiles() {
  std::vector<Profile> all;
  for (const Authority authority : simulated_authorities()) {
    all.push_back({.authority = authority});
    all.push_back({.authority = authority, .several_keys = true});
    all.push_back({.authority = authority, .tight = true});
    all.push_back({.authority = authority, .forgets = true});
    if (authority != Authority::host_clock) all.push_back({.authority = authority, .beyond = true});
  }
  return all;
}

std::vector<Swarm> lesser_swarms() {
  return {{.masks = false},
          {.intensity = false},
          {.corners = false},
          {.topology = false},
          {.masks = false, .intensity = false, .corners = false, .topology = false}};
}

// A sweep of a million worlds means nothing any more once the worlds are others.
TEST(Swarm, DrawsTheWorldsThatItAlwaysDrew) {
  Hash128 hash;
  for (const Profile& profile : profiles()) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      for (const char c : write_scenario(generate(seed, profile))) {
        hash.word(static_cast<unsigned char>(c));
      }
    }
  }
  EXPECT_EQ(to_string(hash.digest()), "525bc90598071175327d9e3aad5050f6");
}

TEST(Swarm, WithoutAnIngredientDrawsOtherWorldsThatCanBeRead) {
  for (const Swarm& swarm : lesser_swarms()) {
    int others = 0;
    for (Profile profile : profiles()) {
      for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Scenario with_all = generate(seed, profile);
        profile.swarm = swarm;
        const Scenario without = generate(seed, profile);
        profile.swarm = {};
        others += without == with_all ? 0 : 1;
        const Result<Scenario> read = read_scenario(write_scenario(without), "without");
        ASSERT_TRUE(read) << read.error().detail;
        ASSERT_EQ(*read, without);
      }
    }
    EXPECT_GT(others, 10);
  }
}

TEST(Swarm, FixedRatesHaveEveryKindOfNoiseInEveryWorld) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Noise noise = generate(seed, {.swarm = {.masks = false, .intensity = false}}).noise;
    EXPECT_EQ(noise.request_loss_ppm, 10'000);
    EXPECT_EQ(noise.answer_loss_ppm, 10'000);
    EXPECT_EQ(noise.duplicate_ppm, 10'000);
    EXPECT_EQ(noise.request_delay_ppm, 20'000);
    EXPECT_EQ(noise.answer_delay_ppm, 20'000);
    EXPECT_EQ(noise.late_wake_ppm, 10'000);
    EXPECT_EQ(noise.error_before_ppm, 10'000);
    EXPECT_EQ(noise.error_after_ppm, 10'000);
  }
}

TEST(Swarm, WithoutTopologyThereAreThreeProcessesOfOneLock) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Scenario world = generate(seed, {.swarm = {.topology = false}});
    EXPECT_EQ(world.processes.size(), 3U);
    EXPECT_EQ(Keys(world).names.size(), 1U);
  }
}

}  // namespace
}  // namespace leasehold::sim
