// What is taken back at the store: a tenure that is over, an attempt that nobody waits for.
#include <variant>

#include <gtest/gtest.h>

#include "lib/tests/core_driver.h"
#include "lib/tests/doubles.h"

namespace leasehold::core {
namespace {

using Kind = Request::Kind;

// A tenure of term 1 that was just released.
struct Releasing {
  Releasing() : lock(Authority::host_clock) {
    request = lock.at(0ms).hold(1).leave(1).only(Kind::release);
  }
  EndOutcome outcome_of(const Answer& answer) {
    lock.reply(request, answer);
    const Tell* ended = lock.find(Tell::Kind::ended);
    EXPECT_NE(ended, nullptr);
    EXPECT_EQ(next_wake(lock.config, lock.state), Instant<LocalClock>::never());
    return ended == nullptr ? EndOutcome::unknown : ended->outcome;
  }

  Driver lock;
  Request request;
};

TEST(Ending, GuardsAreToldBeforeTheReleaseIsSent) {
  Driver lock(Authority::host_clock);
  lock.hold(1);
  doubles::SequenceRandom random;
  Effects effects;
  step(lock.config, lock.state, lock.now, Leave{lock.id(1)}, random, effects);
  ASSERT_EQ(effects.size(), 2U);
  ASSERT_TRUE(std::holds_alternative<Tell>(effects[0]));
  EXPECT_EQ(std::get<Tell>(effects[0]).kind, Tell::Kind::stopped);
  ASSERT_TRUE(std::holds_alternative<Request>(effects[1]));
  EXPECT_EQ(std::get<Request>(effects[1]).kind, Kind::release);
}

TEST(Ending, AReleaseByNameEndsTheTenureForEveryGuard) {
  Driver lock(Authority::host_clock);
  lock.hold(1).feed(Join{}).release(1);
  EXPECT_FALSE(lock.held(1));
  lock.only(Kind::release);
  const State ending = lock.state;
  EXPECT_EQ(lock.leave(1).leave(1).release(1).state, ending);
}

TEST(Ending, TheAnswerSaysHowItEnded) {
  EXPECT_EQ(Releasing().outcome_of({.kind = Answer::Kind::released}), EndOutcome::released);
  EXPECT_EQ(Releasing().outcome_of({.kind = Answer::Kind::not_owner, .term = 2}),
            EndOutcome::already_lost);
  const auto free = [](Term term) {
    return Answer{.kind = Answer::Kind::not_owner, .term = term, .why = NotOwner::Why::free};
  };
  EXPECT_EQ(Releasing().outcome_of(free(1)), EndOutcome::released)
      << "an earlier copy of this release did it";
  EXPECT_EQ(Releasing().outcome_of(free(2)), EndOutcome::already_lost);
}

TEST(Ending, AnErrorIsRetriedAfterAPauseAndAnyCopysAnswerWillDo) {
  Releasing at;
  at.lock.at(5ms).reply(at.request, {.kind = Answer::Kind::unknown});
  EXPECT_TRUE(at.lock.at(15ms - 1ns).alarm().sent.empty());
  const Request again = at.lock.at(15ms).alarm().only(Kind::release);
  EXPECT_EQ(again.owner, at.request.owner);
  EXPECT_EQ(again.term, at.request.term);
  EXPECT_EQ(at.outcome_of({.kind = Answer::Kind::released}), EndOutcome::released);
  EXPECT_TRUE(at.lock.reply(again, {.kind = Answer::Kind::not_owner}).told.empty());
}

TEST(Ending, ALateErrorDoesNotDisturbTheCopyInFlight) {
  Releasing at;
  at.lock.at(50ms).alarm().at(60ms).alarm().only(Kind::release);
  const State before = at.lock.state;
  EXPECT_EQ(at.lock.reply(at.request, {.kind = Answer::Kind::unknown}).state, before);
}

TEST(Ending, AnUncertainAttemptIsAbandonedEvenWhenNothingIsInFlight) {
  Driver lock(Authority::host_clock);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  lock.at(50ms).alarm();
  const Request abandon = lock.feed(Cancel{}).only(Kind::abandon);
  EXPECT_EQ(abandon.owner, request.owner);
  EXPECT_EQ(abandon.term, request.term);
}

TEST(Ending, AMovedTermMakesNothingUncertain) {
  Driver lock(Authority::host_clock);
  lock.at(0ms).feed(Join{}).only(Kind::acquire);
  const Request second = lock.at(50ms).alarm().at(60ms).alarm().only(Kind::acquire);
  lock.reply(second, lock.busy(4, 4));
  EXPECT_TRUE(lock.feed(Cancel{}).sent.empty()) << "all that was sent expected another term";
}

TEST(Ending, ACampaignThatDidNotWaitForTheLastReleaseCanItselfBeEnded) {
  Releasing at;
  at.lock.feed(Join{}).at(50ms).alarm().only(Kind::acquire);
  const Request abandon = at.lock.feed(Cancel{}).only(Kind::abandon);
  EXPECT_TRUE(at.lock.state.endings[0] && at.lock.state.endings[1]);
  at.lock.feed(Join{}).at(100ms).alarm();
  for (const Request& one : at.lock.sent) EXPECT_NE(one.kind, Kind::acquire) << "no room";
  EXPECT_FALSE(at.lock.state.campaign);
  at.lock.reply(abandon, {.kind = Answer::Kind::abandoned});
  EXPECT_TRUE(at.lock.state.campaign);
}

TEST(Ending, ANewerTenureMakesItMootAndItIsToldAsUnknown) {
  Releasing at;
  const Request acquire = at.lock.feed(Join{}).at(50ms).alarm().only(Kind::acquire);
  at.lock.reply(acquire, at.lock.granted(2));
  ASSERT_TRUE(at.lock.was_told(Tell::Kind::ended));
  EXPECT_EQ(at.lock.find(Tell::Kind::ended)->tenure.term, 1U);
  EXPECT_EQ(at.lock.find(Tell::Kind::ended)->outcome, EndOutcome::unknown);
  const State held = at.lock.state;
  EXPECT_EQ(at.lock.reply(at.request, {.kind = Answer::Kind::released}).state, held);
}

TEST(Ending, IsGivenUpOnceTheRowIsOverForAContenderThatObservesIt) {
  Releasing at;
  const auto over = observation_wait(1s, at.lock.config.bounds) +
                    on<LocalClock>(at.lock.config.timing.request_timeout);
  const auto give_up = Instant<LocalClock>::at_ns(0) + over;
  while (at.lock.state.endings[0]) {
    ASSERT_LE(next_wake(at.lock.config, at.lock.state), give_up);
    at.lock.now.at = next_wake(at.lock.config, at.lock.state);
    at.lock.alarm();
  }
  EXPECT_EQ(at.lock.now.at, give_up);
  EXPECT_TRUE(at.lock.sent.empty());
}

TEST(Ending, AReleaseNamesTheOwnerAndTheTermOfItsTenure) {
  Driver lock(Authority::host_clock);
  const Request acquire = lock.feed(Join{}).only(Kind::acquire);
  const Request release = lock.reply(acquire, lock.granted(4)).leave(4).only(Kind::release);
  EXPECT_EQ(release.owner, acquire.owner);
  EXPECT_EQ(release.term, 4U);
}

TEST(Ending, WhoComesAfterAnErrorNeedNotWait) {
  Releasing releasing;
  Driver& lock = releasing.lock;
  lock.feed(Join{}).reply(releasing.request, {.kind = Answer::Kind::unknown});
  EXPECT_EQ(lock.only(Kind::acquire).term, 1U);
}

TEST(Ending, AnAbandonDoesNotEndWhatCameAfterIt) {
  Driver lock(Authority::host_clock);
  const Request first = lock.feed(Join{}).only(Kind::acquire);
  const Request abandon = lock.feed(Cancel{}).only(Kind::abandon);
  const Request second = lock.feed(Join{}).at(50ms).alarm().only(Kind::acquire);
  EXPECT_NE(second.owner, first.owner);
  lock.reply(abandon, {.kind = Answer::Kind::abandoned});
  EXPECT_EQ(lock.state.campaign->acquire->ordinal, second.ordinal);
  EXPECT_TRUE(lock.reply(second, lock.granted(1)).held(1));
  EXPECT_TRUE(lock.reply(abandon, {.kind = Answer::Kind::abandoned}).held(1));
}

TEST(Ending, AnAbandonThatCannotBeSettledYetIsRepeatedAfterP) {
  Driver lock(Authority::host_clock);
  lock.at(0ms).feed(Join{});
  const Request abandon = lock.feed(Cancel{}).only(Kind::abandon);
  lock.reply(abandon, {.kind = Answer::Kind::abandoned, .settled = false});
  EXPECT_FALSE(lock.was_told(Tell::Kind::ended)) << "another tenure stands in the way";
  EXPECT_EQ(next_wake(lock.config, lock.state).ns(), Length(100ms).count());
  EXPECT_EQ(lock.at(100ms).alarm().only(Kind::abandon).owner, abandon.owner);
}

TEST(Ending, NothingIsSentForATenureThatIsOver) {
  Driver lock(Authority::store_clock);
  const Request renewal = lock.at(0ms).hold(1).at(100ms).alarm().only(Kind::renew);
  const Request release = lock.leave(1).only(Kind::release);
  lock.reply(release, {.kind = Answer::Kind::released});
  for (const Length when : {110ms, 200ms, 1000ms, 5000ms}) {
    EXPECT_TRUE(lock.at(when).alarm().sent.empty());
    EXPECT_TRUE(lock.reply(renewal, lock.renewed()).sent.empty());
    EXPECT_FALSE(lock.held(1));
    EXPECT_EQ(next_wake(lock.config, lock.state), Instant<LocalClock>::never());
  }
}

}  // namespace
}  // namespace leasehold::core
