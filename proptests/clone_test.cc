// Where a process is cloned two of them believe, and nothing else goes wrong: terms, releases and
// words stay true, the fence keeps its order, and most often one of the two learns of the other.
#include <algorithm>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "proptests/hunt.h"
#include "sim/engine/stream.h"

namespace leasehold::proptests {
namespace {

using sim::Event;
using sim::Invariant;
using sim::Scenario;
using sim::TimedFault;

/// Nothing in it is beyond the bounds but that one process is cloned.
Scenario with_a_clone(std::uint64_t seed, Authority authority) {
  Scenario world = sim::generate(seed, {authority});
  world.heal_at.reset();
  sim::Stream draw(seed ^ 0xc107e);
  const auto process = draw.below(static_cast<std::int64_t>(world.processes.size()));
  const std::uint32_t body = body_of(world, static_cast<std::uint32_t>(process));
  const std::uint32_t copy = add_clone(world, body, world.processes[body].name + "-clone");
  const Length at = Length(draw.below(world.run_for.count()));
  world.faults.push_back({.at = at, .kind = TimedFault::Kind::clone, .process = copy});
  return world;
}

bool one_learnt_of_the_other(const sim::Run& run) {
  return std::any_of(run.trace.begin(), run.trace.end(), [](const Event& event) {
    return event.kind == Event::Kind::lost &&
           static_cast<core::Loss>(event.detail) == core::Loss::cloned;
  });
}

// All but I1 and I13: a clone may believe in a tenure that the other one has long released.
class Clones : public testing::TestWithParam<Authority> {};

TEST_P(Clones, OverlapAndNothingElse) {
  const Authority authority = GetParam();
  int worlds = 0;
  int overlaps = 0;
  int learnt = 0;
  EXPECT_TRUE(holds({.name = std::string("clones-") + to_string(authority),
                     .make = [&](std::uint64_t seed) { return with_a_clone(seed, authority); },
                     .worlds = 2'000},
                    [&](const Scenario& world) {
                      EXPECT_FALSE(inside_envelope(world) && world.processes.back().clone_of);
                      const sim::Run run = sim::run(world, "leasehold", {.keep_trace = true});
                      ++worlds;
                      overlaps += run.broken(Invariant::I1) ? 1 : 0;
                      learnt += one_learnt_of_the_other(run) ? 1 : 0;
                      return broken_in(
                          run, {Invariant::I2, Invariant::I3, Invariant::I5, Invariant::I6,
                                Invariant::I7, Invariant::I8, Invariant::I9, Invariant::I14,
                                Invariant::I15, Invariant::I16, Invariant::I17, Invariant::I18});
                    }));
  std::printf("%s: in %d of %d worlds both believed, in %d one learnt that it was cloned\n",
              to_string(authority), overlaps, worlds, learnt);
  EXPECT_GE(overlaps, worlds / 10);
  EXPECT_GE(learnt, worlds / 20);
}

INSTANTIATE_TEST_SUITE_P(Authorities, Clones,
                         testing::Values(Authority::host_clock, Authority::wall_clock,
                                         Authority::observation),
                         [](const auto& one) { return std::string(to_string(one.param)); });

}  // namespace
}  // namespace leasehold::proptests
