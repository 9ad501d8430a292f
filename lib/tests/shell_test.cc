// The shell between the machine and the world: deadlines of calls, one alarm, and the order of what
// is sent and told.
#include "lib/src/shell/shell.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/tests/core_driver.h"
#include "lib/tests/doubles.h"

namespace leasehold {
namespace {

using core::Answer;
using core::Request;
using core::Tell;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

/// Keeps the one alarm that was asked for.
class HandScheduler final : public Scheduler {
 public:
  void wake_at(Instant<LocalClock> moment, Sleeper&) override {
    EXPECT_NE(alarm, moment) << "it is set already";
    alarm = moment;
  }
  void cancel(Sleeper&) override { alarm.reset(); }

  std::optional<Instant<LocalClock>> alarm;
};

/// The world of one shell. What is sent and told is written into one list, in order.
class World : public AsyncStore, public ShellListener {
 public:
  World() : World(Authority::host_clock) {}
  explicit World(Authority authority) : config_(core::config_of(authority)) {
    shell = std::make_unique<Shell>(Shell::Doors{clock, scheduler, random, *this, *this}, config_,
                                    "deploy", "pid 7");
  }

  void send(StoreCall&& call, ReplySink& sink) override {
    EXPECT_EQ(&sink, shell.get());
    static constexpr const char* names[] = {"acquire", "renew", "release", "abandon"};
    happened.push_back(std::string("send ") + names[static_cast<int>(call.request.kind)]);
    sent.push_back(std::move(call));
  }
  void on_granted(CallId call, const core::TenureId& tenure) override {
    last_granted = tenure;
    say("granted", call, " term " + std::to_string(tenure.term));
  }
  void on_refused(CallId call, Ending ending, core::Refusal) override {
    static constexpr const char* names[] = {"busy", "timed_out", "store_error"};
    say(names[static_cast<int>(ending)], call, "");
  }
  void on_tell(const Tell& tell) override {
    static constexpr const char* names[] = {"granted",  "refused", "failed",  "renewed", "failure",
                                            "jeopardy", "lost",    "stopped", "ended"};
    happened.push_back(std::string("tell ") + names[static_cast<int>(tell.kind)]);
  }

  /// Lets time pass to `since_start`, and rings if that is when the alarm was to ring.
  void at(Length since_start) {
    clock.set(Instant<LocalClock>::at_ns(since_start.count()));
    if (!scheduler.alarm || clock.now().at < *scheduler.alarm) return;
    scheduler.alarm.reset();
    shell->wake();
  }
  void answer(const Request& request, Answer::Kind kind, Term term = 1) {
    const auto expires_at = same_kernel(clock.now().at + on<LocalClock>(config_.timing.lease));
    shell->on_reply(
        request,
        {{.kind = kind, .term = term, .lease = config_.timing.lease, .expires_at = expires_at},
         "",
         ""});
  }
  /// Begins anew as a copy of that lock.
  void copy(const Shell& original) {
    shell.reset();
    shell = std::make_unique<Shell>(Shell::Doors{clock, scheduler, random, *this, *this}, original);
  }
  /// Call 1 holds term 1, at the present moment.
  void hold() {
    shell->acquire(1, std::nullopt);
    answer(sent.back().request, Answer::Kind::granted);
    happened.clear();
  }
  std::vector<std::string> take() { return std::exchange(happened, {}); }

  doubles::ManualClock clock;
  HandScheduler scheduler;
  doubles::SequenceRandom random;
  std::vector<std::string> happened;
  std::vector<StoreCall> sent;
  /// Called once, with the next word that a call hears.
  std::function<void()> then;
  std::unique_ptr<Shell> shell;
  core::TenureId last_granted;

 private:
  void say(const char* what, CallId call, const std::string& more) {
    happened.push_back(std::to_string(call) + " " + what + more);
    if (const auto once = std::exchange(then, nullptr)) once();
  }

  const Config config_;
};

TEST(Shell, ACallIsGrantedWhatTheStoreGrants) {
  World world;
  world.shell->acquire(1, std::nullopt);
  const StoreCall call = world.sent.at(0);
  EXPECT_EQ(call.key, "deploy");
  EXPECT_EQ(call.info, "pid 7");
  EXPECT_EQ(call.lease, world.shell->config().timing.lease);
  world.answer(call.request, Answer::Kind::granted);
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "tell granted", "1 granted term 1"));
  EXPECT_TRUE(world.shell->is_held(world.last_granted));
}

TEST(Shell, ACallLeavesAtItsDeadlineAndWhatItSentIsAbandoned) {
  World world;
  world.shell->acquire(1, 30ms);
  world.shell->acquire(2, 20ms);
  EXPECT_EQ(world.scheduler.alarm->ns(), 20'000'000);
  world.at(20ms - 1ns);
  EXPECT_THAT(world.take(), ElementsAre("send acquire"));
  world.at(20ms);
  EXPECT_THAT(world.take(), ElementsAre("2 timed_out"));
  world.at(45ms);
  EXPECT_THAT(world.take(), ElementsAre("send abandon", "1 timed_out")) << "late timers";
  world.answer(world.sent.at(0).request, Answer::Kind::granted);
  EXPECT_THAT(world.take(), IsEmpty());
  EXPECT_FALSE(world.shell->is_held(world.last_granted));
}

TEST(Shell, ATryEndsWithTheAnswerToARequestSentAfterIt) {
  World world;
  world.shell->acquire(1, std::nullopt);
  world.shell->acquire(2, 0ms);
  world.answer(world.sent.at(0).request, Answer::Kind::busy);
  EXPECT_THAT(world.take(), ElementsAre("send acquire"));
  world.at(10ms);
  world.answer(world.sent.at(1).request, Answer::Kind::busy);
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "tell refused", "2 busy"));
}

TEST(Shell, ATryThatJoinedAfterAUselessGrantWasAskedForIsNotForgotten) {
  World world(Authority::observation);
  world.shell->acquire(1, std::nullopt);
  world.at(50ms);
  world.shell->acquire(2, 0ms);
  world.at(60ms);
  world.clock.set(Instant<LocalClock>::at_ns(900'000'000));
  world.answer(world.sent.at(0).request, Answer::Kind::granted);
  world.answer(world.sent.back().request, Answer::Kind::released);
  world.take();
  world.answer(world.sent.back().request, Answer::Kind::busy);
  EXPECT_THAT(world.take(), ElementsAre("tell refused", "2 busy"));
  world.shell->cancel(2);
  EXPECT_THAT(world.take(), IsEmpty());
}

TEST(Shell, OfTwoTriesOnlyTheOneThatWasAskedForIsAnswered) {
  World world;
  world.shell->acquire(1, 0ms);
  world.shell->acquire(2, 0ms);
  world.answer(world.sent.at(0).request, Answer::Kind::busy);
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "tell refused", "1 busy"));
  world.at(10ms);
  world.answer(world.sent.at(1).request, Answer::Kind::busy);
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "tell refused", "2 busy"));
}

TEST(Shell, AGrantThatCameTooLateIsNotAnErrorOfTheStore) {
  World world(Authority::observation);
  world.shell->acquire(1, 0ms);
  world.clock.set(Instant<LocalClock>::at_ns(900'000'000));
  world.answer(world.sent.at(0).request, Answer::Kind::granted);
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "tell refused", "1 busy", "send release"));
}

TEST(Shell, AnErrorEndsATryAndIsNotCalledBusy) {
  World world;
  world.shell->acquire(1, 0ms);
  world.shell->on_reply(world.sent.at(0).request,
                        {{.kind = Answer::Kind::not_applied}, "", "no route to the store"});
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "tell refused", "1 store_error"));
  EXPECT_EQ(world.shell->last_detail(), "no route to the store");
}

TEST(Shell, RemembersWhoWasInTheWay) {
  World world;
  world.shell->acquire(1, std::nullopt);
  world.shell->on_reply(world.sent.at(0).request, {{.kind = Answer::Kind::busy}, "pid 9", ""});
  world.at(10ms);
  world.answer(world.sent.at(1).request, Answer::Kind::busy);
  EXPECT_EQ(world.shell->last_who(), "pid 9");
}

TEST(Shell, ACancelledCallHearsNoMore) {
  World world;
  world.shell->acquire(1, 20ms);
  world.shell->acquire(2, std::nullopt);
  world.shell->cancel(1);
  world.shell->cancel(1);
  world.answer(world.sent.at(0).request, Answer::Kind::granted);
  world.at(20ms);
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "tell granted", "2 granted term 1"));
  EXPECT_EQ(world.shell->state().tenure->guards, 1U);
}

TEST(Shell, ACallThatIsCancelledByWhatAnotherHearsIsNotToldToo) {
  World world;
  world.shell->acquire(1, 20ms);
  world.shell->acquire(2, 20ms);
  world.then = [&world] { world.shell->cancel(2); };
  world.at(20ms);
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "1 timed_out", "send abandon"));
}

TEST(Shell, TheGuardsAreToldBeforeTheReleaseIsSent) {
  World world;
  world.hold();
  world.shell->drop(world.last_granted);
  EXPECT_THAT(world.take(), ElementsAre("tell stopped", "send release"));
  World expired;
  expired.hold();
  expired.clock.set(Instant<LocalClock>::at_ns(2'000'000'000));
  EXPECT_FALSE(expired.shell->is_held(expired.last_granted)) << "however late the timer is";
  expired.at(2000ms);
  EXPECT_THAT(expired.take(), ElementsAre("tell lost", "send release"));
}

TEST(Shell, WhatAListenerDoesIsCarriedOutAfterWhatWasDecided) {
  World world;
  world.shell->acquire(1, std::nullopt);
  world.shell->acquire(2, std::nullopt);
  world.then = [&world] {
    world.shell->release(world.last_granted);
    EXPECT_FALSE(world.shell->is_held(world.last_granted)) << "the machine takes it at once";
  };
  world.answer(world.sent.at(0).request, Answer::Kind::granted);
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "tell granted", "1 granted term 1",
                                        "2 granted term 1", "tell stopped", "send release"));
}

TEST(Shell, AListenerMayAskAgainFromInside) {
  World world;
  world.shell->acquire(1, 0ms);
  world.then = [&world] { world.shell->acquire(2, 20ms); };
  world.answer(world.sent.at(0).request, Answer::Kind::busy);
  EXPECT_THAT(world.take(), ElementsAre("send acquire", "tell refused", "1 busy", "send acquire"));
  EXPECT_EQ(world.scheduler.alarm->ns(), 20'000'000);
  world.at(20ms);
  EXPECT_THAT(world.take(), ElementsAre("send abandon", "2 timed_out"));
}

TEST(Shell, AGuardThatIsDroppedInsideItsGrantIsCounted) {
  World world;
  world.shell->acquire(1, std::nullopt);
  world.shell->acquire(2, std::nullopt);
  world.then = [&world] { world.shell->drop(world.last_granted); };
  world.answer(world.sent.at(0).request, Answer::Kind::granted);
  EXPECT_TRUE(world.shell->is_held(world.last_granted));
  EXPECT_EQ(world.shell->state().tenure->guards, 1U);
}

TEST(Shell, AsksForTheEarliestOfWhatTheMachineAndTheCallsWait) {
  World world;
  world.shell->acquire(1, 70ms);
  EXPECT_EQ(world.scheduler.alarm->ns(), 50'000'000) << "the request's timeout";
  world.answer(world.sent.at(0).request, Answer::Kind::granted);
  EXPECT_EQ(world.scheduler.alarm->ns(), 100'000'000) << "the renewal, and no longer the call";
  world.shell->drop(world.last_granted);
  EXPECT_EQ(world.scheduler.alarm->ns(), 50'000'000) << "the release's timeout";
  world.answer(world.sent.back().request, Answer::Kind::released);
  EXPECT_FALSE(world.scheduler.alarm) << "after the end nothing stays armed";
}

TEST(Shell, AWakeUpThatComesTooEarlyIsAskedForAgain) {
  World world;
  world.shell->acquire(1, std::nullopt);
  world.scheduler.alarm.reset();
  world.shell->wake();
  ASSERT_TRUE(world.scheduler.alarm);
  EXPECT_EQ(world.scheduler.alarm->ns(), 50'000'000);
  EXPECT_THAT(world.take(), ElementsAre("send acquire"));
}

TEST(Shell, GoesWithoutAnAlarmAndWithoutAWord) {
  World world;
  world.hold();
  ASSERT_TRUE(world.scheduler.alarm);
  world.shell.reset();
  EXPECT_FALSE(world.scheduler.alarm);
  EXPECT_THAT(world.take(), IsEmpty());
}

TEST(Shell, ACopyHoldsWaitsAndRenewsForItselfAndHearsNothingOfWhatWasSentBefore) {
  World world;
  world.hold();
  world.at(100ms);
  ASSERT_THAT(world.take(), ElementsAre("send renew"));
  World other;
  other.at(100ms);
  other.copy(*world.shell);
  EXPECT_THAT(other.take(), IsEmpty());
  EXPECT_TRUE(other.shell->is_held(world.last_granted));
  world.answer(world.sent.back().request, Answer::Kind::renewed);
  EXPECT_THAT(other.take(), IsEmpty());
  // To the copy the answer was lost: it asks again, with the next number and an id of its own.
  other.at(150ms);
  other.at(160ms);
  EXPECT_THAT(other.take(), ElementsAre("tell failure", "send renew"));
  EXPECT_EQ(other.sent.back().request.seq, world.sent.back().request.seq + 1);
  // The guard is counted in each of them.
  other.shell->drop(world.last_granted);
  EXPECT_THAT(other.take(), ElementsAre("tell stopped", "send release"));
  EXPECT_TRUE(world.shell->is_held(world.last_granted));
}

TEST(Shell, ACopyLetsTheCallersOfItsOriginalWait) {
  World world;
  world.shell->acquire(1, 300ms);
  World other;
  other.copy(*world.shell);
  other.at(50ms);
  other.at(200ms);
  ASSERT_FALSE(other.sent.empty()) << "the answer to the original's question is not its own";
  EXPECT_EQ(other.sent.back().request.owner, world.sent.back().request.owner);
  other.at(300ms);
  EXPECT_THAT(other.take(), ElementsAre("send acquire", "send abandon", "1 timed_out"));
}

TEST(Shell, RepliesAfterEverythingEndedAreHarmless) {
  World world;
  world.hold();
  world.at(100ms);
  world.shell->drop(world.last_granted);
  world.answer(world.sent.back().request, Answer::Kind::released);
  world.take();
  const core::State quiet = world.shell->state();
  for (const StoreCall& call : std::vector<StoreCall>(world.sent)) {
    for (const auto kind :
         {Answer::Kind::granted, Answer::Kind::busy, Answer::Kind::moved, Answer::Kind::renewed,
          Answer::Kind::released, Answer::Kind::abandoned, Answer::Kind::unknown}) {
      world.answer(call.request, kind);
    }
  }
  EXPECT_THAT(world.take(), IsEmpty());
  EXPECT_EQ(world.shell->state(), quiet);
  EXPECT_FALSE(world.scheduler.alarm);
}

}  // namespace
}  // namespace leasehold
