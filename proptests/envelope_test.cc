// Inside the envelope every invariant holds; outside, overlaps are found and the rest still holds.
#include <cstdio>
#include <optional>
#include <ostream>

#include <gtest/gtest.h>

#include "proptests/coverage.h"
#include "proptests/hunt.h"

namespace leasehold::proptests {
namespace {

using sim::Invariant;
using sim::Profile;
using sim::Scenario;

double percent(std::uint64_t some, const sim::Counts& counts) {
  return 100.0 * static_cast<double>(some) / static_cast<double>(counts.worlds);
}

struct Case {
  const char* name;
  Authority authority;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class Envelope : public testing::TestWithParam<Case> {};

TEST_P(Envelope, EveryInvariantHoldsInside) {
  const Profile inside{GetParam().authority, false};
  Coverage coverage;
  int outside = 0;
  const bool held =
      holds({.name = std::string("inside-") + GetParam().name,
             .make = [inside](std::uint64_t seed) { return sim::generate(seed, inside); },
             .worlds = 12'000},
            [&](const Scenario& world) -> std::optional<Wrong> {
              // What is shrunk may wander out, and proves nothing there.
              if (!inside_envelope(world)) {
                ++outside;
                return std::nullopt;
              }
              const sim::Run run = sim::run(world, "leasehold", {});
              coverage.count(run);
              return broken_in(run);
            });
  EXPECT_TRUE(held);
  if (held) {
    EXPECT_EQ(outside, 0) << "drawn";
  }
  // A suite in which the lock hardly moves proves nothing.
  const sim::Counts& counts = coverage.counts();
  RecordProperty("worlds", std::to_string(counts.worlds));
  std::printf(
      "%s: %llu worlds, %.1f %% hand-overs, %.1f %% contention, %.1f %% losses, "
      "%.1f %% in which nobody held\n",
      GetParam().name, static_cast<unsigned long long>(counts.worlds),
      percent(counts.hand_over, counts), percent(counts.contended, counts),
      percent(counts.lossy, counts), percent(counts.nobody_held, counts));
  EXPECT_GE(percent(counts.hand_over, counts), 30);
  EXPECT_GE(percent(counts.contended, counts), 30);
  EXPECT_GE(percent(counts.lossy, counts), 10);
  EXPECT_LE(percent(counts.nobody_held, counts), 15);
  coverage.print(GetParam().name);
  EXPECT_EQ(coverage.missed(/*worlds=*/500, inside), "");
  EXPECT_EQ(coverage.idle_faults(inside), "");
}

INSTANTIATE_TEST_SUITE_P(Authorities, Envelope,
                         testing::Values(Case{"host_clock", Authority::host_clock},
                                         Case{"store_clock", Authority::store_clock},
                                         Case{"wall_clock", Authority::wall_clock},
                                         Case{"observation", Authority::observation}),
                         [](const auto& one) { return std::string(one.param.name); });

// Leases down to a microsecond, clocks at their very bounds, messages that come when something is
// decided: where an error of one step shows.
TEST_P(Envelope, EveryInvariantHoldsWhereMarginsAreSmallest) {
  const Profile tight{.authority = GetParam().authority, .tight = true};
  EXPECT_TRUE(holds({.name = std::string("tight-") + GetParam().name,
                     .make = [tight](std::uint64_t seed) { return sim::generate(seed, tight); },
                     .worlds = 4'000},
                    [](const Scenario& world) -> std::optional<Wrong> {
                      if (!inside_envelope(world)) return std::nullopt;
                      return broken_in(sim::run(world, "leasehold", {}));
                    }));
}

class BeyondTheEnvelope : public testing::TestWithParam<Case> {
 protected:
  static Maker beyond() {
    const Profile profile{GetParam().authority, true};
    return [profile](std::uint64_t seed) { return sim::generate(seed, profile); };
  }
  static std::string named(const char* what) { return std::string(what) + "-" + GetParam().name; }
};

TEST_P(BeyondTheEnvelope, OverlapsAreFound) {
  const auto caught =
      hunt({.name = named("beyond"), .make = beyond(), .worlds = 200, .exactly = true},
           [](const Scenario& world) -> std::optional<Wrong> {
             // By clocks: where a process is cloned there is one whatever they do.
             if (world.processes.back().clone_of) return std::nullopt;
             return broken_in(sim::run(world, "leasehold", {}), {Invariant::I1});
           });
  ASSERT_TRUE(caught);
  std::printf("%s: an overlap after %d worlds: %s\n", GetParam().name, caught->after,
              caught->wrong.sentence.c_str());
  EXPECT_FALSE(inside_envelope(caught->smallest));
}

TEST_P(BeyondTheEnvelope, WhatNeedsNoClockStillHolds) {
  Coverage coverage;
  EXPECT_TRUE(holds({.name = named("beyond-terms"), .make = beyond(), .worlds = 3'000},
                    [&coverage](const Scenario& world) {
                      const sim::Run run = sim::run(world, "leasehold", {});
                      coverage.count(run);
                      return broken_in(
                          run, {Invariant::I2, Invariant::I3, Invariant::I5, Invariant::I6,
                                Invariant::I7, Invariant::I11, Invariant::I12, Invariant::I14,
                                Invariant::I17, Invariant::I19});
                    }));
  coverage.print(named("beyond").c_str());
  EXPECT_EQ(coverage.missed(/*worlds=*/500, {GetParam().authority, true}), "");
  EXPECT_EQ(coverage.idle_faults({GetParam().authority, true}), "");
}

// Not under host_clock: one clock can't disagree with itself.
INSTANTIATE_TEST_SUITE_P(Authorities, BeyondTheEnvelope,
                         testing::Values(Case{"store_clock", Authority::store_clock},
                                         Case{"wall_clock", Authority::wall_clock},
                                         Case{"observation", Authority::observation}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace leasehold::proptests
