// What users see of a minimum hold. Waits for what it needs; no verdict depends on how long
// anything takes.
#include <chrono>
#include <thread>

#include "lib/tests/client_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using What = ReleaseOutcome::What;

struct MinHoldClient : ClientFixture {
  Client with(Length hold, const std::string& info = "a") {
    Config config = host_preset();
    config.timing.min_hold = hold;
    return over(std::make_unique<SharedStore>(store), config, {.info = info});
  }
  void wait_until_free(const std::string& key) const {
    while (owned(key)) std::this_thread::sleep_for(1ms);
  }
};

TEST_F(MinHoldClient, TheKeyIsKeptAfterTheLastGuardAndJoined) {
  const Client a = with(1h);
  const Client b = client("b");
  must(a.lock("k").acquire({}));
  EXPECT_TRUE(owned("k"));
  EXPECT_EQ(b.lock("k").try_acquire().refusal().why, Refusal::Why::busy);
  ASSERT_EQ(a.dump().keys.size(), 1U);
  EXPECT_TRUE(a.dump().keys.front().tenure->guards.empty());
  const Guard again = must(a.lock("k").try_acquire());
  EXPECT_TRUE(again.is_held());
  EXPECT_EQ(again.fence().term, 1U);
  EXPECT_EQ(a.counters().acquired, 1U);
  EXPECT_EQ(a.counters().released, 0U);
}

TEST_F(MinHoldClient, WhenItIsOverTheKeyIsReleasedByItself) {
  const Client a = with(1ms);
  must(a.lock("k").acquire({}));
  wait_until_free("k");
  EXPECT_EQ(a.counters().released, 1U);
}

TEST_F(MinHoldClient, AReleaseKillsTheGuardsAndKeepsTheKey) {
  const Client a = with(1h);
  Guard first = must(a.lock("k").acquire({}));
  const Guard second = must(a.lock("k").acquire({}));
  const ReleaseOutcome outcome = first.release();
  EXPECT_EQ(outcome.what, What::kept);
  EXPECT_STREQ(to_string(outcome.what), "kept");
  EXPECT_LE(outcome.free_within, 1h);
  EXPECT_GT(outcome.free_within, Length::zero());
  EXPECT_FALSE(second.is_held());
  EXPECT_EQ(second.lost(), LossReason::released);
  EXPECT_TRUE(owned("k"));
  EXPECT_EQ(a.lock("k").try_acquire().refusal().why, Refusal::Why::busy) << "nobody joins it";
}

TEST_F(MinHoldClient, ALaterReleaseSaysHowItEnded) {
  const Client a = with(1ms);
  Guard guard = must(a.lock("k").acquire({}));
  while (guard.release().what == What::kept) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(guard.release().what, What::released);
  EXPECT_FALSE(owned("k"));
}

TEST_F(MinHoldClient, ACloseLeavesTheLeaseToRunOut) {
  Client a = with(1h);
  Guard guard = must(a.lock("k").acquire({}));
  must(a.lock("other").acquire({}));
  a.close();
  EXPECT_FALSE(guard.is_held());
  EXPECT_EQ(guard.release().what, What::already_lost);
  EXPECT_TRUE(owned("k"));
  EXPECT_TRUE(owned("other"));
}

TEST_F(MinHoldClient, WhoWorksAndIsReleasedHasAtLeastTheHold) {
  const Client a = with(1h);
  const Held held = a.lock("k").run_while_held([&](const std::stop_token& stop) {
    EXPECT_EQ(must(a.lock("k").acquire({})).release().what, What::kept);
    // The token fires on the callback thread.
    while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
  });
  EXPECT_EQ(held.lost, LossReason::released);
  EXPECT_TRUE(owned("k"));
}

}  // namespace
}  // namespace leasehold
