// The scenario to begin with: readable, run as expected everywhere, and about something.
#include "sim/scenario/starter.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/report/verdict.h"
#include "sim/scenario/names.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

bool among(const std::vector<Invariant>& all, Invariant one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

TEST(Starter, IsReadBackAndRunsAsExpectedUnderEveryAuthorityAndAlgorithm) {
  for (const Authority authority : simulated_authorities()) {
    SCOPED_TRACE(to_string(authority));
    const Scenario made = starter("mine", authority, algorithm_names());
    const Result<Scenario> read = read_scenario(write_scenario(made), "mine.json");
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, made);
    for (const std::string& algorithm : algorithm_names()) {
      SCOPED_TRACE(algorithm);
      const sim::Run once = run(*read, algorithm, {});
      EXPECT_EQ(exit_code(compare(once, read->expect.at(algorithm))), 0);
      EXPECT_EQ(once.tally.hand_overs, 1U);
    }
  }
}

TEST(Starter, IsInsideTheEnvelopeWhereLeaseholdHolds) {
  for (const Authority authority : simulated_authorities()) {
    SCOPED_TRACE(to_string(authority));
    const Scenario made = starter("mine", authority, {"leasehold"});
    EXPECT_TRUE(inside_envelope(made));
    EXPECT_EQ(made.expect.size(), 1U);
    const Expectation& expected = made.expect.at("leasehold");
    EXPECT_TRUE(expected.violates.empty());
    for (const Invariant must : {Invariant::I1, Invariant::I3, Invariant::I13}) {
      EXPECT_TRUE(among(expected.holds, must)) << to_string(must);
    }
  }
}

}  // namespace
}  // namespace leasehold::sim
