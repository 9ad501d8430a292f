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

}  // namespace
}  // namespace leasehold::proptests
