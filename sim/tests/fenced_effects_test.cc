// I2 on good and bad histories, and the rule of the fence that the simulator's resource keeps.
#include "sim/oracles/fenced_effects.h"

#include <gtest/gtest.h>

#include "sim/tests/history.h"
#include "sim/world/resource.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

std::string judged(const History& history) { return judged_by<FencedEffects>(history); }

TEST(FencedEffects, OneTenureAloneProvesNothing) {
  EXPECT_EQ(judged(History().at(1ms).write_came(A, 1, true, 7).at(2ms).write_came(A, 1, true, 7)),
            "never exercised");
}

TEST(FencedEffects, AWriteOfAnOlderTenureIsKeptOut) {
  History history;
  history.at(1ms).write_came(A, 1, true, 7).at(2ms).write_came(B, 2, true, 8);
  EXPECT_EQ(judged(history.at(3ms).write_came(A, 1, false, 7).at(4ms).write_came(B, 2, true, 8)),
            "holds");
}

TEST(FencedEffects, TheNewestIsRememberedAndNotTheLast) {
  History history;
  history.at(1ms).write_came(B, 3, true, 8).at(2ms).write_came(A, 2, false, 7);
  EXPECT_EQ(judged(history.at(3ms).write_came(A, 2, true, 7)),
            "the fence let a write of A under term 2 through at 0.003000000 s after a write of B "
            "under term 3 at 0.001000000 s");
}

TEST(FencedEffects, AWriteOfAnOlderTenureIsLetThrough) {
  EXPECT_EQ(judged(History().at(1ms).write_came(B, 2, true, 8).at(3ms).write_came(A, 1, true, 7)),
            "the fence let a write of A under term 1 through at 0.003000000 s after a write of B "
            "under term 2 at 0.001000000 s");
}

TEST(FencedEffects, OfTwoTenuresOfOneTermOnlyOneIsLetThrough) {
  EXPECT_EQ(judged(History().at(1ms).write_came(A, 1, true, 7).at(3ms).write_came(B, 1, true, 8)),
            "the fence let a write of B under term 1 through at 0.003000000 s after a write of A "
            "under term 1 at 0.001000000 s");
}

TEST(FencedEffects, WhatWasKeptOutIsCounted) {
  FencedEffects oracle(abc);
  History(oracle).at(1ms).write_came(B, 2, true, 8).at(2ms).write_came(A, 1, false, 7);
  EXPECT_EQ(oracle.marks().of(Mark::stale_write_refused), 1U);
}

TEST(FenceRule, RemembersTheHighest) {
  FenceRule rule;
  EXPECT_TRUE(rule.admit(2, 20));
  EXPECT_TRUE(rule.admit(2, 20));
  EXPECT_FALSE(rule.admit(2, 21));
  EXPECT_FALSE(rule.admit(1, 10));
  EXPECT_TRUE(rule.admit(3, 30));
  EXPECT_FALSE(rule.admit(2, 20));
  EXPECT_TRUE(rule.admit(3, 30));
}

}  // namespace
}  // namespace leasehold::sim
