// Each oracle on histories written by hand: a good and a bad one for each thing it looks at, and
// one that never puts it to the test.
#include <chrono>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>

#include "sim/oracles/dead_stays_dead.h"
#include "sim/oracles/loss_is_told.h"
#include "sim/oracles/no_overlap.h"
#include "sim/oracles/no_resurrection.h"
#include "sim/oracles/oracle.h"
#include "sim/oracles/terms.h"
#include "sim/oracles/within_authority.h"
#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

// --- what all oracles share ---

TEST(Oracles, AreOneForEachInvariantInOrderAndNeverExercisedAtFirst) {
  const auto oracles = make_oracles(abc, Bounds{});
  // I18 is judged on two histories: independent_keys_test.
  std::vector<Invariant> judged(std::begin(all_invariants), std::end(all_invariants));
  std::erase(judged, Invariant::I18);
  ASSERT_EQ(oracles.size(), judged.size());
  for (std::size_t i = 0; i < oracles.size(); ++i) {
    EXPECT_EQ(oracles[i]->invariant(), judged[i]);
    EXPECT_EQ(oracles[i]->verdict(), Verdict::never_exercised);
    EXPECT_FALSE(oracles[i]->finding());
  }
}

TEST(Oracles, KeepTheFirstFindingAndItsMoment) {
  NoOverlap oracle(abc);
  History(oracle).at(1s).belief_begins(A, 1).at(2s).belief_begins(B, 2).at(3s).belief_begins(C, 3);
  EXPECT_EQ(oracle.verdict(), Verdict::broken);
  ASSERT_TRUE(oracle.finding());
  EXPECT_EQ(oracle.finding()->at, TrueTime::at_ns(2'000'000'000));
  EXPECT_EQ(oracle.finding()->sentence,
            "B believes in term 2 from 2.000000000 s while A still believes in term 1 "
            "(since 1.000000000 s)");
}

TEST(Oracles, VerdictsAndMomentsAreSpelledOut) {
  EXPECT_STREQ(to_string(Verdict::holds), "holds");
  EXPECT_STREQ(to_string(Verdict::broken), "broken");
  EXPECT_STREQ(to_string(Verdict::never_exercised), "never exercised");
  EXPECT_EQ(moment(TrueTime::at_ns(0)), "0.000000000 s");
  EXPECT_EQ(moment(TrueTime::at_ns(560'000'001)), "0.560000001 s");
  EXPECT_EQ(moment(TrueTime::at_ns(90'050'000'000)), "90.050000000 s");
  EXPECT_EQ(moment(TrueTime::never()), "never");
}

// --- I1 ---

TEST(NoOverlap, IsNotExercisedWithoutABelief) {
  EXPECT_EQ(judged_by<NoOverlap>(History().grants(A, 1, 1).crashed(A)), "never exercised");
}

TEST(NoOverlap, OneHolderAfterAnotherIsFine) {
  EXPECT_EQ(
      judged_by<NoOverlap>(
          History().at(1s).belief_begins(A, 1).at(2s).belief_ends(A, 1).at(3s).belief_begins(B, 2)),
      "holds");
}

TEST(NoOverlap, TwoBeliefsThatOnlyTouchAreFine) {
  EXPECT_EQ(judged_by<NoOverlap>(
                History().belief_begins(A, 1).at(1s).belief_ends(A, 1).belief_begins(B, 2)),
            "holds");
}

TEST(NoOverlap, ABeliefThatBeginsInsideAnothersIsFound) {
  EXPECT_EQ(
      judged_by<NoOverlap>(History().at(2ms).belief_begins(A, 1).at(560ms).belief_begins(B, 2)),
      "B believes in term 2 from 0.560000000 s while A still believes in term 1 "
      "(since 0.002000000 s)");
}

TEST(NoOverlap, TheSameTermIsNoExcuse) {
  EXPECT_EQ(judged_by<NoOverlap>(History().belief_begins(A, 1).at(1s).belief_begins(B, 1)),
            "B believes in term 1 from 1.000000000 s while A still believes in term 1 "
            "(since 0.000000000 s)");
}

TEST(NoOverlap, TheEndOfAThirdsBeliefDoesNotHideAnOverlap) {
  EXPECT_EQ(judged_by<NoOverlap>(
                History().belief_begins(A, 1).belief_ends(C, 1).at(1s).belief_begins(B, 2)),
            "B believes in term 2 from 1.000000000 s while A still believes in term 1 "
            "(since 0.000000000 s)");
}

TEST(NoOverlap, ACrashEndsABelief) {
  EXPECT_EQ(
      judged_by<NoOverlap>(History().belief_begins(A, 1).at(1s).crashed(A).belief_begins(B, 2)),
      "holds");
}

TEST(NoOverlap, AProcessDoesNotOverlapWithItself) {
  EXPECT_EQ(judged_by<NoOverlap>(History().belief_begins(A, 1).belief_begins(A, 2)), "holds");
}

TEST(NoOverlap, AfterAFreshBeliefTheOlderOneIsForgotten) {
  EXPECT_EQ(
      judged_by<NoOverlap>(
          History().belief_begins(A, 1).at(1s).belief_begins(A, 2).at(2s).belief_begins(B, 3)),
      "B believes in term 3 from 2.000000000 s while A still believes in term 2 "
      "(since 1.000000000 s)");
}

// --- I3 ---

TEST(Terms, AreExercisedByAGrantAtTheStoreOrByAWordOfIt) {
  EXPECT_EQ(judged_by<Terms>(History().belief_begins(A, 1)), "never exercised");
  EXPECT_EQ(judged_by<Terms>(History().granted(A, 1)), "holds") << "all that real processes know";
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 1, 1)), "holds");
}

TEST(Terms, ThatRiseAreFineAndMaySkip) {
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 1, 1).granted(A, 1).grants(B, 4, 4).granted(B, 4)),
            "holds");
}

TEST(Terms, OneThatDoesNotRiseIsFound) {
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 2, 2).at(1s).grants(B, 2, 2)),
            "the store granted term 2 to B at 1.000000000 s after term 2");
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 2, 2).at(1s).grants(B, 1, 1)),
            "the store granted term 1 to B at 1.000000000 s after term 2");
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 0, 0)),
            "the store granted term 0 to A at 0.000000000 s after term 0");
}

TEST(Terms, OwnGrantOfTheLatestTermIsFine) {
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 1, 1).grants(A, 1, 1, Previous::own)), "holds");
}

TEST(Terms, OwnGrantOfAnotherTermIsFound) {
  const char* const sentence = "the store granted term 3 to A at 1.000000000 s after term 2";
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 2, 2).at(1s).grants(A, 3, 2, Previous::own)),
            sentence);
}

TEST(Terms, OwnGrantOfAnotherOwnerIsFound) {
  const char* const sentence = "the store granted term 2 to A at 1.000000000 s after term 2";
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 2, 2).at(1s).grants(A, 2, 1, Previous::own)),
            sentence);
}

TEST(Terms, ManyGuardsOfOneTenureAreFine) {
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 1, 1).granted(A, 1).granted(A, 1)), "holds");
}

TEST(Terms, ATermThatTwoProcessesAreToldIsFound) {
  EXPECT_EQ(judged_by<Terms>(History().grants(A, 1, 1).granted(A, 1).at(1s).granted(B, 1)),
            "term 1 was granted to B at 1.000000000 s although it is A's");
}

TEST(Terms, RequestsOfTheLatestTermAndRefusedOnesOfOthersAreFine) {
  EXPECT_EQ(judged_by<Terms>(History()
                                 .grants(A, 1, 1)
                                 .grants(B, 2, 2)
                                 .refuses_renewal(A, 1, 1)
                                 .renews(B, 2, 2)
                                 .releases(B, 2, 2)),
            "holds");
}

TEST(Terms, ARenewalOrReleaseOfAnotherTermThatRanIsFound) {
  const History taken_over = History().grants(A, 1, 1).grants(B, 2, 2).at(1s);
  const char* const sentence =
      "the store applied a request of term 1 at 1.000000000 s although the term is 2";
  EXPECT_EQ(judged_by<Terms>(History(taken_over).renews(A, 1, 1)), sentence);
  EXPECT_EQ(judged_by<Terms>(History(taken_over).releases(A, 1, 1)), sentence);
}

// --- I5 ---

TEST(LossIsTold, IsNotExercisedWhileNothingIsDue) {
  EXPECT_EQ(judged_by<LossIsTold>(History()
                                      .granted(A, 1)
                                      .asked(A, 1, /*held=*/true, /*past_deadline=*/false)
                                      .stopped(A, 1)),
            "never exercised");
}

TEST(LossIsTold, AGuardThatIsOverAtItsDeadlineIsFine) {
  EXPECT_EQ(judged_by<LossIsTold>(History().asked(A, 1, /*held=*/false, /*past_deadline=*/true)),
            "holds");
}

TEST(LossIsTold, AGuardThatIsHeldPastItsDeadlineIsFound) {
  EXPECT_EQ(
      judged_by<LossIsTold>(History().at(500ms).asked(A, 1, /*held=*/true, /*past_deadline=*/true)),
      "a guard of A says that term 1 is held at 0.500000000 s, when its own deadline has "
      "passed");
}

TEST(LossIsTold, WhoeverWasToldInAnyWayBeforeTheStopWasDueIsFine) {
  const History start = History().granted(A, 1);
  EXPECT_EQ(judged_by<LossIsTold>(History(start).stop_told(A, 1).stop_due(A, 1)), "holds");
  EXPECT_EQ(judged_by<LossIsTold>(History(start).lost(A, 1).stop_due(A, 1)), "holds");
  EXPECT_EQ(judged_by<LossIsTold>(History(start).stopped(A, 1).stop_due(A, 1)), "holds");
}

TEST(LossIsTold, AStopThatIsDueAndWasNotToldIsFound) {
  const char* const sentence =
      "A was not told to stop by 0.450000000 s, after the soft deadline of term 2";
  EXPECT_EQ(judged_by<LossIsTold>(History().granted(A, 2).at(450ms).stop_due(A, 2)), sentence);
  EXPECT_EQ(judged_by<LossIsTold>(History().stop_told(A, 1).at(450ms).stop_due(A, 2)), sentence)
      << "told of another term";
  EXPECT_EQ(judged_by<LossIsTold>(History().stop_told(B, 2).at(450ms).stop_due(A, 2)), sentence)
      << "another was told";
}

TEST(LossIsTold, ACrashedProcessNeedNotBeTold) {
  EXPECT_EQ(judged_by<LossIsTold>(History().granted(A, 1).crashed(A).stop_due(A, 1)), "holds");
}

TEST(LossIsTold, ACrashExcusesNeitherTheNextLifeNorAnother) {
  const char* const sentence =
      "A was not told to stop by 9.000000000 s, after the soft deadline of term 2";
  EXPECT_EQ(judged_by<LossIsTold>(History()
                                      .granted(A, 1)
                                      .crashed(A)
                                      .tell(Event::Kind::restarted, A, 0)
                                      .granted(A, 2)
                                      .at(9s)
                                      .stop_due(A, 2)),
            sentence);
  EXPECT_EQ(judged_by<LossIsTold>(History().granted(A, 2).crashed(B).at(9s).stop_due(A, 2)),
            sentence);
}

History renewal_answered(core::Answer::Kind answer) {
  return History()
      .granted(A, 1)
      .belief_begins(A, 1)
      .sent(A, core::Request::Kind::renew, 1, 0, 7)
      .at(3ms)
      .answered(A, core::Request::Kind::renew, answer, 7);
}

TEST(LossIsTold, WhoHearsThatItIsOverBelievesNoLonger) {
  const History start = renewal_answered(core::Answer::Kind::not_owner);
  const auto then = [&start] { return History(start).at(3ms); };
  EXPECT_EQ(judged_by<LossIsTold>(then().belief_ends(A, 1).at(4ms).acquire(B)), "holds");
  EXPECT_EQ(judged_by<LossIsTold>(then().acquire(B).belief_ends(A, 1).at(4ms).acquire(B)), "holds")
      << "at the same moment";
  const char* const sentence =
      "A heard at 0.003000000 s that it does not own term 1 any more, and believes on";
  EXPECT_EQ(judged_by<LossIsTold>(then().at(4ms).belief_ends(A, 1)), sentence);
  EXPECT_EQ(judged_by<LossIsTold>(then().belief_ends(B, 1).at(4ms).acquire(B)), sentence);
}

TEST(LossIsTold, NothingIsAskedOfOtherAnswersNorOfOtherTenures) {
  using Answer = core::Answer::Kind;
  const auto nothing = [](History history) {
    EXPECT_EQ(judged_by<LossIsTold>(history.at(4ms).acquire(B)), "never exercised");
  };
  for (const Answer other : {Answer::renewed, Answer::stale, Answer::not_applied}) {
    nothing(renewal_answered(other));
  }
  nothing(renewal_answered(Answer::renewed)
              .at(3ms)
              .answered(A, core::Request::Kind::renew, Answer::not_owner, 7));
  const History begun = History().granted(A, 1).belief_begins(A, 1);
  const History asked = History(begun).sent(A, core::Request::Kind::renew, 1, 0, 7);
  nothing(History(asked).belief_ends(A, 1).answered(A, core::Request::Kind::renew,
                                                    Answer::not_owner, 7));
  History later = History(asked).belief_ends(A, 1).granted(A, 2).belief_begins(A, 2);
  nothing(later.sent(A, core::Request::Kind::acquire, 2, 0, 9)
              .answered(A, core::Request::Kind::renew, Answer::not_owner, 7));
}

// --- I13 ---

TEST(WithinAuthority, IsNotExercisedWithoutADeadline) {
  EXPECT_EQ(judged_by<WithinAuthority>(History().takeable(1, 1s).belief_begins(A, 1)),
            "never exercised");
}

TEST(WithinAuthority, ABeliefUpToTheVeryMomentOfTakeoverIsFine) {
  EXPECT_EQ(judged_by<WithinAuthority>(History().takeable(1, 500ms).belief_until(A, 1, 500ms)),
            "holds");
}

TEST(WithinAuthority, ABeliefOneNanosecondLongerIsFound) {
  EXPECT_EQ(
      judged_by<WithinAuthority>(History().takeable(1, 500ms).belief_until(A, 1, 500ms + 1ns)),
      "A believes in term 1 until 0.500000001 s, but another may take the key from "
      "0.500000000 s");
}

TEST(WithinAuthority, TheLatestRenewalCounts) {
  const History renewed = History().takeable(1, 1s).takeable(1, 2s);
  EXPECT_EQ(judged_by<WithinAuthority>(History(renewed).belief_until(A, 1, 2s)), "holds");
  EXPECT_EQ(
      judged_by<WithinAuthority>(History(renewed).takeable(1, 500ms).belief_until(A, 1, 1s)),
      "A believes in term 1 until 1.000000000 s, but another may take the key from 0.500000000 s")
      << "a clock that stepped makes it earlier";
}

TEST(WithinAuthority, ALateBeliefIsMeasuredByItsOwnTermNotTheNext) {
  const History taken_over = History().takeable(1, 1s).takeable(2, 5s).takeable(2, 6s);
  EXPECT_EQ(judged_by<WithinAuthority>(History(taken_over).belief_until(A, 1, 1s)), "holds");
  EXPECT_EQ(
      judged_by<WithinAuthority>(History(taken_over).belief_until(A, 1, 2s)),
      "A believes in term 1 until 2.000000000 s, but another may take the key from 1.000000000 "
      "s");
}

TEST(WithinAuthority, ABeliefWithoutAGrantAtTheStoreIsFound) {
  const char* const sentence =
      "A believes in term 3 until 1.000000000 s, but the store granted no such lease";
  EXPECT_EQ(judged_by<WithinAuthority>(History().belief_until(A, 3, 1s)), sentence);
  EXPECT_EQ(
      judged_by<WithinAuthority>(History().takeable(1, 9s).takeable(2, 9s).belief_until(A, 3, 1s)),
      sentence);
}

// --- I14 ---

TEST(DeadStaysDead, IsNotExercisedWhileNothingEnds) {
  EXPECT_EQ(judged_by<DeadStaysDead>(
                History().granted(A, 1).asked(A, 1, /*held=*/true, /*past_deadline=*/false)),
            "never exercised");
}

TEST(DeadStaysDead, GuardsThatSayNoAndAFreshTenureAreFine) {
  EXPECT_EQ(judged_by<DeadStaysDead>(History()
                                         .lost(A, 1)
                                         .asked(A, 1, /*held=*/false, /*past_deadline=*/true)
                                         .granted(A, 2)
                                         .asked(A, 2, /*held=*/true, /*past_deadline=*/false)),
            "holds");
  EXPECT_EQ(judged_by<DeadStaysDead>(History().stopped(A, 1)), "holds");
}

TEST(DeadStaysDead, AGuardOfADeadTenureThatIsHeldIsFound) {
  const char* const sentence =
      "a guard of A says that term 1 is held at 2.000000000 s although it had ended";
  EXPECT_EQ(judged_by<DeadStaysDead>(
                History().lost(A, 1).at(2s).asked(A, 1, /*held=*/true, /*past_deadline=*/false)),
            sentence);
  EXPECT_EQ(judged_by<DeadStaysDead>(
                History().stopped(A, 1).at(2s).asked(A, 1, /*held=*/true, /*past_deadline=*/false)),
            sentence);
}

TEST(DeadStaysDead, JoiningADeadTenureIsFound) {
  const char* const sentence = "A got a guard of term 1 at 2.000000000 s although it had ended";
  EXPECT_EQ(judged_by<DeadStaysDead>(History().lost(A, 1).at(2s).granted(A, 1)), sentence);
  EXPECT_EQ(judged_by<DeadStaysDead>(History().stopped(A, 1).at(2s).granted(A, 1)), sentence);
}

TEST(DeadStaysDead, AnotherProcessIsNotMeant) {
  EXPECT_EQ(
      judged_by<DeadStaysDead>(
          History().lost(A, 1).asked(B, 1, /*held=*/true, /*past_deadline=*/false).granted(B, 1)),
      "holds");
}

// A store that forgot a grant gives its term again, to the same process, say, and under a new owner
// id: that tenure is not the dead one.
TEST(DeadStaysDead, ATenureOfTheSameTermIsNotTheDeadOne) {
  const auto of = [](Event::Kind kind, std::uint64_t owner) {
    return Event{.kind = kind, .process = A, .detail = 1, .term = 1, .owner = {0, owner}};
  };
  const History lost = History().see(of(Event::Kind::lost, 1)).at(2s);
  EXPECT_EQ(judged_by<DeadStaysDead>(
                History(lost).see(of(Event::Kind::granted, 2)).see(of(Event::Kind::asked, 2))),
            "holds");
  EXPECT_EQ(judged_by<DeadStaysDead>(
                History(lost).see(of(Event::Kind::granted, 2)).see(of(Event::Kind::asked, 1))),
            "a guard of A says that term 1 is held at 2.000000000 s although it had ended");
}

TEST(DeadStaysDead, ACrashEndsTheMemoryOfItsOwnProcessAlone) {
  const History lost = History().lost(A, 1).at(2s);
  EXPECT_EQ(judged_by<DeadStaysDead>(History(lost).crashed(A).granted(A, 1)), "holds");
  EXPECT_EQ(judged_by<DeadStaysDead>(History(lost).crashed(B).granted(A, 1)),
            "A got a guard of term 1 at 2.000000000 s although it had ended");
}

}  // namespace
}  // namespace leasehold::sim
