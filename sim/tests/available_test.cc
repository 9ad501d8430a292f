// The oracle of I10 on histories written by hand.
#include "sim/oracles/available.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Call = core::Request::Kind;
using core::Answer;

// L 5 s, R 1 s, Q 1 s; two failures in a row are tolerated.
Bounds some_bounds() { return {.timing = host_preset().timing, .inside = true}; }

std::string judged(const History& history) { return judged_by<Available>(history, some_bounds()); }

// A asked at 0 s and has term 1 since `grant`; its renewal of 2 s was confirmed.
History holds_since(Length grant) {
  return History()
      .sent(A, Call::acquire, 0, 1, 1)
      .at(grant)
      .answered(A, Call::acquire, Answer::Kind::granted, 1)
      .granted(A, 1);
}
// As above, and its renewal of 2 s was confirmed.
History renewed() {
  return holds_since(10ms)
      .at(2s)
      .sent(A, Call::renew, 1, 1, 1)
      .answered(A, Call::renew, Answer::Kind::renewed, 1);
}
// ... and so many failed since.
History failed(std::uint64_t count) {
  History history = renewed();
  for (std::uint64_t nth = 1; nth <= count; ++nth) {
    history.at(2s + 1s * static_cast<std::int64_t>(nth)).sent(A, Call::renew, 1, 1, 1 + nth);
  }
  return history.at(6500ms);
}
const std::string lost_after_two =
    "A lost term 1 at 6.500000000 s although no more than 2 of its renewals failed since the one "
    "confirmed that it sent at 2.000000000 s, and 2 are tolerated";

TEST(Available, IsNotExercisedWhileNothingFails) {
  EXPECT_EQ(judged(renewed().at(9s).drop(A, 1).stopped(A, 1)), "never exercised");
}

TEST(Available, ARenewalAfterTwoFailuresIsFine) {
  EXPECT_EQ(judged(failed(3).answered(A, Call::renew, Answer::Kind::renewed, 4)), "holds");
}

TEST(Available, ALossAfterMoreFailuresThanAreToleratedIsNone) {
  EXPECT_EQ(judged(failed(3).lost(A, 1)), "never exercised");
  EXPECT_EQ(judged(failed(3).stop_told(A, 1)), "never exercised");
}

TEST(Available, ALossWithinTheToleratedFailuresIsFound) {
  EXPECT_EQ(judged(failed(2).lost(A, 1)), lost_after_two);
  EXPECT_EQ(judged(holds_since(10ms).at(4999ms).lost(A, 1)),
            "A lost term 1 at 4.999000000 s although no more than 0 of its renewals failed since "
            "the one confirmed that it sent at 0.000000000 s, and 2 are tolerated");
}

TEST(Available, JeopardyWithinTheToleratedFailuresIsFound) {
  EXPECT_EQ(judged(failed(2).stop_told(A, 1)),
            "A was told to stop in term 1 at 6.500000000 s although no more than 2 of its renewals "
            "failed since the one confirmed that it sent at 2.000000000 s, and 2 are tolerated");
}

TEST(Available, ARenewalThatIsConfirmedLateStillCounts) {
  // The answer to the one of 3 s comes at 6.5 s: those of 4 s and 5 s have failed since.
  EXPECT_EQ(
      judged(failed(3).answered(A, Call::renew, Answer::Kind::renewed, 2).at(7500ms).lost(A, 1)),
      "A lost term 1 at 7.500000000 s although no more than 2 of its renewals failed since "
      "the one confirmed that it sent at 3.000000000 s, and 2 are tolerated");
}

TEST(Available, WhoCouldNotRunIsNotJudged) {
  using Kind = Event::Kind;
  const auto hindered = [](auto happens) {
    History history = renewed().at(3s);
    happens(history);
    return judged(history.at(6500ms).lost(A, 1));
  };
  EXPECT_EQ(hindered([](History& h) { h.tell(Kind::paused, A, 0).tell(Kind::resumed, A, 0); }),
            "never exercised");
  EXPECT_EQ(hindered([](History& h) { h.tell(Kind::paused, A, 0); }), "never exercised");
  EXPECT_EQ(hindered([](History& h) { h.lasting(Kind::starved, A, 4s); }), "never exercised");
  EXPECT_EQ(hindered([](History& h) { h.lasting(Kind::wake_late, A, 4s); }), "never exercised");
  EXPECT_EQ(hindered([](History& h) { h.tell(Kind::clock_stepped, A, 0); }), "never exercised");
  // One hindrance within another does not end it.
  EXPECT_EQ(hindered([](History& h) {
              h.lasting(Kind::starved, A, 4s).tell(Kind::paused, A, 0).tell(Kind::resumed, A, 0);
            }),
            "never exercised");
  EXPECT_NE(hindered([](History& h) { h.tell(Kind::paused, B, 0); }), "never exercised");
}

TEST(Available, AHindranceBeforeTheLastConfirmedRenewalIsNoExcuse) {
  History history = holds_since(10ms);
  history.at(1s).tell(Event::Kind::paused, A, 0).at(1500ms).tell(Event::Kind::resumed, A, 0);
  history.at(2s).sent(A, Call::renew, 1, 1, 1).answered(A, Call::renew, Answer::Kind::renewed, 1);
  EXPECT_NE(judged(history.at(6500ms).lost(A, 1)), "never exercised");
}

TEST(Available, AGrantThatTookTooLongPromisesNothingUntilItIsRenewed) {
  EXPECT_EQ(judged(holds_since(1100ms).at(4999ms).lost(A, 1)), "never exercised");
  EXPECT_NE(judged(holds_since(1100ms)
                       .sent(A, Call::renew, 1, 1, 1)
                       .answered(A, Call::renew, Answer::Kind::renewed, 1)
                       .at(6099ms)
                       .lost(A, 1)),
            "never exercised");
}

TEST(Available, IsNotJudgedWhereClocksLeaveTheirBounds) {
  EXPECT_EQ(judged_by<Available>(failed(2).lost(A, 1), Bounds{.timing = host_preset().timing}),
            "never exercised");
}

}  // namespace
}  // namespace leasehold::sim
