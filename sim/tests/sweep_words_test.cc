// The words of a sweep: kinds of failure, and the line that says how far it is.
#include <gtest/gtest.h>

#include "sim/sweep/progress_line.h"
#include "sim/sweep/signature.h"

namespace leasehold::sim {
namespace {

std::string kind(const std::string& sentence) {
  return kind_of_failure(sentence, {"A", "B", "B2", "lost-one"}, {"lock", "other"});
}

TEST(KindOfFailure, HasNoNamesTermsAndMoments) {
  EXPECT_EQ(kind("B believes in term 12 from 18.300000000 s while A still believes in term 1 "
                 "(since 0.020000000 s)"),
            "P1 believes in term N from T while P2 still believes in term N (since T)");
  EXPECT_EQ(kind("the store granted term 3 to lost-one at 1.000000000 s after term 7"),
            "the store granted term N to P1 at T after term N");
  EXPECT_EQ(kind("acquire #65 of B2 is over 1.5 times"), "acquire #N of P1 is over N times");
}

TEST(KindOfFailure, TellsOneProcessFromTwo) {
  EXPECT_NE(kind("a release of A for term 1 ended term 1 of A at 1.000000000 s"),
            kind("a release of A for term 1 ended term 1 of B at 1.000000000 s"));
  EXPECT_EQ(kind("a release of A for term 1 ended term 2 of B at 1.000000000 s"),
            kind("a release of B2 for term 8 ended term 9 of A at 2.000000000 s"));
}

TEST(KindOfFailure, TakesAKeyForOneOnlyWhereItIsNamed) {
  EXPECT_EQ(kind("key other fares otherwise beside other keys"),
            "key K fares otherwise beside other keys");
  EXPECT_EQ(kind("the key is held at 1.000000000 s (key lock)"), "the key is held at T");
  // Nor is every word with such letters a process.
  EXPECT_EQ(kind("A Beast at Bay"), "P1 Beast at Bay");
}

TEST(KindOfFailure, KeepsAMomentThatNeverComes) {
  EXPECT_NE(kind("A believes until never"), kind("A believes until 1.000000000 s"));
}

TEST(ProgressLine, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(progress_line({.done = 250, .all = 1'000, .elapsed_ms = 500}),
            "[#####...............]   25 %  250 of 1,000 worlds  500/s  1 s left");
  EXPECT_EQ(progress_line({.done = 1'000, .all = 1'000, .broken = 2, .elapsed_ms = 1'000}),
            "[####################]  100 %  1,000 of 1,000 worlds  1,000/s  0 s left  2 broken");
  // What was there already says nothing of the rate.
  EXPECT_EQ(progress_line({.done = 600, .all = 1'000, .held = 500, .elapsed_ms = 1'000}),
            "[############........]   60 %  600 of 1,000 worlds  100/s  4 s left");
  // The end comes before all are done.
  EXPECT_EQ(progress_line({.done = 10, .all = 1'000, .elapsed_ms = 1'000, .most_ms = 60'000}),
            "[....................]    1 %  10 of 1,000 worlds  10/s  59 s left");
  EXPECT_EQ(progress_line({.done = 0, .all = 1'000}),
            "[....................]    0 %  0 of 1,000 worlds");
}

TEST(ProgressLine, WritesNumbersForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(rough_time(99), "99 s");
  EXPECT_EQ(rough_time(150), "2 min");
  EXPECT_EQ(rough_time(3 * 3'600 + 5 * 60), "3 h 05 min");
}

}  // namespace
}  // namespace leasehold::sim
