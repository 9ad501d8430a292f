// The oracle of I11 on histories written by hand.
#include "sim/oracles/bounded_load.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Call = core::Request::Kind;
using core::Answer;

// One try for 80 ms (b and Q together), one renewal for 100 ms, one ending for 44 ms.
Bounds some_bounds() {
  return {
      .timing = {.lease = 5s, .renew_every = 1s, .request_timeout = 400ms, .retry_pause = 100ms}};
}

std::string judged(const History& history) {
  return judged_by<BoundedLoad>(history, some_bounds());
}

/// A sends `count` requests, one each `every`.
History& sends(History& history, Call call, std::uint64_t count, Length every, Length from = 0ms) {
  for (std::uint64_t ordinal = 1; ordinal <= count; ++ordinal) {
    history.at(from + every * static_cast<std::int64_t>(ordinal - 1)).sent(A, call, 1, 1, ordinal);
  }
  return history;
}

TEST(BoundedLoad, IsNotExercisedByOneRequestOfEachKind) {
  EXPECT_EQ(judged(History()
                       .acquire(A, 1)
                       .sent(A, Call::acquire, 0, 1, 1)
                       .granted(A, 1)
                       .sent(A, Call::renew, 1, 1, 1)
                       .stopped(A, 1)
                       .sent(A, Call::release, 1, 1, 1)),
            "never exercised");
}

TEST(BoundedLoad, TriesAtTheirPaceAreFineHoweverManyWait) {
  History history;
  for (std::uint64_t call = 1; call <= 50; ++call) history.acquire(A, call);
  EXPECT_EQ(judged(sends(history, Call::acquire, 200, 80ms)), "holds");
}

TEST(BoundedLoad, TriesWithoutAPauseAreFound) {
  const std::string sentence =
      "A sent its acquire #5 at 0.004000000 s, sooner than its pauses allow";
  History history;
  EXPECT_EQ(judged(sends(history.acquire(A, 1), Call::acquire, 20, 1ms)), sentence);
  // Many threads that wait are no reason to ask more often.
  History many;
  for (std::uint64_t call = 1; call <= 50; ++call) many.acquire(A, call);
  EXPECT_EQ(judged(sends(many, Call::acquire, 20, 1ms)), sentence);
}

TEST(BoundedLoad, AskingALittleTooOftenIsFoundInTheEnd) {
  History history;
  EXPECT_EQ(judged(sends(history.acquire(A, 1), Call::acquire, 200, 78ms)),
            "A sent its acquire #122 at 9.438000000 s, sooner than its pauses allow");
}

TEST(BoundedLoad, EachCallOfOneWhoWaitsAloneMayAskAtOnce) {
  History history;
  for (std::uint64_t call = 1; call <= 20; ++call) {
    history.at(1ms * static_cast<std::int64_t>(call))
        .attempt(A, call)
        .sent(A, Call::acquire, 0, call, call)
        .refused(A, ShellListener::Ending::busy, core::Refusal::busy, call);
  }
  EXPECT_EQ(judged(history), "never exercised");
}

TEST(BoundedLoad, ATermThatMovedIsAReasonOnce) {
  const auto moves = [](Term step) {
    History history;
    history.acquire(A, 1);
    for (std::uint64_t ordinal = 1; ordinal <= 20; ++ordinal) {
      history.at(1ms * static_cast<std::int64_t>(ordinal))
          .sent(A, Call::acquire, 0, ordinal, ordinal)
          .applied(A, Call::acquire, Answer::Kind::moved, 1 + ordinal * step, ordinal);
    }
    return history;
  };
  EXPECT_EQ(judged(moves(1)), "never exercised");
  EXPECT_EQ(judged(moves(0)),
            "A sent its acquire #6 at 0.006000000 s, sooner than its pauses allow");
}

TEST(BoundedLoad, RenewalsWithoutAPauseAreFound) {
  History history;
  EXPECT_EQ(judged(sends(history, Call::renew, 20, 100ms)), "holds");
  History hasty;
  EXPECT_EQ(judged(sends(hasty, Call::renew, 20, 1ms)),
            "A sent its renewal #4 at 0.003000000 s, sooner than its pauses allow");
}

TEST(BoundedLoad, TheLateAnswerToARenewalThatWasGivenUpIsAReason) {
  History history;
  for (std::uint64_t ordinal = 1; ordinal <= 20; ++ordinal) {
    history.at(1ms * static_cast<std::int64_t>(ordinal)).sent(A, Call::renew, 1, 1, ordinal);
    if (ordinal > 1) history.answered(A, Call::renew, Answer::Kind::renewed, ordinal - 1);
  }
  EXPECT_EQ(judged(history), "holds");
}

TEST(BoundedLoad, EndingsWithoutAPauseAreFound) {
  History history;
  EXPECT_EQ(judged(sends(history, Call::release, 20, 45ms)), "holds");
  History hasty;
  EXPECT_EQ(judged(sends(hasty, Call::abandon, 20, 1ms)),
            "A sent its abandon #6 at 0.005000000 s, sooner than its pauses allow");
}

TEST(BoundedLoad, WhatIsOverMayBeTakenBackAndAskedForAtOnce) {
  History history;
  for (std::uint64_t term = 1; term <= 20; ++term) {
    history.at(1ms * static_cast<std::int64_t>(term))
        .sent(A, Call::acquire, 0, term, term)
        .granted(A, term)
        .drop(A, term)
        .stopped(A, term)
        .sent(A, Call::release, term, term, term);
  }
  EXPECT_EQ(judged(history), "never exercised");
}

TEST(BoundedLoad, OfEachProcessIsCountedForItself) {
  History history;
  for (std::uint64_t ordinal = 1; ordinal <= 4; ++ordinal) {
    history.sent(A, Call::acquire, 0, 1, ordinal).sent(B, Call::acquire, 0, 2, ordinal);
  }
  EXPECT_EQ(judged(history), "holds");
  EXPECT_EQ(judged(history.sent(B, Call::acquire, 0, 2, 5)),
            "B sent its acquire #5 at 0.000000000 s, sooner than its pauses allow");
}

// What is 100 ms on a clock that is 10 % fast is 91 ms of true time.
TEST(BoundedLoad, GoesByTheFastestClock) {
  Bounds fast = some_bounds();
  fast.fastest_ppm = 100'000;
  History history;
  EXPECT_EQ(judged_by<BoundedLoad>(sends(history, Call::renew, 100, 91ms), fast), "holds");
  EXPECT_EQ(judged(history),
            "A sent its renewal #24 at 2.093000000 s, sooner than its pauses allow");
}

}  // namespace
}  // namespace leasehold::sim
