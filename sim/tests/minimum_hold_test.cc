// What I15's and I16's oracles say of minimum holds, on histories written by hand: 1 s, which the
// slowest clock counts within 1,100 ms.
#include "sim/oracles/minimum_hold.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/oracles/counted.h"
#include "sim/oracles/quiet.h"
#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Call = core::Request::Kind;

Bounds with_a_hold() {
  Bounds bounds;
  bounds.timing.min_hold = 1s;
  bounds.longest_hold = 1100ms;
  bounds.inside = true;
  return bounds;
}

std::string judged(const History& history) { return judged_by<Counted>(history, with_a_hold()); }

History& tell(History& history, Event::Kind kind) {
  return history.see({.kind = kind, .process = A, .term = 1, .owner = {0, 1}});
}

// A has a guard of term 1 from 0 s and drops it at 10 ms.
History dropped() {
  History history;
  tell(history, Event::Kind::granted).at(10ms).drop(A, 1);
  return history;
}
History& released_at(History& history, Length at) {
  history.at(at);
  return tell(history, Event::Kind::stopped).sent(A, Call::release, 1, 1);
}

TEST(MinimumHold, ATenureThatIsKeptToItsEndIsFine) {
  History at_once = dropped();
  EXPECT_EQ(judged(released_at(at_once, 1s).at(2s).crashed(B)), "holds");
  History last = dropped();
  EXPECT_EQ(judged(released_at(last, 1100ms).at(2s).crashed(B)), "holds");
}

TEST(MinimumHold, AReleaseWithinItIsFound) {
  History history = dropped();
  EXPECT_EQ(
      judged(released_at(history, 1s - 1ns)),
      "A released term 1 at 0.999999999 s, but it began at 0.000000000 s and its minimum hold "
      "is 1s");
}

TEST(MinimumHold, ATenureThatIsKeptOnIsFound) {
  EXPECT_EQ(
      judged(dropped().at(1100ms + 1ns).crashed(B)),
      "A keeps term 1, of which nobody has a guard since 0.010000000 s, beyond 1.100000000 s, "
      "though it began at 0.000000000 s and its minimum hold is 1s");
}

TEST(MinimumHold, WhoDoesNotRunIsExcused) {
  History paused = dropped();
  paused.tell(Event::Kind::paused, A, 0).at(3s).tell(Event::Kind::resumed, A, 0);
  History late = paused;
  EXPECT_EQ(judged(released_at(late, 3s).at(4s).crashed(B)), "holds");
  EXPECT_NE(judged(paused.at(4s).crashed(B)), "holds");
}

TEST(MinimumHold, WhoeverHasAGuardKeepsItAsLongAsHeLikes) {
  History joined = dropped();
  tell(joined, Event::Kind::granted).at(5s).drop(A, 1);
  EXPECT_EQ(judged(released_at(joined, 5s).at(6s).crashed(B)), "holds");
}

TEST(MinimumHold, AReleaseKillsItsGuardsAtOnceAndNotTheTenure) {
  History history;
  tell(history, Event::Kind::granted).at(10ms).release(A, 1);
  EXPECT_EQ(judged(History(history).at(20ms).crashed(B)),
            "A released term 1 at 0.010000000 s and it did not end");
  tell(history, Event::Kind::stopped).at(1s).sent(A, Call::release, 1, 1);
  EXPECT_EQ(judged(history.at(2s).crashed(B)), "holds");
}

// It runs out: released, it would be free before its hold is over.
TEST(MinimumHold, WhatIsLostWithinItIsNotReleased) {
  History history = dropped();
  tell(history.at(500ms), Event::Kind::lost);
  EXPECT_EQ(judged(History(history).at(9s).crashed(B)), "holds");
  EXPECT_NE(judged(history.sent(A, Call::release, 1, 1)), "holds");
}

TEST(MinimumHold, ATenureThatIsKeptIsRenewedAndThenQuiet) {
  History history;
  history.acquire(A, 1).see(
      {.kind = Event::Kind::granted, .process = A, .term = 1, .value = 1, .owner = {0, 1}});
  history.tell(Event::Kind::armed, A, 0).at(10ms).release(A, 1);
  tell(history, Event::Kind::stopped).at(500ms).sent(A, Call::renew, 1, 1);
  const Bounds bounds = with_a_hold();
  EXPECT_EQ(judged_by<Quiet>(History(history).at(600ms).crashed(B), bounds), "never exercised");
  EXPECT_NE(judged_by<Quiet>(History(history).at(600ms).crashed(B)), "never exercised")
      << "without a hold it had come to its end";
  history.at(1s).sent(A, Call::release, 1, 1, 2);
  EXPECT_NE(judged_by<Quiet>(History(history).at(2s).sent(A, Call::renew, 1, 1).at(3s).crashed(B),
                             bounds),
            "holds")
      << "after its release nothing is renewed";
  history.at(2s).answered(A, Call::release, core::Answer::Kind::released, 2);
  history.tell(Event::Kind::disarmed, A, 0);
  EXPECT_EQ(judged_by<Quiet>(history.at(3s).crashed(B), bounds), "holds");
}

}  // namespace
}  // namespace leasehold::sim
