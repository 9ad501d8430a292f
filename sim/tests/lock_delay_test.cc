// What I13's oracle says of lock delays, on histories written by hand: L 1 s, d 3 s.
#include "sim/oracles/lock_delay.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/oracles/within_authority.h"
#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

Bounds with_a_delay() {
  Bounds bounds;
  bounds.timing.lock_delay = 3s;
  bounds.inside = true;
  return bounds;
}

std::string judged(const History& history) {
  return judged_by<WithinAuthority>(history, with_a_delay());
}

History& granted_to(History& history, std::uint32_t process, std::uint64_t owner) {
  return history.see(
      {.kind = Event::Kind::granted, .process = process, .term = 1, .owner = {0, owner}});
}

// A believes from 0 s until 900 ms, and its lease could be over at 1 s.
History lost_by_a(bool judged_by_store = true) {
  History history;
  history.grants(A, 1, 1).takeable(1, 1s, judged_by_store);
  granted_to(history, A, 1).belief_begins(A, 1).at(900ms).belief_ends(A, 1);
  return history;
}

TEST(LockDelay, ATakeoverAtItsVeryEndIsFine) {
  EXPECT_EQ(judged(lost_by_a().at(4s).grants(B, 2, 2, Previous::expired)), "holds");
  EXPECT_EQ(judged(lost_by_a(false).at(4s).grants(B, 2, 2, Previous::expired)), "holds");
}

TEST(LockDelay, ATakeoverWithinItIsFound) {
  EXPECT_EQ(judged(lost_by_a().at(4s - 1ns).grants(B, 2, 2, Previous::expired)),
            "B took the key at 3.999999999 s, but term 1 of A was not given up, lasted until "
            "1.000000000 s and was to be left alone for 3s");
}

// No clock judges, but the holder's own end is known.
TEST(LockDelay, CountsFromTheLastMomentOfBelief) {
  History history;
  history.grants(A, 1, 1);
  granted_to(history, A, 1).belief_begins(A, 1).at(2s).belief_ends(A, 1);
  EXPECT_EQ(judged(History(history).at(5s).grants(B, 2, 2, Previous::expired)), "holds");
  EXPECT_EQ(judged(History(history).at(5s - 1ns).grants(B, 2, 2, Previous::expired)),
            "B took the key at 4.999999999 s, but term 1 of A was not given up, lasted until "
            "2.000000000 s and was to be left alone for 3s");
}

TEST(LockDelay, WhoLosesALeaseAndHandsItBackIsFound) {
  EXPECT_EQ(judged(lost_by_a().releases(A, 1, 1).grants(B, 2, 2)),
            "B took the key at 0.900000000 s, but term 1 of A was not given up, lasted until "
            "0.900000000 s and was to be left alone for 3s");
}

TEST(LockDelay, WhatWasEndedOnPurposePassesOnAtOnce) {
  History history = lost_by_a();
  history.see({.kind = Event::Kind::stopped, .process = A, .term = 1, .owner = {0, 1}});
  EXPECT_EQ(judged(history.releases(A, 1, 1).grants(B, 2, 2)), "never exercised");
}

TEST(LockDelay, AGrantThatNobodyWasToldOfMayBeHandedBack) {
  EXPECT_EQ(judged(History().grants(A, 1, 1).releases(A, 1, 1).grants(B, 2, 2)), "never exercised");
}

// When the store's clock changes, that a lease is over long since is told anew.
TEST(LockDelay, WhatWasOverBeforeStaysSo) {
  History history = lost_by_a();
  history.at(3s).takeable(1, 3s);
  EXPECT_EQ(judged(history.at(4s).grants(B, 2, 2, Previous::expired)), "holds");
}

TEST(LockDelay, OutsideTheClockBoundsNothingIsPromised) {
  Bounds outside = with_a_delay();
  outside.inside = false;
  EXPECT_EQ(
      judged_by<WithinAuthority>(lost_by_a().at(2s).grants(B, 2, 2, Previous::expired), outside),
      "never exercised");
}

}  // namespace
}  // namespace leasehold::sim
