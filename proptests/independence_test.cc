// I18: worlds in which processes have several locks, judged on every invariant.
#include <cstdio>
#include <ostream>

#include <gtest/gtest.h>

#include "proptests/hunt.h"

namespace leasehold::proptests {
namespace {

using sim::Invariant;
using sim::Scenario;

struct Case {
  const char* name;
  Authority authority;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class IndependentKeys : public testing::TestWithParam<Case> {};

TEST_P(IndependentKeys, EachFaresAsItWouldAlone) {
  const sim::Profile profile{.authority = GetParam().authority, .several_keys = true};
  int worlds = 0;
  int judged = 0;
  int batched = 0;
  EXPECT_TRUE(holds({.name = std::string("keys-") + GetParam().name,
                     .make = [profile](std::uint64_t seed) { return generate(seed, profile); },
                     .worlds = 1'000},
                    [&](const Scenario& world) {
                      const sim::Run run = sim::run(world, "leasehold", {});
                      ++worlds;
                      judged += run.of(Invariant::I18).verdict == sim::Verdict::holds ? 1 : 0;
                      batched += run.marks.of(sim::Mark::renewed_together) > 0 ? 1 : 0;
                      return broken_in(run);
                    }));
  std::printf("%s: of %d worlds %d had tenures of two keys, %d a batch of renewals\n",
              GetParam().name, worlds, judged, batched);
  EXPECT_GE(judged, worlds / 2);
  EXPECT_GE(batched, worlds / 10);
}

INSTANTIATE_TEST_SUITE_P(Authorities, IndependentKeys,
                         testing::Values(Case{"host_clock", Authority::host_clock},
                                         Case{"store_clock", Authority::store_clock},
                                         Case{"wall_clock", Authority::wall_clock},
                                         Case{"observation", Authority::observation}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace leasehold::proptests
