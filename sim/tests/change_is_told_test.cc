// I8 on good and bad histories.
#include "sim/oracles/change_is_told.h"

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Call = core::Request::Kind;

std::string judged(const History& history) { return judged_by<ChangeIsTold>(history); }

/// A had term 1 under owner 7 and loaded a cache under it.
History loaded_under_term_1() {
  History history;
  history.at(1ms).sent(A, Call::acquire, 0, 7).grants(A, 1, 7, Previous::never);
  history.at(2ms).loaded(A, 1);
  return history;
}

TEST(ChangeIsTold, NobodyAsksAndNothingIsProved) {
  EXPECT_EQ(judged(loaded_under_term_1()), "never exercised");
}

TEST(ChangeIsTold, OwnTenuresChangeNothing) {
  History history = loaded_under_term_1();
  history.at(3ms).sent(A, Call::acquire, 1, 8).grants(A, 2, 8);
  EXPECT_EQ(judged(history.at(4ms).looked(A, 2, true)), "holds");
}

TEST(ChangeIsTold, AnothersTenureIsTold) {
  History history = loaded_under_term_1();
  history.at(3ms).sent(B, Call::acquire, 1, 9).grants(B, 2, 9);
  history.at(4ms).sent(A, Call::acquire, 2, 8).grants(A, 3, 8);
  EXPECT_EQ(judged(history.at(5ms).looked(A, 3, false)), "holds");
  EXPECT_EQ(judged(history.at(6ms).loaded(A, 3).looked(A, 3, true)), "holds");
}

TEST(ChangeIsTold, AnothersTenureIsHidden) {
  History history = loaded_under_term_1();
  history.at(3ms).sent(B, Call::acquire, 1, 9).grants(B, 2, 9);
  history.at(4ms).sent(A, Call::acquire, 2, 8).grants(A, 3, 8);
  EXPECT_EQ(judged(history.at(5ms).looked(A, 3, true)),
            "cache 0 of A, loaded as of term 1, is told \"unchanged\" at 0.005000000 s although "
            "term 2 was another's");
}

TEST(ChangeIsTold, ATenureOfAnEarlierLifeIsAnothers) {
  History history = loaded_under_term_1();
  history.at(3ms).sent(A, Call::acquire, 1, 8).crashed(A);
  history.at(4ms).sent(A, Call::acquire, 1, 10).grants(A, 2, 10).loaded(A, 2);
  history.at(5ms).grants(A, 3, 8);  // what the last life had asked for comes late
  history.at(6ms).sent(A, Call::acquire, 3, 11).grants(A, 4, 11);
  EXPECT_NE(judged(history.at(7ms).looked(A, 4, true)).find("although term 3 was another's"),
            std::string::npos);
}

TEST(ChangeIsTold, AChangeIsToldUntilTheCacheIsLoaded) {
  History history = loaded_under_term_1();
  history.at(3ms).looked(A, 1, false);
  EXPECT_EQ(judged(history), "holds") << "without need, which is allowed";
  EXPECT_EQ(judged(history.at(4ms).looked(A, 1, true)),
            "cache 0 of A is told \"unchanged\" at 0.004000000 s although it was told that it had "
            "changed and was not loaded since");
}

TEST(ChangeIsTold, EveryCacheIsToldForItself) {
  History history = loaded_under_term_1();
  history.at(2ms).loaded(A, 1, 1);
  history.at(3ms).sent(B, Call::acquire, 1, 9).grants(B, 2, 9);
  history.at(4ms).sent(A, Call::acquire, 2, 8).grants(A, 3, 8);
  history.at(5ms).looked(A, 3, false, 0).loaded(A, 3, 0);
  EXPECT_NE(judged(history.at(6ms).looked(A, 3, true, 1)).find("cache 1 of A"), std::string::npos);
}

TEST(ChangeIsTold, WhatWasMetIsCounted) {
  ChangeIsTold oracle(abc);
  History history(oracle);
  history.at(1ms).sent(A, Call::acquire, 0, 7).grants(A, 1, 7).loaded(A, 1);
  history.at(2ms).sent(A, Call::acquire, 1, 8).grants(A, 2, 8).looked(A, 2, true);
  history.at(3ms).sent(B, Call::acquire, 2, 9).grants(B, 3, 9);
  history.at(4ms).sent(A, Call::acquire, 3, 10).grants(A, 4, 10).looked(A, 4, false);
  EXPECT_EQ(oracle.marks().of(Mark::unchanged_over_tenures), 1U);
  EXPECT_EQ(oracle.marks().of(Mark::change_told), 1U);
}

}  // namespace
}  // namespace leasehold::sim
