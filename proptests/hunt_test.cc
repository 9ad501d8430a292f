// The harness itself: a catch is kept to its failure, shrunk, written down and readable.
#include "proptests/hunt.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "sim/scenario/read.h"

namespace leasehold::proptests {
namespace {

using sim::Invariant;
using sim::Scenario;

Scenario any_world(std::uint64_t seed) { return sim::generate(seed, {Authority::observation}); }

TEST(Hunt, LeavesAFailureBehindAsAScenarioThatStillFails) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "leasehold-hunt-test";
  std::filesystem::remove_all(folder);
  testing::internal::CaptureStderr();
  const bool held =
      holds({.name = "meant-to-fail",
             .algorithm = "answer-anchored",
             .make = any_world,
             .worlds = 100,
             .exactly = true,
             .failures = folder.string()},
            [](const Scenario& world) {
              return broken_in(sim::run(world, "answer-anchored", {}), {Invariant::I13});
            });
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_FALSE(held);
  EXPECT_NE(told.find("leasehold-sim replay --algorithm answer-anchored"), std::string::npos);
  const Result<Scenario> read = sim::read_scenario_file(folder / "meant-to-fail.json");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_TRUE(sim::run(*read, "answer-anchored", {}).broken(Invariant::I13));
  EXPECT_EQ(read->expect.at("answer-anchored").holds, std::vector{Invariant::I13});
  // And beside it the page to look at.
  EXPECT_NE(told.find("meant-to-fail.html"), std::string::npos);
  EXPECT_GT(std::filesystem::file_size(folder / "meant-to-fail.html"), 10'000U);
  std::filesystem::remove_all(folder);
}

TEST(Hunt, KeepsToTheFailureThatItMetFirst) {
  // Smaller worlds fail in another way; the shrinker must not slip from one into the other.
  const auto caught = hunt({.name = "two-ways", .make = any_world, .worlds = 10, .exactly = true},
                           [](const Scenario& world) -> std::optional<Wrong> {
                             if (world.processes.size() >= 2) return Wrong{"many", "many"};
                             return Wrong{"few", "few"};
                           });
  ASSERT_TRUE(caught);
  EXPECT_EQ(caught->wrong.signature, "many");
  EXPECT_EQ(caught->smallest.processes.size(), 2U);
}

TEST(Hunt, CatchesNothingWhereNothingIsWrong) {
  int worlds = 0;
  EXPECT_FALSE(hunt({.name = "fine", .make = any_world, .worlds = 50, .exactly = true},
                    [&worlds](const Scenario&) -> std::optional<Wrong> {
                      ++worlds;
                      return std::nullopt;
                    }));
  EXPECT_EQ(worlds, 50);
}

}  // namespace
}  // namespace leasehold::proptests
