// A tenure whose owner says nothing is given up, in virtual time.
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "proptests/stateful/watch_fixture.h"

namespace leasehold::proptests {
namespace {

using namespace std::chrono_literals;
using Kind = Event::Kind;

struct Silence : WatchFixture {
  // Owned or not, and by somebody of that name.
  std::string owner() {
    runtime().settle();
    const auto record = store->inspect("k")->answer;
    return record && record->owner ? record->info : std::string();
  }
  const Length stop_budget = host_preset().timing.stop_budget;
};

TEST_F(Silence, AStuckWorkerIsGivenUpAndTheKeyPassesOnAfterTheStopBudget) {
  Client a = client({.info = "a", .max_silence = 60s});
  Client b = client({.info = "b"});
  Guard stuck = take(a);
  std::vector<LossReason> told;
  stuck.on_lost([&told](LossReason reason) { told.push_back(reason); });
  std::optional<Grant> next;
  b.lock("k").acquire_async({}, [&next](Grant grant) { next = std::move(grant); });
  pass(60s - 1ns);
  EXPECT_TRUE(stuck.is_held());
  EXPECT_TRUE(told.empty());
  pass(1ns);
  EXPECT_FALSE(stuck.is_held());
  EXPECT_EQ(stuck.lost(), LossReason::silent);
  EXPECT_EQ(told, std::vector{LossReason::silent});
  EXPECT_TRUE(stuck.stop_token().stop_requested());
  const std::vector<Event> lost = this->told(Kind::lost);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].text(), "k: lost term 1, silent");
  EXPECT_EQ(a.counters().lost, 1U);
  pass(stop_budget - 1ns);
  EXPECT_EQ(owner(), "a") << "it may still be stopping";
  EXPECT_FALSE(next);
  pass(1ns);
  EXPECT_NE(owner(), "a") << "its guard is still there, but stuck";
  pass(host_preset().timing.longest_wait);
  ASSERT_TRUE(next && *next);
  EXPECT_FALSE(stuck.is_held());
  EXPECT_EQ(this->told(Kind::lost).size(), 1U) << "once";
  EXPECT_EQ(a.counters().released, 0U);
  EXPECT_EQ(stuck.release().what, ReleaseOutcome::What::already_lost);
}

TEST_F(Silence, WhoGetsOnKeepsTheLockForAsLongAsItDoes) {
  Client a = client({.info = "a", .max_silence = 10s});
  Guard guard = take(a);
  for (int turn = 0; turn < 100; ++turn) {
    pass(10s - 1ns);
    guard.progress();
  }
  EXPECT_TRUE(guard.is_held());
  pass(10s - 1ns);
  EXPECT_TRUE(guard.is_held());
  pass(1ns);
  EXPECT_FALSE(guard.is_held());
  guard.progress();
  EXPECT_FALSE(guard.is_held()) << "dead for ever";
  EXPECT_EQ(a.counters().lost, 1U);
}

TEST_F(Silence, AGuardThatIsDroppedInTimeFreesTheKeyAtOnce) {
  Client a = client({.info = "a", .max_silence = 10s});
  Guard first = take(a);
  Guard second = take(a);
  pass(10s);
  first.drop();
  EXPECT_EQ(owner(), "a");
  second.drop();
  EXPECT_EQ(owner(), "");
}

TEST_F(Silence, AnyOfTheGuardsAndANewOneCountForAll) {
  Client a = client({.info = "a", .max_silence = 10s});
  Guard first = take(a);
  pass(6s);
  { const Guard joined = take(a); }
  pass(6s);
  EXPECT_TRUE(first.is_held());
  a.lock("k").progress();
  pass(6s);
  EXPECT_TRUE(first.is_held());
  a.lock("other").progress();
  pass(4s);
  EXPECT_FALSE(first.is_held()) << "what another key does is nothing to it";
}

TEST_F(Silence, TheNextTenureIsWatchedAnew) {
  Client a = client({.info = "a", .max_silence = 10s});
  Guard first = take(a);
  pass(9s);
  first.drop();
  pass(1s);
  const Guard second = take(a);
  pass(10s - 1ns);
  EXPECT_TRUE(second.is_held());
  pass(1ns);
  EXPECT_EQ(second.lost(), LossReason::silent);
  pass(stop_budget);
  const Guard third = take(a);
  EXPECT_TRUE(third.is_held()) << "who was given up may ask again";
}

TEST_F(Silence, AStoreThatFailsMeanwhileChangesNothingOfTheReason) {
  Client a = client({.info = "a", .max_silence = 3s});
  const Guard guard = take(a);
  line->trouble = Trouble::refuses;
  pass(3s);
  EXPECT_EQ(guard.lost(), LossReason::silent);
  pass(1min);
  EXPECT_EQ(guard.lost(), LossReason::silent);
  EXPECT_EQ(told(Kind::lost).size(), 1U);
  line->trouble = Trouble::none;
}

TEST_F(Silence, WorkGetsOnByItsLockAndIsToldToStopWhenItDoesNot) {
  Client a = client({.info = "a", .max_silence = 10s});
  const Lock lock = a.lock("k");
  const Held held = lock.run_while_held([&](const std::stop_token& stop) {
    pass(9s);
    lock.progress();
    pass(9s);
    EXPECT_FALSE(stop.stop_requested());
    pass(1s);
    EXPECT_TRUE(stop.stop_requested());
    EXPECT_EQ(owner(), "a") << "it has its stop budget";
  });
  EXPECT_EQ(held.lost, LossReason::silent);
  EXPECT_EQ(owner(), "") << "it needs no more of it";
}

// Of two tenures of which the second began while the first was stopping.
TEST_F(Silence, AnOldGuardSpeaksForItsOwnTenureOnly) {
  Client a = client({.info = "a", .max_silence = 10s});
  Guard old = take(a);
  pass(10s + stop_budget);
  const Guard next = take(a);
  pass(5s);
  old.progress();
  pass(5s);
  EXPECT_EQ(next.lost(), LossReason::silent);
}

TEST_F(Silence, WhoDoesNotAskForItMayBeSilent) {
  Client a = client({.info = "a"});
  const Guard guard = take(a);
  pass(24h);
  EXPECT_TRUE(guard.is_held());
}

TEST_F(Silence, NothingStaysSetForAKeyThatNobodyHas) {
  Client a = client({.info = "a", .stalled_after = 1s, .max_silence = 10s});
  take(a).drop();
  runtime().settle();
  EXPECT_FALSE(runtime().next_alarm());
  Guard guard = take(a);
  pass(10s + stop_budget);
  EXPECT_FALSE(runtime().next_alarm());
}

}  // namespace
}  // namespace leasehold::proptests
