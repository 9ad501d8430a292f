// A world that fails gets small, and goes on failing in the same way.
#include "sim/shrink/shrink.h"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "sim/scenario/generate.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

bool overlaps(const Scenario& scenario) {
  return run(scenario, "answer-anchored", {}).broken(Invariant::I1);
}

// The first generated world from `seed` on in which the baseline overlaps.
Scenario failing(std::uint64_t seed) {
  for (;; ++seed) {
    Scenario scenario = generate(seed * 0x9e3779b97f4a7c15U, {Authority::observation, false});
    if (overlaps(scenario)) return scenario;
  }
}

TEST(Shrink, LeavesAFewChoicesOfAWorldFullOfThem) {
  for (const std::uint64_t seed : {1U, 1'000U, 2'000U}) {
    SCOPED_TRACE(seed);
    const Scenario plain = without_noise(failing(seed), "answer-anchored");
    ASSERT_TRUE(overlaps(plain)) << "the same world with its noise written out";
    int runs = 0;
    const Scenario small = shrink(
        plain,
        [&runs](const Scenario& candidate) {
          ++runs;
          return overlaps(candidate);
        },
        5'000);
    EXPECT_TRUE(overlaps(small));
    EXPECT_LE(runs, 5'000);
    // Two as a rule; sometimes a third is what makes the second wait just long enough.
    EXPECT_LE(small.processes.size(), 3U);
    EXPECT_LE(small.choices.size() + small.faults.size(), 12U);
    const Result<Scenario> read = read_scenario(write_scenario(small), "small");
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, small);
  }
}

// Whose copy a process is stands in the fault alone, so neither goes without the other.
TEST(Shrink, KeepsClonesAndTheirFaultsTogether) {
  int clones = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Scenario world =
        generate(seed * 0x9e3779b97f4a7c15U, {Authority::observation, true, true});
    if (!world.processes.back().clone_of) continue;
    ++clones;
    for (const Edit& edit : simplifications(world)) {
      Scenario simpler = world;
      edit(simpler);
      const Result<Scenario> read = read_scenario(write_scenario(simpler), "simpler");
      ASSERT_TRUE(read) << read.error().detail << write_scenario(simpler);
      ASSERT_EQ(*read, simpler) << write_scenario(simpler);
    }
  }
  EXPECT_GE(clones, 10);
}

TEST(Shrink, KeepsAWorldThatIsAlreadySmall) {
  Scenario scenario;
  scenario.processes = {{.name = "A"}};
  scenario.run_for = Length(1);
  EXPECT_EQ(shrink(
                scenario, [](const Scenario&) { return false; }, 1'000),
            scenario);
}

TEST(Shrink, LeavesOfAFailoverWhatItTakes) {
  Scenario scenario;
  scenario.config.authority = Authority::store_clock;
  scenario.processes = {{.name = "A"}};
  scenario.run_for = std::chrono::seconds(1);
  scenario.faults = {{.at = std::chrono::milliseconds(777),
                      .kind = TimedFault::Kind::failover,
                      .lasts = Length(345'678),
                      .value = -123'456'789,
                      .loses = Length(987'654'321)},
                     {.kind = TimedFault::Kind::store_clock_step, .value = 1}};
  const auto fails_over = [](const Scenario& candidate) {
    return std::any_of(
        candidate.faults.begin(), candidate.faults.end(),
        [](const TimedFault& fault) { return fault.kind == TimedFault::Kind::failover; });
  };
  const Scenario any = shrink(scenario, fails_over, 1'000);
  ASSERT_EQ(any.faults.size(), 1U);
  EXPECT_EQ(any.faults[0], TimedFault{.kind = TimedFault::Kind::failover});

  const Scenario forgetful = shrink(
      scenario,
      [](const Scenario& candidate) {
        return !candidate.faults.empty() && candidate.faults[0].loses >= Length(300'000'000);
      },
      1'000);
  EXPECT_LT(forgetful.faults[0].loses, Length(600'000'000));
  EXPECT_EQ(forgetful.faults[0].value, 0);
}

TEST(Shrink, StopsAtItsBudget) {
  int runs = 0;
  shrink(
      without_noise(failing(1), "answer-anchored"),
      [&runs](const Scenario& candidate) {
        ++runs;
        return overlaps(candidate);
      },
      10);
  EXPECT_LE(runs, 10);
}

void expect_every_step_to_be_readable(const Scenario& plain) {
  int steps = 0;
  for (const Edit& edit : simplifications(plain)) {
    Scenario candidate = plain;
    edit(candidate);
    if (candidate == plain) continue;
    ++steps;
    const Result<Scenario> read = read_scenario(write_scenario(candidate), "step");
    EXPECT_TRUE(read) << read.error().detail;
  }
  EXPECT_GT(steps, 20);
}

TEST(Shrink, EveryStepLeadsToAScenarioThatCanBeRead) {
  expect_every_step_to_be_readable(without_noise(failing(3), "answer-anchored"));
  for (std::uint64_t seed = 0; seed < 2; ++seed) {
    const Profile profile{.authority = Authority::observation, .several_keys = true};
    expect_every_step_to_be_readable(without_noise(generate(seed, profile), "leasehold"));
    Scenario healed = generate(seed, profile);
    heal_from(healed, healed.run_for / 2);
    expect_every_step_to_be_readable(without_noise(healed, "leasehold"));
  }
}

}  // namespace
}  // namespace leasehold::sim
