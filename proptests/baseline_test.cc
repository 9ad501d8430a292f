// The baselines fail where their models fail in life: they keep the oracles honest.
#include <cstdio>
#include <string>

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
Scenario calm_under(Authority authority, std::uint64_t seed) {
  Scenario world = sim::generate(seed, {authority});
  world.noise = {.draws = true, .ties = true};
  world.faults.clear();
  world.config.bounds.skew = {};
  for (sim::ProcessSpec& process : world.processes) process.wall = process.clock = {};
  world.host = {};
  return world;
}

Scenario calm(std::uint64_t seed) { return calm_under(Authority::wall_clock, seed); }

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

/// Three processes that take turns for ten seconds at a store that is fast and errs now and then.
Scenario erring(std::uint64_t seed, std::int64_t errors_ppm) {
  using namespace std::chrono_literals;
  Scenario world;
  world.seed = seed;
  world.config.authority = Authority::wall_clock;
  world.config.timing = {.lease = 500ms,
                         .renew_every = 50ms,
                         .request_timeout = 40ms,
                         .retry_pause = 10ms,
                         .longest_wait = 1s,
                         .min_useful = 10ms};
  world.request_way = world.answer_way = 100us;
  world.noise = {.error_before_ppm = errors_ppm, .draws = true, .ties = true};
  const sim::Step turns{.what = sim::Step::Do::cycle, .hold = 750ms, .think = 50ms, .times = 1'000};
  for (const char* name : {"A", "B", "C"}) {
    world.processes.push_back({.name = name, .program = {turns}});
  }
  world.run_for = 10s;
  return world;
}

int worlds_with_two_guards(std::int64_t errors_ppm) {
  int worlds = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    const sim::Run run = sim::run(erring(seed, errors_ppm), "matrix-sdk", {});
    if (run.broken(Invariant::I1)) ++worlds;
  }
  return worlds;
}

// The seed's real code, run under a paused clock (3 processes, 10 virtual seconds, 1,000 seeds),
// showed two guards at once in 0, 5, 48 and 447 worlds at these error rates per call. How long its
// processes held the lock is not known: 750 ms is chosen so that the third figure fits, and the
// others then have to.
TEST(MatrixSdk, ErrsAboutAsOftenAsTheRealCode) {
  const int none = worlds_with_two_guards(0);
  const int few = worlds_with_two_guards(100);
  const int some = worlds_with_two_guards(1'000);
  const int many = worlds_with_two_guards(10'000);
  std::printf(
      "two guards at once in %d, %d, %d and %d of 1000 worlds; the real code: 0, 5, 48, 447\n",
      none, few, some, many);
  EXPECT_EQ(none, 0);
  EXPECT_TRUE(few >= 1 && few <= 15);
  EXPECT_TRUE(some >= 30 && some <= 75);
  EXPECT_TRUE(many >= 330 && many <= 560);
}

struct Plain {
  std::string algorithm;
  Authority authority;
  /// What it breaks in life.
  Invariant breaks;
};

class PlainBaseline : public testing::TestWithParam<Plain> {};

TEST_P(PlainBaseline, HoldsWhereNothingGoesWrong) {
  const Plain& plain = GetParam();
  int hand_overs = 0;
  EXPECT_TRUE(holds({.name = plain.algorithm + "-calm",
                     .algorithm = plain.algorithm,
                     .make = [&](std::uint64_t seed) { return calm_under(plain.authority, seed); },
                     .worlds = 3'000,
                     .exactly = true},
                    [&](const Scenario& world) {
                      const sim::Run run = sim::run(world, plain.algorithm, {});
                      hand_overs += run.tally.hand_overs > 0 ? 1 : 0;
                      return broken_in(
                          run, {Invariant::I1, Invariant::I3, Invariant::I5, Invariant::I7,
                                Invariant::I13, Invariant::I14, Invariant::I15, Invariant::I17});
                    }));
  EXPECT_GT(hand_overs, 900);
}

TEST_P(PlainBaseline, IsCaughtWithinAThousandWorldsWhereLeaseholdHolds) {
  const Plain& plain = GetParam();
  const auto caught =
      hunt({.name = plain.algorithm,
            .algorithm = plain.algorithm,
            .make = [&](std::uint64_t seed) { return sim::generate(seed, {plain.authority}); },
            .worlds = 1'000,
            .exactly = true},
           [&](const Scenario& world) {
             return broken_in(sim::run(world, plain.algorithm, {}), {plain.breaks});
           });
  ASSERT_TRUE(caught);
  std::printf("caught after %d worlds\n", caught->after);
  EXPECT_FALSE(broken_in(sim::run(caught->smallest, "leasehold", {}))) << "inside the envelope";
}

INSTANTIATE_TEST_SUITE_P(Of, PlainBaseline,
                         testing::Values(Plain{"redis-naive", Authority::host_clock, Invariant::I1},
                                         Plain{"version-cas", Authority::observation,
                                               Invariant::I17}),
                         [](const auto& one) {
                           return one.param.algorithm == "redis-naive" ? "RedisNaive"
                                                                       : "VersionCas";
                         });

}  // namespace
}  // namespace leasehold::proptests
