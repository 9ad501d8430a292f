// The baselines fail where their models fail in life: they keep the oracles honest.
#include <cstdio>

#include <gtest/gtest.h>

#include "proptests/hunt.h"

namespace leasehold::proptests {
namespace {

using sim::Invariant;
using sim::Scenario;

TEST(AnswerAnchored, IsCaughtWithinAThousandWorldsAndShrinksToAFew) {
  const auto caught = hunt(
      {.name = "answer-anchored",
       .algorithm = "answer-anchored",
       .make = [](std::uint64_t seed) { return sim::generate(seed, {Authority::observation}); },
       .worlds = 1'000,
       .exactly = true},
      [](const Scenario& world) {
        return broken_in(sim::run(world, "answer-anchored", {}), {Invariant::I1});
      });
  ASSERT_TRUE(caught);
  const Scenario& smallest = caught->smallest;
  std::printf("caught after %d worlds; shrunk to %zu processes, %zu choices, %zu faults\n",
              caught->after, smallest.processes.size(), smallest.choices.size(),
              smallest.faults.size());
  EXPECT_EQ(smallest.processes.size(), 2U);
  EXPECT_LE(smallest.choices.size() + smallest.faults.size(), 12U);
  EXPECT_FALSE(broken_in(sim::run(smallest, "leasehold", {}))) << "a world inside the envelope";
}

/// Nobody errs or pauses, every clock is right, and the store is fast.
Scenario calm(std::uint64_t seed) {
  Scenario world = sim::generate(seed, {Authority::wall_clock});
  world.noise = {.draws = true, .ties = true};
  world.faults.clear();
  world.config.bounds.skew = {};
  for (sim::ProcessSpec& process : world.processes) process.wall = process.clock = {};
  return world;
}

TEST(MatrixSdk, HoldsWhereNothingGoesWrong) {
  int hand_overs = 0;
  EXPECT_TRUE(
      holds({.name = "matrix-sdk-calm",
             .algorithm = "matrix-sdk",
             .make = calm,
             .worlds = 10'000,
             .exactly = true},
            [&hand_overs](const Scenario& world) {
              const sim::Run run = sim::run(world, "matrix-sdk", {});
              hand_overs += run.tally.hand_overs > 0 ? 1 : 0;
              return broken_in(run, {Invariant::I1, Invariant::I5, Invariant::I13, Invariant::I14});
            }));
  EXPECT_GT(hand_overs, 3'000);
}

TEST(MatrixSdk, IsCaughtWithinAThousandWorldsWhereLeaseholdHolds) {
  const auto caught =
      hunt({.name = "matrix-sdk",
            .algorithm = "matrix-sdk",
            .make = [](std::uint64_t seed) { return sim::generate(seed, {Authority::wall_clock}); },
            .worlds = 1'000,
            .exactly = true},
           [](const Scenario& world) {
             return broken_in(sim::run(world, "matrix-sdk", {}), {Invariant::I1});
           });
  ASSERT_TRUE(caught);
  const Scenario& smallest = caught->smallest;
  std::printf("caught after %d worlds; shrunk to %zu processes, %zu choices, %zu faults\n",
              caught->after, smallest.processes.size(), smallest.choices.size(),
              smallest.faults.size());
  EXPECT_FALSE(broken_in(sim::run(smallest, "leasehold", {}))) << "a world inside the envelope";
}

}  // namespace
}  // namespace leasehold::proptests
