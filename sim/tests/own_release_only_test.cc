// The oracle of I7 on histories written by hand.
#include "sim/oracles/own_release_only.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using Call = core::Request::Kind;

// B took over from A, whose lease had run out.
History taken_over() {
  return History().grants(A, 1, 1).takeable(1, 500ms).at(1s).grants(B, 2, 2, Previous::expired);
}

TEST(OwnReleaseOnly, IsNotExercisedByReleasesThatMeetNobodyElse) {
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History().grants(A, 1, 1).releases(A, 1, 1)),
            "never exercised");
  EXPECT_EQ(judged_by<OwnReleaseOnly>(
                History().grants(A, 1, 1).releases(A, 1, 1).abandons(B, 0, 2, /*settled=*/true)),
            "never exercised");
}

TEST(OwnReleaseOnly, ALateReleaseThatIsRefusedIsFine) {
  const History late = taken_over().takeable(2, 9s).refuses_release(A, 1, 1);
  EXPECT_EQ(judged_by<OwnReleaseOnly>(late), "holds");
  EXPECT_EQ(
      judged_by<OwnReleaseOnly>(History(late).renews(B, 2, 2).releases(B, 2, 2).grants(C, 3, 3)),
      "holds");
}

TEST(OwnReleaseOnly, AnAbandonOfAnotherAttemptThatChangesNothingIsFine) {
  EXPECT_EQ(judged_by<OwnReleaseOnly>(taken_over()
                                          .abandons(C, 0, 3, /*settled=*/true)
                                          .abandons(C, 2, 3, /*settled=*/false)
                                          .renews(B, 2, 2)
                                          .releases(B, 2, 2)),
            "holds");
}

TEST(OwnReleaseOnly, AnAbandonOfItsOwnAttemptEndsIt) {
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History()
                                          .grants(A, 1, 1)
                                          .abandons(B, 0, 2, /*settled=*/true)
                                          .abandons(A, 0, 1, /*settled=*/true)
                                          .grants(C, 2, 3)),
            "holds");
}

TEST(OwnReleaseOnly, AReleaseThatEndsTheNextTenureIsFound) {
  EXPECT_EQ(judged_by<OwnReleaseOnly>(taken_over().at(2s).releases(A, 1, 1)),
            "a release of A for term 1 ended term 2 of B at 2.000000000 s");
}

TEST(OwnReleaseOnly, TheSameTermOrTheSameOwnerIsNoExcuse) {
  const char* const sentence = "a release of A for term 2 ended term 2 of B at 2.000000000 s";
  EXPECT_EQ(judged_by<OwnReleaseOnly>(taken_over().at(2s).releases(A, 2, 1)), sentence);
  EXPECT_EQ(judged_by<OwnReleaseOnly>(taken_over().at(2s).releases(A, 2, 2)), sentence);
}

TEST(OwnReleaseOnly, AnAbandonThatFreesTheNextTenureIsFoundByTheNextGrant) {
  const History freed = taken_over().at(2s).abandons(A, 0, 1, /*settled=*/true).at(3s);
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(freed).grants(C, 3, 3)),
            "an abandon of A at 2.000000000 s ended term 2 of B, which the store does not know at "
            "3.000000000 s");
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(freed).grants(C, 3, 3, Previous::expired)), "holds")
      << "it was there until it ran out";
}

TEST(OwnReleaseOnly, ARefusedReleaseThatFreedTheNextTenureAllTheSameIsFound) {
  const char* const sentence =
      "a release of A at 2.000000000 s ended term 2 of B, which the store does not know at "
      "3.000000000 s";
  const History freed = taken_over().takeable(2, 9s).at(2s).refuses_release(A, 1, 1).at(3s);
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(freed).refuses_renewal(B, 2, 2)), sentence);
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(freed).refuses_release(B, 2, 2)), sentence);
  EXPECT_EQ(judged_by<OwnReleaseOnly>(
                History(freed).applied(C, Call::acquire, Answer::Kind::moved, 2, 3)),
            sentence);
}

TEST(OwnReleaseOnly, ATenureThatRanOutIsGoneByItself) {
  const History over = taken_over().takeable(2, 3s).refuses_release(A, 1, 1).at(3s);
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(over).refuses_renewal(B, 2, 2)), "holds");
  EXPECT_EQ(
      judged_by<OwnReleaseOnly>(History(over).applied(C, Call::acquire, Answer::Kind::moved, 2, 3)),
      "holds");
}

// A replica is promoted that knows of `process`'s tenure, or of none.
Event promoted(std::uint32_t process, Term term, std::uint64_t owner, std::uint64_t lacks) {
  return {.kind = Event::Kind::failed_over,
          .process = process,
          .term = term,
          .value = lacks,
          .owner = {0, owner}};
}

TEST(OwnReleaseOnly, WhatAReplicaDoesNotKnowWasEndedByNoRelease) {
  const History forgotten =
      taken_over().takeable(2, 9s).refuses_release(A, 1, 1).see(promoted(nobody, 1, 0, 1));
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(forgotten).refuses_renewal(B, 2, 2)), "holds");
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(forgotten).grants(C, 2, 3).releases(C, 2, 3)),
            "holds");
}

TEST(OwnReleaseOnly, AMoveIsNoWordOnATenureOnceVersionsRepeat) {
  const auto moved = [](History history) {
    return history.grants(B, 2, 2).refuses_release(A, 1, 1).at(2s).applied(
        C, Call::acquire, Answer::Kind::moved, 2, 3);
  };
  EXPECT_EQ(judged_by<OwnReleaseOnly>(moved(History().see(promoted(nobody, 1, 0, 1)))), "holds");
  EXPECT_EQ(judged_by<OwnReleaseOnly>(moved(History().see(promoted(nobody, 1, 0, 0)))),
            "a release of A at 0.000000000 s ended term 2 of B, which the store does not know at "
            "2.000000000 s");
}

TEST(OwnReleaseOnly, AReleaseOfTheSameTermIsNotOnesOwnAfterAFailover) {
  const History twice =
      History().grants(A, 1, 1).see(promoted(nobody, 0, 0, 1)).grants(B, 1, 2).at(2s);
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(twice).refuses_release(A, 1, 1).renews(B, 1, 2)),
            "holds");
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(twice).releases(A, 1, 1)),
            "a release of A for term 1 ended term 1 of B at 2.000000000 s");
}

TEST(OwnReleaseOnly, AReplicaThatKnowsTheTenureKnowsWhenItsLeaseEnds) {
  const History known =
      taken_over().takeable(2, 9s).refuses_release(A, 1, 1).see(promoted(B, 2, 2, 1));
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(known).at(9s).refuses_renewal(B, 2, 2)), "holds");
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(known).at(8s).refuses_renewal(B, 2, 2)),
            "a release of A at 1.000000000 s ended term 2 of B, which the store does not know at "
            "8.000000000 s");
}

TEST(OwnReleaseOnly, ATenureThatAReplicaKnowsOfIsThereAgain) {
  const History back = taken_over().see(promoted(A, 1, 1, 1)).at(2s);
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(back).refuses_release(B, 2, 2).releases(A, 1, 1)),
            "holds");
  EXPECT_EQ(judged_by<OwnReleaseOnly>(History(back).releases(B, 2, 2)),
            "a release of B for term 2 ended term 1 of A at 2.000000000 s");
}

}  // namespace
}  // namespace leasehold::sim
