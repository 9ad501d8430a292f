// The oracle of I4 on histories written by hand.
#include "sim/oracles/takeover.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Kind = Event::Kind;
using Call = core::Request::Kind;
using Ending = ShellListener::Ending;
using core::Answer;

Bounds some_bounds() {
  const Config config = host_preset();
  return {.timing = config.timing, .inside = true, .takeover = takeover_bound(config)};
}

std::string judged(const History& history) { return judged_by<Takeover>(history, some_bounds()); }

// A's renewal of 1 s was the last that was applied. B waits since 2 s and is told that the key is
// busy. The bound is 7.101 s, so all that follows happens when B must have the lock, or later.
History silent() {
  return History()
      .grants(A, 1, 1)
      .at(1s)
      .renews(A, 1, 1)
      .at(2s)
      .acquire(B, 1)
      .sent(B, Call::acquire, 0, 2, 1)
      .answered(B, Call::acquire, Answer::Kind::busy, 1);
}
constexpr Length due = 2s + 7101ms;
const std::string too_late =
    "B kept trying until 9.101000000 s and did not get the key, 7101ms after the last request was "
    "applied at 1.000000000 s and B was last disturbed at 2.000000000 s";

/// Something happens at 3 s, and nothing any more until the bound is over.
template <class Happens>
std::string judged_with(const Happens& happens) {
  History history = silent().at(3s);
  happens(history);
  return judged(history.at(due + 1ns).tell(Kind::armed, C, 0));
}

TEST(Takeover, IsNotExercisedWhileNobodyWaits) {
  EXPECT_EQ(judged(History().grants(A, 1, 1).renews(A, 1, 1).at(1h).tell(Kind::armed, A, 0)),
            "never exercised");
}

TEST(Takeover, OneInTimeIsFine) {
  EXPECT_EQ(judged(silent().at(due).grants(B, 2, 2, Previous::expired).told_granted(B, 2, 1)),
            "holds");
}

TEST(Takeover, AKeyThatWasReleasedIsNoTakeover) {
  EXPECT_EQ(judged(silent().at(due).grants(B, 2, 2, Previous::released).told_granted(B, 2, 1)),
            "never exercised");
}

TEST(Takeover, OneThatComesTooLateIsFound) {
  EXPECT_EQ(judged(silent().at(due + 1ns).grants(B, 2, 2, Previous::expired)), too_late);
}

TEST(Takeover, OneThatNeverComesIsFoundAtTheEnd) {
  Takeover oracle(abc, some_bounds());
  const History history = silent();
  for (const Event& event : history.events()) oracle.see(event);
  oracle.finish(TrueTime{} + on<TrueClock>(due));
  EXPECT_FALSE(oracle.finding());
  oracle.finish(TrueTime{} + on<TrueClock>(due + 1ns));
  ASSERT_TRUE(oracle.finding());
  EXPECT_EQ(oracle.finding()->sentence, too_late);
  EXPECT_EQ(oracle.finding()->at, TrueTime{} + on<TrueClock>(due));
}

TEST(Takeover, AGrantThatIsNeverHeardOfIsFound) {
  // It is repeated for ever, as if each were the first.
  History history = silent().at(6s).grants(B, 2, 2, Previous::expired);
  for (Length at = 7s; at < 15s; at += 1s) history.at(at).grants(B, 2, 2, Previous::own);
  EXPECT_EQ(judged(history),
            "B kept trying until 13.101000000 s and did not get the key, 7101ms after the last "
            "request was applied at 6.000000000 s and B was last disturbed at 2.000000000 s");
}

// A late copy of B's acquire repeats its grant. If B crashed meanwhile it waits for that like
// others.
TEST(Takeover, WhatAFormerLifeAskedForIsToBeWaitedFor) {
  const auto judged_if = [](bool crashes) {
    History history = silent().at(3s).grants(B, 2, 2, Previous::expired);
    if (crashes) history.crashed(B).tell(Kind::restarted, B, 0);
    history.acquire(B, 2).sent(B, Call::acquire, 2, 3, 2);
    history.answered(B, Call::acquire, Answer::Kind::busy, 2);
    history.at(9s).grants(B, 2, 2, Previous::own);
    return judged(history.at(3s + 7101ms + 1ns).tell(Kind::armed, C, 0));
  };
  EXPECT_THAT(judged_if(false), testing::StartsWith("B kept trying until 10.101000000 s"));
  EXPECT_EQ(judged_if(true), "holds");
}

TEST(Takeover, WhatIsAppliedSetsTheClockBack) {
  EXPECT_EQ(judged_with([](History& h) { h.renews(A, 1, 1); }), "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.grants(C, 2, 3); }), "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.grants(A, 1, 1, Previous::own); }), "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.abandons(C, 1, 3, true); }), "never exercised");
  // What changes nothing does not.
  EXPECT_EQ(judged_with([](History& h) { h.abandons(C, 1, 3, false); }), too_late);
  EXPECT_EQ(judged_with([](History& h) { h.refuses_renewal(A, 1, 1); }), too_late);
}

TEST(Takeover, WhatDisturbsTheContenderSetsTheClockBack) {
  for (const Kind kind : {Kind::request_lost, Kind::duplicated, Kind::answer_lost,
                          Kind::request_cut, Kind::answer_cut, Kind::kept_waiting}) {
    EXPECT_EQ(judged_with([kind](History& h) { h.tell(kind, B, 0); }), "never exercised");
    EXPECT_EQ(judged_with([kind](History& h) { h.tell(kind, C, 0); }), too_late);
  }
  EXPECT_EQ(
      judged_with([](History& h) { h.applied(B, Call::acquire, Answer::Kind::not_applied, 0, 2); }),
      "never exercised");
  EXPECT_EQ(
      judged_with([](History& h) {
        h.sent(B, Call::acquire, 1, 2, 2).answered(B, Call::acquire, Answer::Kind::unknown, 2);
      }),
      "never exercised");
}

TEST(Takeover, WhoCanNotRunIsNotJudged) {
  EXPECT_EQ(judged_with([](History& h) { h.tell(Kind::paused, B, 0); }), "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.tell(Kind::paused, B, 0).tell(Kind::resumed, B, 0); }),
            "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.lasting(Kind::starved, B, 4s); }), "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.lasting(Kind::wake_late, B, 4s); }), "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.crashed(B).tell(Kind::restarted, B, 0); }),
            "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.crashed(A); }), too_late);
}

TEST(Takeover, WhoLeavesIsNotJudgedAndWhoTriesOnceIsNoContender) {
  EXPECT_EQ(judged_with([](History& h) { h.cancel(B, 1); }), "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.refused(B, Ending::timed_out, {}, 1); }),
            "never exercised");
  EXPECT_EQ(judged_with([](History& h) { h.cancel(B, 1).attempt(B, 2); }), "never exercised");
  // Another call of its own still waits.
  EXPECT_EQ(judged_with([](History& h) { h.acquire(B, 2).cancel(B, 1); }), too_late);
}

TEST(Takeover, ATryThatIsNotAnsweredInTimeSetsTheClockBack) {
  EXPECT_EQ(judged_with([](History& h) { h.sent(B, Call::acquire, 1, 2, 2); }), "never exercised");
  EXPECT_EQ(judged_with([](History& h) {
              h.sent(B, Call::acquire, 1, 2, 2)
                  .at(4001ms)
                  .answered(B, Call::acquire, Answer::Kind::busy, 2);
            }),
            "never exercised");
  EXPECT_EQ(
      judged_with([](History& h) {
        h.sent(B, Call::acquire, 1, 2, 2).at(4s).answered(B, Call::acquire, Answer::Kind::busy, 2);
      }),
      too_late);
}

TEST(Takeover, WhoStillTakesSomethingBackIsNotJudged) {
  EXPECT_EQ(judged_with([](History& h) { h.sent(B, Call::abandon, 1, 2, 1); }), "never exercised");
  EXPECT_EQ(judged_with([](History& h) {
              h.sent(B, Call::abandon, 1, 2, 1).ended(B, 1, core::EndOutcome::released, 2);
            }),
            "never exercised");
  EXPECT_EQ(judged(silent()
                       .sent(B, Call::abandon, 1, 2, 1)
                       .ended(B, 1, core::EndOutcome::released, 2)
                       .at(due + 1ns)
                       .tell(Kind::armed, C, 0)),
            too_late);
}

TEST(Takeover, IsNotJudgedWhereClocksLeaveTheirBounds) {
  Bounds outside = some_bounds();
  outside.inside = false;
  EXPECT_EQ(judged_by<Takeover>(silent().at(1h).tell(Kind::armed, C, 0), outside),
            "never exercised");
}

}  // namespace
}  // namespace leasehold::sim
