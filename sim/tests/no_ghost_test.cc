// I9 on good and bad histories.
#include "sim/oracles/no_ghost.h"

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using Call = core::Request::Kind;

std::string judged(const History& history) { return judged_by<NoGhost>(history); }

/// A asks under owner 7, and its only caller leaves before it hears anything.
History left(bool abandons) {
  History history;
  history.at(1ms).acquire(A, 1).sent(A, Call::acquire, 0, 7, 1);
  history.at(5ms).cancel(A, 1);
  if (abandons) history.sent(A, Call::abandon, 0, 7, 1);
  return history;
}

/// B asks, and is told that the key is held under `term`.
void finds_held(History& history, Term term) {
  history.applied(B, Call::acquire, Answer::Kind::busy, term, 9);
}

TEST(NoGhost, WhoGetsTheKeyLeavesNoGhost) {
  History history;
  history.at(1ms).acquire(A, 1).sent(A, Call::acquire, 0, 7, 1).grants(A, 1, 7);
  history.at(2ms).answered(A, Call::acquire, Answer::Kind::granted, 1);
  history.at(2ms).told_granted(A, 1, 1).at(3ms).renews(A, 1, 7);
  finds_held(history.at(4ms), 1);
  EXPECT_EQ(judged(history), "never exercised");
}

TEST(NoGhost, AnAbandonFreesWhatWasGranted) {
  History history = left(true);
  history.at(6ms).grants(A, 1, 7).at(7ms).abandons(A, 0, 7, true).at(8ms).grants(B, 2, 9);
  EXPECT_EQ(judged(history), "holds");
}

TEST(NoGhost, AnAcquireThatMayStillBeGrantedIsNotAbandoned) {
  History history = left(false);
  EXPECT_EQ(judged(history.at(6ms).cancel(B, 1).at(7ms).cancel(B, 1)),
            "A left an acquire at 0.005000000 s that may still be granted, and did not abandon it");
}

TEST(NoGhost, WhatWasAnsweredNeedsNoAbandon) {
  History history;
  history.at(1ms).acquire(A, 1).sent(A, Call::acquire, 0, 7, 1);
  history.at(2ms).answered(A, Call::acquire, Answer::Kind::busy, 1);
  history.at(5ms).cancel(A, 1).at(6ms).cancel(B, 1);
  EXPECT_EQ(judged(history), "never exercised");
}

// A baseline keeps the owner id for its next call.
TEST(NoGhost, WhoAsksAgainUnderTheSameOwnerWaitsAgain) {
  History history;
  history.at(1ms).acquire(A, 1).sent(A, Call::acquire, 0, 7, 1);
  history.at(2ms).answered(A, Call::acquire, Answer::Kind::busy, 1);
  history.at(5ms).cancel(A, 1);
  history.at(6ms).acquire(A, 2).sent(A, Call::acquire, 0, 7, 2).grants(A, 1, 7);
  history.at(7ms).answered(A, Call::acquire, Answer::Kind::granted, 2).told_granted(A, 2, 1);
  EXPECT_EQ(judged(history.at(8ms).renews(A, 1, 7)), "never exercised");
}

TEST(NoGhost, WhatTheRecordHasLeftBehindNeedsNoAbandon) {
  History history;
  history.at(1ms).acquire(A, 1).sent(A, Call::acquire, 0, 7, 1).sent(A, Call::acquire, 0, 7, 2);
  history.at(2ms).applied(A, Call::acquire, Answer::Kind::moved, 1, 7);
  history.at(3ms).answered(A, Call::acquire, Answer::Kind::moved, 2);
  history.at(5ms).cancel(A, 1).at(6ms).cancel(B, 1);
  EXPECT_EQ(judged(history), "never exercised");
}

TEST(NoGhost, ALateCopyIsGrantedAfterTheAbandon) {
  History history = left(true);
  history.at(6ms).abandons(A, 0, 7, true).at(7ms).grants(A, 1, 7);
  EXPECT_EQ(judged(history),
            "the key was granted at 0.007000000 s to an acquire of A that nobody waits for, after "
            "its abandon");
}

TEST(NoGhost, AnAbandonThatFreesNothing) {
  History history = left(true);
  history.at(6ms).grants(A, 1, 7).at(7ms).abandons(A, 0, 7, true);
  finds_held(history.at(8ms), 1);
  EXPECT_EQ(judged(history),
            "the key is held at 0.008000000 s for an acquire of A that nobody waits for, after its "
            "abandon");
}

TEST(NoGhost, AnAbandonThatIsNotSettledPromisesNothing) {
  History history = left(true);
  history.at(6ms).abandons(A, 0, 7, false).at(7ms).grants(A, 1, 7);
  finds_held(history.takeable(1, 507ms).at(8ms), 1);
  EXPECT_EQ(judged(history), "holds");
}

TEST(NoGhost, WithoutAnAbandonItIsOverWithTheLease) {
  History history = left(true);
  history.at(6ms).grants(A, 1, 7).takeable(1, 506ms);
  finds_held(history.at(505ms), 1);
  EXPECT_EQ(judged(history), "holds");
  finds_held(history.at(506ms), 1);
  EXPECT_EQ(judged(history),
            "the key is held at 0.506000000 s for an acquire of A that nobody waits for, although "
            "its lease was over at 0.506000000 s");
}

TEST(NoGhost, AGhostIsRenewed) {
  History history = left(true);
  history.at(6ms).grants(A, 1, 7).at(7ms).renews(A, 1, 7);
  EXPECT_EQ(judged(history),
            "a lease was renewed at 0.007000000 s for an acquire of A that nobody waits for");
}

TEST(NoGhost, ACrashLeavesAGhostThatNobodyCanHelp) {
  History history;
  history.at(1ms).acquire(A, 1).sent(A, Call::acquire, 0, 7, 1).at(5ms).crashed(A);
  finds_held(history.at(6ms).grants(A, 1, 7).at(7ms), 1);
  EXPECT_EQ(judged(history.at(8ms).cancel(B, 1)), "never exercised");
}

TEST(NoGhost, WhatWasMetIsCounted) {
  NoGhost oracle(abc);
  History history(oracle);
  history.at(1ms).acquire(A, 1).sent(A, Call::acquire, 0, 7, 1).grants(A, 1, 7).cancel(A, 1);
  history.sent(A, Call::abandon, 0, 7, 1).at(2ms).abandons(A, 0, 7, true);
  history.at(3ms).applied(A, Call::acquire, Answer::Kind::moved, 1, 7);
  EXPECT_EQ(oracle.marks().of(Mark::ghost_freed), 1U);
  EXPECT_EQ(oracle.marks().of(Mark::late_copy_refused), 1U);
}

}  // namespace
}  // namespace leasehold::sim
