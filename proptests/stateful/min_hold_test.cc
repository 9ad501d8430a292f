// A minimum hold as users see it, in virtual time.
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "proptests/stateful/watch_fixture.h"

namespace leasehold::proptests {
namespace {

using namespace std::chrono_literals;
using Kind = Event::Kind;
using What = ReleaseOutcome::What;

struct MinHold : WatchFixture {
  static Config with(Length hold) {
    Config config = host_preset();
    config.timing.min_hold = hold;
    return config;
  }
  std::string owner() {
    runtime().settle();
    const auto record = store->inspect("k")->answer;
    const bool held = record && record->owner && !record->over.value_or(false);
    return held ? record->info : std::string();
  }
};

TEST_F(MinHold, TheKeyIsHeldToItsVeryEndAndNoLonger) {
  Client a = client({.info = "a"}, with(60s));
  take(a);
  pass(60s - 1ns);
  EXPECT_EQ(owner(), "a");
  EXPECT_TRUE(told(Kind::released).empty());
  pass(1ns);
  EXPECT_EQ(owner(), "");
  EXPECT_EQ(told(Kind::released).size(), 1U);
  EXPECT_TRUE(told(Kind::lost).empty());
}

TEST_F(MinHold, AReleaseSaysWhatIsLeftOfIt) {
  Client a = client({.info = "a"}, with(60s));
  Guard guard = take(a);
  pass(20s);
  const ReleaseOutcome outcome = guard.release();
  EXPECT_EQ(outcome.what, What::kept);
  EXPECT_EQ(outcome.free_within, 40s);
  pass(40s - 1ns);
  EXPECT_EQ(owner(), "a");
  EXPECT_EQ(guard.release().free_within, 1ns);
  pass(1ns);
  EXPECT_EQ(owner(), "");
  EXPECT_EQ(guard.release().what, What::released);
}

TEST_F(MinHold, WhoClosesKeepsTheKeyForAsLongAsTheLeaseLasts) {
  Client a = client({.info = "a"}, with(60s));
  take(a);
  pass(20s);
  a.close();
  pass(3s);
  EXPECT_EQ(owner(), "a") << "the lease was renewed within the last 1.1 s";
  pass(2s + 1ns);
  EXPECT_EQ(owner(), "");
}

// Nobody works under a tenure that is kept for its hold alone, so nobody is silent.
TEST_F(MinHold, WhereNobodyHasAGuardNobodyIsSilent) {
  Client a = client({.info = "a", .max_silence = 5s}, with(60s));
  take(a);
  pass(30s);
  EXPECT_TRUE(told(Kind::lost).empty());
  EXPECT_EQ(owner(), "a");
  Guard joined = take(a);
  pass(5s - 1ns);
  EXPECT_TRUE(joined.is_held());
  pass(1ns);
  EXPECT_EQ(joined.lost(), LossReason::silent) << "watched again";
  EXPECT_EQ(told(Kind::lost).size(), 1U);
  pass(25s - 1ns);
  EXPECT_EQ(owner(), "a") << "and kept all the same";
  pass(1ns);
  EXPECT_EQ(owner(), "");
}

// The next tenure of this process begins when the hold of the one that was released is over.
TEST_F(MinHold, WhoWaitsInThisProcessGetsTheNextTenure) {
  Client a = client({.info = "a"}, with(60s));
  take(a).release();
  std::optional<Grant> next;
  a.lock("k").acquire_async({}, [&next](Grant grant) { next = std::move(grant); });
  pass(60s - 1ns);
  EXPECT_FALSE(next);
  pass(1ns);
  ASSERT_TRUE(next && *next);
  EXPECT_EQ(std::move(*next).guard().fence().term, 2U);
}

}  // namespace
}  // namespace leasehold::proptests
