// How a tenure ends on purpose or not, and who hears of it. Waits for what it needs; no verdict
// depends on how long anything takes.
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "lib/tests/client_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using What = ReleaseOutcome::What;

/// A store that answers no release or renewal while it is told not to.
class Moody final : public SharedStore {
 public:
  using SharedStore::SharedStore;
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    if (failing) return Error{Errc::not_applied, "in a bad mood"};
    return SharedStore::renew(batch);
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    if (failing) return Error{Errc::not_applied, "in a bad mood"};
    return SharedStore::release(request);
  }

  std::atomic<bool> failing{false};
};

/// One who works has half a minute to stop: more than any machine is late.
Config patient() {
  Config config = host_preset();
  config.timing = {.lease = 60s,
                   .renew_every = 5s,
                   .request_timeout = 5s,
                   .retry_pause = 10ms,
                   .longest_wait = 20ms,
                   .stop_budget = 30s,
                   .min_useful = 31s,
                   .tolerated_failures = 1};
  return config;
}

/// Short times, for what has to be waited for.
Config hasty() {
  Config config = host_preset();
  config.timing = {.lease = 300ms,
                   .renew_every = 50ms,
                   .request_timeout = 20ms,
                   .retry_pause = 5ms,
                   .longest_wait = 20ms,
                   .stop_budget = 50ms,
                   .min_useful = 60ms,
                   .tolerated_failures = 1};
  return config;
}

struct GuardEnd : ClientFixture {
  Client with(const Config& config) {
    return over(std::make_unique<SharedStore>(store), config, {});
  }
};

TEST_F(GuardEnd, AnExplicitReleaseEndsTheTenureForEveryGuardAndWaitsForTheStore) {
  const Client a = client("a");
  Guard first = must(a.lock("k").acquire({}));
  const Guard second = must(a.lock("k").acquire({}));
  EXPECT_EQ(first.release().what, What::released);
  EXPECT_FALSE(owned("k"));
  EXPECT_FALSE(first.is_held());
  EXPECT_FALSE(second.is_held());
  EXPECT_EQ(second.lost(), LossReason::released);
  EXPECT_EQ(first.release().what, What::released) << "as it was";
  const Guard next = must(a.lock("k").acquire({}));
  EXPECT_EQ(first.release().what, What::released);
  EXPECT_TRUE(next.is_held()) << "an old guard ends its own tenure only";
}

TEST_F(GuardEnd, WhatIsOverIsNotReleasedAgain) {
  Client a = client("a");
  Guard guard = must(a.lock("k").acquire({}));
  a.close();
  EXPECT_EQ(guard.release().what, What::already_lost);
  EXPECT_EQ(Guard().release().what, What::already_lost);
}

TEST_F(GuardEnd, AStoreThatDoesNotAnswerLeavesTheReleaseUnknownAndSaysUntilWhen) {
  auto moody = std::make_unique<Moody>(store);
  Moody& mood = *moody;
  const Client a = over(std::move(moody), hasty(), {});
  Guard guard = must(a.lock("k").acquire({}));
  mood.failing = true;
  const ReleaseOutcome outcome = guard.release();
  EXPECT_FALSE(guard.is_held());
  // On a machine that is late enough the lease ran out before.
  if (outcome.what == What::unknown) {
    EXPECT_GE(outcome.free_within, 300ms);
  } else {
    EXPECT_EQ(outcome.what, What::already_lost);
  }
}

TEST_F(GuardEnd, AReleaseWaitsForThoseWhoWork) {
  const Client a = with(patient());
  const Client b = with(patient());
  std::promise<void> working;
  std::atomic<bool> stopped{false};
  std::thread worker([&] {
    const Held held = a.lock("k").run_while_held(
        [&](const std::stop_token& stop) {
          std::promise<void> told;
          const std::stop_callback on_stop(stop, [&told] { told.set_value(); });
          working.set_value();
          told.get_future().wait();
          // As long as it works, nobody else gets the key.
          for (int once = 0; once < 20; ++once) EXPECT_FALSE(b.lock("k").try_acquire());
          stopped = true;
        },
        {});
    EXPECT_EQ(held.lost, LossReason::released);
  });
  working.get_future().wait();
  Guard guard = must(a.lock("k").acquire({}));
  EXPECT_EQ(guard.release().what, What::released);
  EXPECT_TRUE(stopped) << "the key was free before the work had stopped";
  worker.join();
  EXPECT_TRUE(b.lock("k").acquire({}));
}

TEST_F(GuardEnd, WorkHoldsTheLockUntilItReturns) {
  const Client a = client("a");
  bool ran = false;
  const Held held = a.lock("k").run_while_held(
      [&](const std::stop_token& stop) { ran = owned("k") && !stop.stop_requested(); }, {});
  EXPECT_TRUE(held);
  EXPECT_TRUE(ran);
}

TEST_F(GuardEnd, WorkThatCannotHaveTheLockDoesNotRun) {
  const Client a = client("a");
  const Client b = client("b");
  const Guard guard = must(a.lock("k").acquire({}));
  const Held held =
      b.lock("k").run_while_held([](const std::stop_token&) { FAIL(); }, {.within = 0ms});
  ASSERT_TRUE(held.refusal);
  EXPECT_EQ(held.refusal->why, Refusal::Why::busy);
  EXPECT_FALSE(held);
}

TEST_F(GuardEnd, WorkIsAskedToLeaveByItsCallersToken) {
  const Client a = client("a");
  std::stop_source leave;
  bool asked = false;
  const Held held = a.lock("k").run_while_held(
      [&](const std::stop_token& stop) {
        leave.request_stop();
        asked = stop.stop_requested();
      },
      {.stop = leave.get_token()});
  EXPECT_TRUE(asked);
  EXPECT_TRUE(held) << "it held the lock until it returned";
}

TEST_F(GuardEnd, WorkThatThrowsGivesTheLockBack) {
  Client a = client("a");
  EXPECT_THROW(static_cast<void>(a.lock("k").run_while_held(
                   [](const std::stop_token&) { throw std::runtime_error("no"); }, {})),
               std::runtime_error);
  a.close();
  EXPECT_FALSE(owned("k"));
}

TEST_F(GuardEnd, ALossIsToldOnceWithItsReason) {
  Client a = client("a");
  Guard guard = must(a.lock("k").acquire({}));
  std::promise<LossReason> told;
  guard.on_lost([&](LossReason reason) { told.set_value(reason); });
  a.close();
  EXPECT_EQ(told.get_future().get(), LossReason::closed);
}

TEST_F(GuardEnd, WhoAsksLateIsToldToo) {
  const Client a = client("a");
  Guard first = must(a.lock("k").acquire({}));
  Guard second = must(a.lock("k").acquire({}));
  first.release();
  std::promise<LossReason> told;
  second.on_lost([&](LossReason reason) { told.set_value(reason); });
  EXPECT_EQ(told.get_future().get(), LossReason::released);
}

TEST_F(GuardEnd, WhoDroppedHisGuardIsNotTold) {
  const Client a = client("a");
  std::atomic<int> told{0};
  Guard first = must(a.lock("k").acquire({}));
  Guard second = must(a.lock("k").acquire({}));
  first.on_lost([&](LossReason) { ++told; });
  first.drop();
  std::promise<void> after;
  second.on_lost([&](LossReason) { after.set_value(); });
  second.release();
  after.get_future().wait();
  EXPECT_EQ(told, 0);
}

TEST_F(GuardEnd, JeopardyIsToldWhileTheGuardMayStillBeHeldAndThenNothing) {
  auto moody = std::make_unique<Moody>(store);
  Moody& mood = *moody;
  const Client a = over(std::move(moody), hasty(), {});
  std::mutex mutex;
  std::vector<LossReason> told;
  Guard guard = must(a.lock("k").acquire({}));
  guard.on_lost([&](LossReason reason) {
    const std::scoped_lock lock(mutex);
    told.push_back(reason);
  });
  mood.failing = true;
  while (!guard.lost()) std::this_thread::sleep_for(1ms);
  // Later callbacks come after it.
  std::promise<void> after;
  Guard next;
  mood.failing = false;
  a.lock("k").acquire_async({}, [&](Grant) { after.set_value(); });
  after.get_future().wait();
  const std::scoped_lock lock(mutex);
  ASSERT_EQ(told.size(), 1U);
  // `deadline` on a machine whose timer was later than the stop budget is long.
  EXPECT_TRUE(told[0] == LossReason::jeopardy || told[0] == LossReason::deadline);
  EXPECT_GE(a.counters().jeopardies + a.counters().lost, 1U);
}

TEST_F(GuardEnd, ACallbackThatThrowsHarmsNobody) {
  const Client a = client("a");
  Guard guard = must(a.lock("other").acquire({}));
  a.lock("k").acquire_async({}, [](const Grant&) { throw std::runtime_error("no"); });
  std::promise<Term> told;
  a.lock("k").acquire_async(
      {}, [&](Grant grant) { told.set_value(must(std::move(grant)).fence().term); });
  EXPECT_GE(told.get_future().get(), 1U) << "the first may have given its guard back already";
  EXPECT_TRUE(guard.is_held());
  EXPECT_EQ(a.counters().callbacks_thrown, 1U);
}

TEST_F(GuardEnd, EventsTellTheStoryAndCountersCountIt) {
  std::mutex mutex;
  std::condition_variable grown;
  std::vector<Event> story;
  const Client a = client({.info = "a", .on_event = [&](const Event& event) {
                             const std::scoped_lock lock(mutex);
                             story.push_back(event);
                             grown.notify_all();
                           }});
  const Client b = client("b");
  must(b.lock("k").acquire({})).release();
  {
    const Guard guard = must(a.lock("k").acquire({}));
    EXPECT_FALSE(b.lock("k").try_acquire());
    std::unique_lock lock(mutex);
    grown.wait(lock, [&] { return story.size() >= 3; });  // until its first renewal
  }
  EXPECT_EQ(b.counters().busy, 1U);
  const Counters counters = a.counters();
  EXPECT_EQ(counters.acquired, 1U);
  EXPECT_EQ(counters.changed, 1U);
  EXPECT_GE(counters.renewed, 1U);
  EXPECT_EQ(counters.released, 1U);
  ASSERT_TRUE(counters.smallest_margin);
  EXPECT_LE(*counters.smallest_margin, host_preset().timing.lease);
  const std::scoped_lock lock(mutex);
  EXPECT_EQ(story[0].kind, Event::Kind::acquired);
  EXPECT_EQ(story[0].term, 2U);
  EXPECT_EQ(story[0].key, "k");
  EXPECT_EQ(story[1].kind, Event::Kind::changed);
  EXPECT_EQ(story[1].text(), "k: changed term 2");
  EXPECT_EQ(story[2].kind, Event::Kind::renewed);
}

TEST(OpenOptions, ATimingThatCannotKeepItsPromisesIsRefusedBeforeAnythingIsMade) {
  const auto wrong = open("memory:", {.timing = Timing{}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, Errc::misuse);
  EXPECT_TRUE(open("memory:", {.timing = hasty().timing}));
}

}  // namespace
}  // namespace leasehold
