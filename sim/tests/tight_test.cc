// Worlds with the smallest margins: at their bounds, and never over them.
#include "sim/scenario/tight.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "sim/scenario/generate.h"
#include "sim/scenario/names.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"

namespace leasehold::sim {
namespace {

constexpr std::uint64_t worlds = 300;

template <class Check>
void for_each_tight_world(Check check) {
  for (const Authority authority : simulated_authorities()) {
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
      SCOPED_TRACE(std::string(to_string(authority)) + " " + std::to_string(seed));
      check(generate(seed, {.authority = authority, .tight = true}));
    }
  }
}

TEST(TightWorlds, AreScenariosInsideTheEnvelope) {
  for_each_tight_world([](const Scenario& world) {
    EXPECT_TRUE(inside_envelope(world));
    const Result<Scenario> read = read_scenario(write_scenario(world), "tight");
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, world);
  });
}

TEST(TightWorlds, HaveEveryClockAtItsBound) {
  for_each_tight_world([](const Scenario& world) {
    const bool host = world.config.authority == Authority::host_clock;
    const std::int64_t drift = world.config.bounds.drift.ppm();
    const std::int64_t error = world.config.bounds.skew.count() / 2;
    for (const ProcessSpec& process : world.processes) {
      if (process.part_of) continue;
      EXPECT_EQ(std::abs((host ? world.host : process.clock).rate_ppm), drift);
      EXPECT_EQ(std::abs(process.wall.offset.count()), error);
    }
    for (const TimedFault& fault : world.faults) {
      if (fault.kind != TimedFault::Kind::clock_rate) continue;
      EXPECT_EQ(std::abs(fault.value), drift);
    }
  });
}

TEST(TightWorlds, HaveMessagesThatComeWhenSomethingIsDecided) {
  std::uint64_t at_timeout = 0;
  std::uint64_t at_lease = 0;
  for_each_tight_world([&](const Scenario& world) {
    EXPECT_EQ(world.request_way, Length::zero());
    EXPECT_EQ(world.answer_way, Length::zero());
    const Timing& timing = world.config.timing;
    for (const auto& choice : world.choices) {
      at_timeout += choice.second == timing.request_timeout.count() ? 1 : 0;
      at_lease += choice.second == timing.lease.count() ? 1 : 0;
    }
  });
  EXPECT_GE(at_timeout, 30U);
  EXPECT_GE(at_lease, 30U);
}

}  // namespace
}  // namespace leasehold::sim
