// What the oracles make of clones, on histories written by hand: B is a copy of A.
#include <chrono>

#include <gtest/gtest.h>

#include "sim/oracles/change_is_told.h"
#include "sim/oracles/counted.h"
#include "sim/oracles/dead_stays_dead.h"
#include "sim/oracles/loss_is_told.h"
#include "sim/oracles/no_ghost.h"
#include "sim/oracles/no_resurrection.h"
#include "sim/oracles/own_release_only.h"
#include "sim/oracles/quiet.h"
#include "sim/oracles/terms.h"
#include "sim/oracles/truthful_errors.h"
#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::EndOutcome;
using core::Loss;
using Call = core::Request::Kind;

// A holds term 1 under the owner id 1.
History held() {
  return History()
      .acquire(A)
      .sent(A, Call::acquire, 0, 1, 1)
      .grants(A, 1, 1)
      .answered(A, Call::acquire, Answer::Kind::granted)
      .granted(A, 1)
      .belief_begins(A, 1)
      .belief_until(A, 1, 500ms)
      .at(100ms);
}
History cloned() { return held().cloned(B, A); }

TEST(TermsOfClones, OneTermForBothIsFineIfTheOwnerIdIsOfBoth) {
  EXPECT_EQ(judged_by<Terms>(cloned().granted(B, 1)), "holds");
  // Drawn before the copy was made, and sent by both.
  EXPECT_EQ(judged_by<Terms>(History()
                                 .cloned(B, A)
                                 .sent(A, Call::acquire, 0, 1)
                                 .grants(A, 1, 1)
                                 .granted(A, 1)
                                 .sent(B, Call::acquire, 0, 1)
                                 .grants(B, 1, 1, Previous::own)
                                 .granted(B, 1)),
            "holds");
}

TEST(TermsOfClones, ATermThatTheOriginalGotLaterIsNotTheCopys) {
  EXPECT_EQ(judged_by<Terms>(
                cloned().sent(A, Call::acquire, 1, 2).grants(A, 2, 2).granted(A, 2).granted(B, 2)),
            "term 2 was granted to B at 0.100000000 s although it is A's");
  EXPECT_EQ(judged_by<Terms>(cloned().granted(C, 1)),
            "term 1 was granted to C at 0.100000000 s although it is A's");
}

TEST(ReleasesOfClones, OfTheTenureOfBothAreOwn) {
  EXPECT_EQ(judged_by<OwnReleaseOnly>(cloned().releases(B, 1, 1).refuses_renewal(A, 1, 1)),
            "never exercised");
}

TEST(ReleasesOfClones, OfWhatTheOriginalGotLaterAreFound) {
  EXPECT_EQ(judged_by<OwnReleaseOnly>(cloned().releases(A, 1, 1).grants(A, 2, 2).releases(B, 1, 1)),
            "a release of B for term 1 ended term 2 of A at 0.100000000 s");
}

TEST(ReleasesOfClones, OfATenureThatWasLostToTheOtherAreFound) {
  EXPECT_EQ(judged_by<OwnReleaseOnly>(cloned().lost(B, 1, Loss::cloned, 1).releases(B, 1, 1)),
            "a release of B for term 1 ended term 1 of A at 0.100000000 s");
  EXPECT_EQ(judged_by<OwnReleaseOnly>(cloned().lost(A, 1, Loss::cloned, 1).releases(B, 1, 1)),
            "holds");
  EXPECT_EQ(judged_by<OwnReleaseOnly>(cloned().lost(B, 1, Loss::deadline, 1).releases(B, 1, 1)),
            "never exercised")
      << "who does not know of the other gives back what he takes for his own";
}

TEST(DeadTenuresOfClones, StayDeadInTheCopy) {
  const History dead = held().stopped(A, 1).cloned(B, A);
  EXPECT_EQ(judged_by<NoResurrection>(History(dead).belief_begins(B, 1)),
            "B believes again in term 1 at 0.100000000 s, which had ended");
  EXPECT_EQ(judged_by<DeadStaysDead>(History(dead).asked(B, 1, true, false)),
            "a guard of B says that term 1 is held at 0.100000000 s although it had ended");
  const History later = cloned().stopped(A, 1);
  EXPECT_EQ(judged_by<NoResurrection>(History(later).belief_begins(B, 1)), "holds");
  EXPECT_EQ(judged_by<DeadStaysDead>(History(later).asked(B, 1, true, false)), "holds");
}

TEST(WordsOfClones, TheCopyWasGrantedWhatItsOriginalWas) {
  EXPECT_EQ(judged_by<TruthfulErrors>(cloned().belief_begins(B, 1)), "never exercised");
  EXPECT_EQ(
      judged_by<TruthfulErrors>(
          cloned().grants(A, 2, 2).answered(A, Call::acquire, Answer::Kind::granted).granted(B, 2)),
      "B takes term 2 for its own at 0.100000000 s although no answer granted it");
}

TEST(WordsOfClones, ClonedIsSaidOnlyWhereThereAreTwo) {
  const auto stale = [](History history, std::uint32_t process) {
    return history.answered(process, Call::renew, Answer::Kind::stale)
        .lost(process, 1, Loss::cloned);
  };
  EXPECT_EQ(judged_by<TruthfulErrors>(stale(cloned(), A)), "holds");
  EXPECT_EQ(judged_by<TruthfulErrors>(stale(cloned(), B)), "holds");
  EXPECT_EQ(judged_by<TruthfulErrors>(stale(held(), A)),
            "A gives up term 1 at 0.100000000 s (cloned) although neither an answer nor its "
            "deadline says so");
}

// To him it is the other's, whatever the store goes by.
TEST(WordsOfClones, ARefusalOfTheTenureOfBothIsALoss) {
  const auto refused = [](History history) {
    return history.refuses_renewal(A, 1, 1)
        .answered(A, Call::renew, Answer::Kind::not_owner)
        .lost(A, 1, Loss::superseded);
  };
  EXPECT_EQ(judged_by<TruthfulErrors>(refused(cloned())), "never exercised");
  EXPECT_EQ(judged_by<TruthfulErrors>(refused(held())),
            "A gives up term 1 at 0.100000000 s (superseded) although neither an answer nor its "
            "deadline says so");
}

TEST(GuardsOfClones, AreCountedForEach) {
  const History two = held().granted(A, 1).cloned(B, A).drop(A, 1);
  EXPECT_EQ(judged_by<Counted>(History(two).drop(B, 1).at(1s).crashed(C)), "holds");
  EXPECT_EQ(judged_by<Counted>(History(two).stopped(B, 1)),
            "B ended term 1 at 0.100000000 s although nobody released it and guards were left: 2");
}

TEST(CachesOfClones, AreAsTheOriginalsWere) {
  const History loaded = held().loaded(A, 1).cloned(B, A);
  EXPECT_EQ(judged_by<ChangeIsTold>(History(loaded).looked(B, 1, true)), "holds");
  // What the original got afterwards is another's to the copy.
  EXPECT_EQ(judged_by<ChangeIsTold>(History(loaded)
                                        .sent(A, Call::acquire, 1, 2)
                                        .grants(A, 2, 2)
                                        .sent(B, Call::acquire, 2, 3)
                                        .grants(B, 3, 3)
                                        .looked(B, 3, true)),
            "cache 0 of B, loaded as of term 1, is told \"unchanged\" at 0.100000000 s although "
            "term 2 was another's");
}

TEST(StopsOfClones, WhatTheOriginalWasToldTheCopyWasToldToo) {
  EXPECT_EQ(judged_by<LossIsTold>(held().stop_told(A, 1).cloned(B, A).stop_due(B, 1)), "holds");
  EXPECT_EQ(judged_by<LossIsTold>(cloned().stop_told(A, 1).stop_due(B, 1)),
            "B was not told to stop by 0.100000000 s, after the soft deadline of term 1");
}

TEST(EndsOfClones, EachRepeatsItsOwnRelease) {
  const History released = cloned()
                               .stopped(A, 1)
                               .sent(A, Call::release, 1, 1, 1)
                               .answered(A, Call::release, Answer::Kind::released, 1)
                               .ended(A, 1, EndOutcome::released, 1)
                               .at(200ms);
  EXPECT_EQ(judged_by<Quiet>(History(released)
                                 .tell(Event::Kind::armed, B, 0)
                                 .stopped(B, 1)
                                 .sent(B, Call::release, 1, 1, 1)),
            "holds");
  EXPECT_EQ(judged_by<Quiet>(History(released).sent(A, Call::release, 1, 1, 2)),
            "A sent a release or an abandon of term 1 at 0.200000000 s although that was over");
}

TEST(EndsOfClones, ACopyWithoutAnAlarmForItsReleaseIsFound) {
  History releasing = held()
                          .tell(Event::Kind::armed, A, 0)
                          .stopped(A, 1)
                          .sent(A, Call::release, 1, 1, 1)
                          .at(200ms)
                          .cloned(B, A);
  EXPECT_EQ(judged_by<Quiet>(releasing.at(1s).crashed(C)),
            "B has no alarm set at 0.200000000 s although a release or an abandon is not over");
}

TEST(GhostsOfClones, EachLeavesItsOwnWait) {
  const History waiting =
      History().acquire(A, 7).sent(A, Call::acquire, 0, 1, 1).at(100ms).cloned(B, A);
  // The original's answer is not the copy's, which must give back what it may still be granted.
  const History left = History(waiting)
                           .applied(A, Call::acquire, Answer::Kind::busy, 0, 1)
                           .answered(A, Call::acquire, Answer::Kind::busy, 1)
                           .cancel(A, 7)
                           .at(200ms)
                           .cancel(B, 7);
  EXPECT_EQ(judged_by<NoGhost>(History(left).at(1s).crashed(C)),
            "B left an acquire at 0.200000000 s that may still be granted, and did not abandon it");
  EXPECT_EQ(judged_by<NoGhost>(History(left).sent(B, Call::abandon, 0, 1, 1).at(1s).crashed(C)),
            "holds");
}

}  // namespace
}  // namespace leasehold::sim
