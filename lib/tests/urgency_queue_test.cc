// What is urgent goes first, and slots that were used before hold what comes later.
#include "lib/src/runtime/urgency_queue.h"

#include <string>

#include <gtest/gtest.h>

namespace leasehold {
namespace {

std::string all_of(UrgencyQueue<std::string>& queue) {
  std::string taken;
  while (queue.size() > 0) taken += queue.take() + " ";
  return taken;
}

TEST(UrgencyQueue, TheMostUrgentGoesFirstAndOfEqualOnesTheOldest) {
  UrgencyQueue<std::string> queue;
  queue.push(7, "a");
  queue.push(-3, "b");
  queue.push(7, "c");
  queue.push(0, "d");
  queue.push(7, "e");
  EXPECT_EQ(queue.size(), 5U);
  EXPECT_EQ(all_of(queue), "b d a c e ");
}

TEST(UrgencyQueue, WhatWasTakenLeavesNothingBehind) {
  UrgencyQueue<std::string> queue;
  for (int round = 0; round < 3; ++round) {
    queue.push(1, "a");
    queue.push(1, "b");
    EXPECT_EQ(queue.take(), "a");
    queue.push(1, "c");
    queue.push(0, "d");
    EXPECT_EQ(queue.take(), "d");
    queue.push(1, "e");
    EXPECT_EQ(all_of(queue), "b c e ");
    EXPECT_EQ(queue.size(), 0U);
  }
}

TEST(UrgencyQueueDeathTest, AnEmptyOneHasNothingToTake) {
  UrgencyQueue<std::string> queue;
  EXPECT_DEATH(queue.take(), "size_ > 0");
}

}  // namespace
}  // namespace leasehold
