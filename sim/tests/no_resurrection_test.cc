// I6 on histories written by hand; the other oracles are in oracles_test.cc.
#include "sim/oracles/no_resurrection.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

const char* const taken_for_the_dead =
    "a request of A took the key at 5.000000000 s for a tenure that had ended";
const char* const renewed_the_dead =
    "a renewal of A was applied at 5.000000000 s for term 1, which had ended";

History released_by_a() { return History().grants(A, 1, 1).releases(A, 1, 1).at(5s); }
History taken_over_from_a() { return History().grants(A, 1, 1).at(4s).grants(B, 2, 2).at(5s); }

TEST(NoResurrection, IsNotExercisedWhileTheFirstTenureLives) {
  EXPECT_EQ(judged_by<NoResurrection>(History()
                                          .grants(A, 1, 1)
                                          .grants(A, 1, 1, Previous::own)
                                          .takeable(1, 2s)
                                          .at(1s)
                                          .renews(A, 1, 1)
                                          .belief_begins(A, 1)),
            "never exercised");
}

TEST(NoResurrection, AReleaseATakeoverAndALossAreEachATest) {
  EXPECT_EQ(judged_by<NoResurrection>(released_by_a()), "holds");
  EXPECT_EQ(judged_by<NoResurrection>(taken_over_from_a()), "holds");
  EXPECT_EQ(judged_by<NoResurrection>(History().abandons(A, 1, 1, /*settled=*/true)), "holds");
  EXPECT_EQ(judged_by<NoResurrection>(History().lost(A, 1)), "holds");
  EXPECT_EQ(judged_by<NoResurrection>(History().stopped(A, 1)), "holds");
}

// --- at the store ---

TEST(NoResurrection, BelievingInATermThatAStoreGivesAgainIsFine) {
  const auto of = [](Event::Kind kind, std::uint64_t owner) {
    return Event{.kind = kind, .process = A, .term = 1, .owner = {0, owner}};
  };
  const History lost = History().see(of(Event::Kind::lost, 1)).at(5s);
  EXPECT_EQ(judged_by<NoResurrection>(History(lost).see(of(Event::Kind::belief_begins, 2))),
            "holds");
  EXPECT_EQ(judged_by<NoResurrection>(History(lost).see(of(Event::Kind::belief_begins, 1))),
            "A believes again in term 1 at 5.000000000 s, which had ended");
}

TEST(NoResurrection, TheNextTenureOfTheSameProcessIsFine) {
  EXPECT_EQ(judged_by<NoResurrection>(released_by_a().grants(A, 2, 2).renews(A, 2, 2)), "holds");
}

TEST(NoResurrection, ALateRenewalThatIsRefusedIsFine) {
  EXPECT_EQ(judged_by<NoResurrection>(released_by_a().refuses_renewal(A, 1, 1)), "holds");
  EXPECT_EQ(judged_by<NoResurrection>(taken_over_from_a().refuses_renewal(A, 1, 1)), "holds");
}

TEST(NoResurrection, ARenewalAfterTheReleaseIsFound) {
  EXPECT_EQ(judged_by<NoResurrection>(released_by_a().renews(A, 1, 1)), renewed_the_dead);
}

TEST(NoResurrection, ARenewalAfterTheAbandonIsFound) {
  EXPECT_EQ(
      judged_by<NoResurrection>(
          History().grants(A, 1, 1).abandons(A, 1, 1, /*settled=*/true).at(5s).renews(A, 1, 1)),
      renewed_the_dead);
}

TEST(NoResurrection, ARenewalAfterALaterGrantIsFound) {
  EXPECT_EQ(judged_by<NoResurrection>(taken_over_from_a().renews(A, 1, 1)), renewed_the_dead);
}

TEST(NoResurrection, AnOldOwnersRenewalUnderTheNewTermIsFound) {
  EXPECT_EQ(judged_by<NoResurrection>(taken_over_from_a().renews(A, 2, 1)),
            "a renewal of A was applied at 5.000000000 s for term 2, which had ended");
}

TEST(NoResurrection, ARenewalOfAnEarlierTermByTheHolderIsFound) {
  EXPECT_EQ(judged_by<NoResurrection>(taken_over_from_a().renews(A, 1, /*owner=*/2)),
            renewed_the_dead);
}

TEST(NoResurrection, AGrantToAnOwnerThatReleasedIsFound) {
  EXPECT_EQ(judged_by<NoResurrection>(released_by_a().grants(A, 2, 1)), taken_for_the_dead);
  EXPECT_EQ(judged_by<NoResurrection>(released_by_a().grants(A, 1, 1, Previous::own)),
            taken_for_the_dead);
}

TEST(NoResurrection, AGrantToAnOwnerThatWasOvertakenIsFound) {
  EXPECT_EQ(judged_by<NoResurrection>(taken_over_from_a().grants(A, 3, 1)), taken_for_the_dead);
}

TEST(NoResurrection, AFreshTermForTheOwnerOfTheTenureBeforeIsFound) {
  EXPECT_EQ(judged_by<NoResurrection>(History().grants(A, 1, 1).at(5s).grants(A, 2, 1)),
            taken_for_the_dead);
}

TEST(NoResurrection, AGrantToAnAbandonedAttemptIsFound) {
  EXPECT_EQ(judged_by<NoResurrection>(
                History().abandons(A, 1, 1, /*settled=*/true).at(5s).grants(A, 1, 1)),
            taken_for_the_dead);
}

TEST(NoResurrection, AnUnsettledAbandonPromisesNothing) {
  EXPECT_EQ(judged_by<NoResurrection>(History()
                                          .grants(B, 1, 1)
                                          .abandons(A, 2, 2, /*settled=*/false)
                                          .releases(B, 1, 1)
                                          .grants(A, 2, 2)
                                          .renews(A, 2, 2)),
            "holds");
}

// The store's word is takeable's: from that very moment on the row counts as over.
TEST(NoResurrection, ARenewalJustBeforeTheLeaseIsOverIsFine) {
  EXPECT_EQ(judged_by<NoResurrection>(
                released_by_a().grants(A, 2, 2).takeable(2, 7s).at(7s - 1ns).renews(A, 2, 2)),
            "holds");
}

TEST(NoResurrection, ARenewalOfALeaseThatIsOverIsFound) {
  EXPECT_EQ(
      judged_by<NoResurrection>(History().grants(A, 1, 1).takeable(1, 7s).at(7s).renews(A, 1, 1)),
      "a renewal of A prolonged term 1 at 7.000000000 s although its lease was over at "
      "7.000000000 s");
}

TEST(NoResurrection, TheLatestWordOfTheStoreCounts) {
  const History prolonged =
      released_by_a().grants(A, 2, 2).takeable(2, 7s).at(6s).renews(A, 2, 2).takeable(2, 8s);
  EXPECT_EQ(judged_by<NoResurrection>(History(prolonged).at(7s).renews(A, 2, 2)), "holds");
  EXPECT_EQ(judged_by<NoResurrection>(History(prolonged).at(8s).renews(A, 2, 2)),
            "a renewal of A prolonged term 2 at 8.000000000 s although its lease was over at "
            "8.000000000 s");
}

TEST(NoResurrection, ALeaseThatOnlyContendersJudgeMayBeRenewedLate) {
  const History observed = released_by_a().grants(A, 2, 2);
  EXPECT_EQ(judged_by<NoResurrection>(
                History(observed).takeable(2, 7s, /*judged=*/false).at(9s).renews(A, 2, 2)),
            "holds");
  EXPECT_EQ(judged_by<NoResurrection>(History(observed)
                                          .takeable(2, 6s)
                                          .takeable(2, 7s, /*judged=*/false)
                                          .at(9s)
                                          .renews(A, 2, 2)),
            "holds")
      << "a record that the store can't judge any more";
}

TEST(NoResurrection, TheStoresWordOnAnEarlierTenureIsNoneOnTheNext) {
  EXPECT_EQ(judged_by<NoResurrection>(
                History().grants(A, 1, 1).takeable(1, 7s).at(8s).grants(B, 2, 2).renews(B, 2, 2)),
            "holds");
}

// --- at a process ---

TEST(NoResurrection, ABeliefInTheNextTenureOrOfAnotherProcessIsFine) {
  EXPECT_EQ(judged_by<NoResurrection>(History().lost(A, 1).belief_begins(A, 2).belief_begins(B, 1)),
            "holds");
}

TEST(NoResurrection, ABeliefInATenureThatWasToldToBeOverIsFound) {
  const char* const sentence = "A believes again in term 1 at 5.000000000 s, which had ended";
  EXPECT_EQ(judged_by<NoResurrection>(History().lost(A, 1).at(5s).belief_begins(A, 1)), sentence);
  EXPECT_EQ(judged_by<NoResurrection>(History().stopped(A, 1).at(5s).belief_begins(A, 1)),
            sentence);
}

}  // namespace
}  // namespace leasehold::sim
