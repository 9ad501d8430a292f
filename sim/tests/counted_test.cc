// The oracle of I15 on histories written by hand.
#include "sim/oracles/counted.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Call = core::Request::Kind;

// A has two guards of term 1; what follows happens at 1 s.
History two_guards() { return History().granted(A, 1).granted(A, 1).at(1s); }

TEST(Counted, IsNotExercisedWhileNothingIsDropped) {
  EXPECT_EQ(judged_by<Counted>(two_guards().at(2s).lost(A, 1)), "never exercised");
}

TEST(Counted, TheLastDropThatReleasesIsFine) {
  EXPECT_EQ(judged_by<Counted>(two_guards()
                                   .drop(A, 1)
                                   .at(2s)
                                   .drop(A, 1)
                                   .stopped(A, 1)
                                   .sent(A, Call::release, 1, 1)
                                   .at(3s)
                                   .granted(A, 2)),
            "holds");
}

TEST(Counted, ADropThatIsNotTheLastAndEndsTheTenureIsFound) {
  EXPECT_EQ(judged_by<Counted>(two_guards().drop(A, 1).stopped(A, 1)),
            "A ended term 1 at 1.000000000 s although nobody released it and guards were left: 1");
  EXPECT_EQ(judged_by<Counted>(two_guards().drop(A, 1).sent(A, Call::release, 1, 1)),
            "A sent a release of term 1 at 1.000000000 s although guards were left: 1");
}

TEST(Counted, ALastDropAfterWhichTheTenureGoesOnIsFound) {
  EXPECT_EQ(judged_by<Counted>(two_guards().drop(A, 1).drop(A, 1).at(2s).granted(B, 2)),
            "A dropped the last guard of term 1 at 1.000000000 s and it did not end");
}

TEST(Counted, AReleaseEndsTheTenureForAllGuards) {
  EXPECT_EQ(judged_by<Counted>(two_guards()
                                   .release(A, 1)
                                   .stopped(A, 1)
                                   .sent(A, Call::release, 1, 1)
                                   .at(2s)
                                   .drop(A, 1)
                                   .drop(A, 1)
                                   .at(3s)
                                   .granted(A, 2)),
            "holds");
  EXPECT_EQ(judged_by<Counted>(two_guards().release(A, 1).at(2s).granted(B, 2)),
            "A released term 1 at 1.000000000 s and it did not end");
}

TEST(Counted, ALossMayComeBeforeTheEnd) {
  EXPECT_EQ(judged_by<Counted>(two_guards().drop(A, 1).drop(A, 1).lost(A, 1).at(2s).granted(B, 2)),
            "holds");
  EXPECT_EQ(judged_by<Counted>(two_guards().release(A, 1).lost(A, 1).at(2s).granted(B, 2)),
            "holds");
}

TEST(Counted, ATenureThatEndsWithoutARequestToTheStoreIsFound) {
  EXPECT_EQ(judged_by<Counted>(
                History().granted(A, 1).at(1s).drop(A, 1).stopped(A, 1).at(2s).granted(B, 2)),
            "A ended term 1 at 1.000000000 s and sent no release");
}

TEST(Counted, GuardsOfADeadTenureCountNoMore) {
  EXPECT_EQ(
      judged_by<Counted>(two_guards().lost(A, 1).granted(A, 2).granted(A, 2).drop(A, 1).drop(A, 2)),
      "holds");
  EXPECT_EQ(judged_by<Counted>(two_guards().lost(A, 1).granted(A, 2).drop(A, 1).stopped(A, 2)),
            "A ended term 2 at 1.000000000 s although nobody released it and guards were left: 1");
}

TEST(Counted, ACrashEndsTheGuardsOfItsOwnProcessAlone) {
  const History last = two_guards().drop(A, 1).drop(A, 1);
  EXPECT_EQ(judged_by<Counted>(History(last).crashed(A).at(2s).granted(B, 2)), "holds");
  EXPECT_EQ(judged_by<Counted>(History(last).crashed(B).at(2s).granted(B, 2)),
            "A dropped the last guard of term 1 at 1.000000000 s and it did not end");
}

}  // namespace
}  // namespace leasehold::sim
