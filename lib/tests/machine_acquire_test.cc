// Who wants the key: which answer decides which waiter, and when it is asked again.
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "lib/tests/core_driver.h"

namespace leasehold::core {
namespace {

using Kind = Request::Kind;

std::uint32_t waiting(const Driver& lock) {
  return lock.state.patient + lock.state.trying_now + lock.state.trying_next;
}

TEST(Acquire, AGrantSaysWhatIsLeftOfItAtTheAnswer) {
  Driver lock(Authority::observation);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  lock.at(40ms).reply(request, lock.granted(1));
  ASSERT_TRUE(lock.was_told(Tell::Kind::granted));
  EXPECT_EQ(lock.find(Tell::Kind::granted)->margin.ns(), Length(960ms).count() - 1);
}

TEST(Acquire, ACopyOfTheGrantChangesNothing) {
  Driver lock(Authority::host_clock);
  const Request request = lock.feed(Join{}).only(Kind::acquire);
  const Answer answer = lock.granted(1);
  const State held = lock.reply(request, answer).state;
  EXPECT_EQ(lock.reply(request, answer).state, held);
  EXPECT_TRUE(lock.told.empty());
  const State ending = lock.leave(1).state;
  EXPECT_EQ(lock.reply(request, answer).state, ending) << "what was released stays released";
}

TEST(Acquire, ALateAnswerThatIsNoGrantChangesNothing) {
  Driver lock(Authority::observation);
  const Request first = lock.feed(Join{}).only(Kind::acquire);
  lock.at(50ms).alarm().at(60ms).alarm();
  const State second_in_flight = lock.state;
  lock.reply(first, lock.busy(5, 9));
  EXPECT_EQ(lock.state, second_in_flight);
  lock.reply(first, {.kind = Answer::Kind::moved, .term = 5});
  EXPECT_EQ(lock.state, second_in_flight);
  lock.reply(first, {.kind = Answer::Kind::unknown});
  EXPECT_EQ(lock.state, second_in_flight);
}

TEST(Acquire, ALateGrantGivenBackRefusesNoTryThatJoinedAfterIt) {
  Driver lock(Authority::observation);
  Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  const Request first = request;
  while (lock.now.at.ns() < Length(900ms).count()) {
    lock.now.at = next_wake(lock.config, lock.state);
    lock.alarm();
  }
  lock.feed(Join{.once = true}).reply(first, lock.granted(1));
  const Request release = lock.only(Kind::release);
  EXPECT_FALSE(lock.was_told(Tell::Kind::refused));
  EXPECT_EQ(waiting(lock), 2U);
  lock.reply(release, {.kind = Answer::Kind::released});
  request = lock.only(Kind::acquire);
  EXPECT_EQ(request.term, 1U);
  lock.reply(request, lock.granted(2));
  EXPECT_EQ(lock.state.tenure->guards, 2U);
}

TEST(Acquire, AGrantThatWasSleptThroughIsGivenBackExceptOnTheHostsClock) {
  for (const Authority authority : {Authority::observation, Authority::host_clock}) {
    SCOPED_TRACE(to_string(authority));
    Driver lock(authority);
    const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
    lock.at(30ms).slept_for(20ms).reply(request, lock.granted(1));
    if (authority == Authority::host_clock) {
      EXPECT_TRUE(lock.held(1)) << "the authority counted the sleep itself";
    } else {
      EXPECT_EQ(lock.only(Kind::release).owner, request.owner);
      EXPECT_EQ(lock.state.patient, 1U) << "who waits starts over";
    }
  }
}

TEST(Acquire, ATryIsRefusedByTheTimeoutAndWhatItAskedIsAbandoned) {
  Driver lock(Authority::host_clock);
  const Request request = lock.at(0ms).feed(Join{.once = true}).only(Kind::acquire);
  EXPECT_FALSE(lock.at(50ms - 1ns).alarm().was_told(Tell::Kind::refused));
  lock.at(50ms).alarm();
  ASSERT_TRUE(lock.was_told(Tell::Kind::refused));
  EXPECT_EQ(lock.find(Tell::Kind::refused)->refusal, Refusal::unknown);
  EXPECT_EQ(lock.only(Kind::abandon).owner, request.owner);
}

TEST(Acquire, AnErrorThatIsSurelyNotAppliedLeavesNothingToAbandon) {
  Driver lock(Authority::host_clock);
  const Request request = lock.feed(Join{.once = true}).only(Kind::acquire);
  lock.reply(request, {.kind = Answer::Kind::not_applied});
  EXPECT_EQ(lock.find(Tell::Kind::refused)->refusal, Refusal::not_applied);
  EXPECT_TRUE(lock.sent.empty());
  EXPECT_EQ(lock.state.campaign, std::nullopt);
}

TEST(Acquire, WhoWaitsOutlivesErrorsAndIsTriedAgainAfterAPause) {
  for (const auto kind : {Answer::Kind::not_applied, Answer::Kind::unknown}) {
    Driver lock(Authority::host_clock);
    const Request first = lock.at(0ms).feed(Join{}).only(Kind::acquire);
    lock.at(5ms).reply(first, {.kind = kind});
    EXPECT_TRUE(lock.told.empty());
    EXPECT_TRUE(lock.at(15ms - 1ns).alarm().sent.empty());
    EXPECT_EQ(lock.at(15ms).alarm().only(Kind::acquire).owner, first.owner);
  }
}

TEST(Acquire, CancellingOneOfManySendsNothing) {
  Driver lock(Authority::host_clock);
  const Request request = lock.feed(Join{}).only(Kind::acquire);
  const Waiter late_try{.once = true, .since = lock.state.requests};
  lock.feed(Join{.once = true}).feed(Join{});
  EXPECT_TRUE(lock.feed(Cancel{late_try}).sent.empty());
  EXPECT_EQ(lock.state.trying_next, 0U);
  EXPECT_TRUE(lock.feed(Cancel{}).sent.empty());
  lock.reply(request, lock.granted(1));
  EXPECT_EQ(lock.state.tenure->guards, 1U);
}

TEST(Acquire, ATryThatTheRequestInFlightAnswersIsCancelledAsSuch) {
  Driver lock(Authority::host_clock);
  lock.feed(Join{.once = true}).feed(Join{.once = true});
  EXPECT_EQ(lock.state.trying_now, 1U);
  EXPECT_EQ(lock.state.trying_next, 1U);
  EXPECT_TRUE(lock.feed(Cancel{{.once = true, .since = 0}}).sent.empty());
  EXPECT_EQ(lock.state.trying_now, 0U);
  EXPECT_EQ(lock.state.trying_next, 1U);
  lock.feed(Cancel{{.once = true, .since = 1}}).only(Kind::abandon);
  EXPECT_EQ(waiting(lock), 0U);
}

TEST(Acquire, InJeopardyATryIsRefusedAtOnceAndWhoWaitsGetsTheNextTenure) {
  Driver lock(Authority::observation);
  lock.at(0ms).hold(1).at(950ms).feed(Join{});
  EXPECT_FALSE(lock.was_told(Tell::Kind::granted));
  lock.feed(Join{.once = true});
  ASSERT_TRUE(lock.was_told(Tell::Kind::refused));
  EXPECT_EQ(lock.find(Tell::Kind::refused)->refusal, Refusal::busy);
  EXPECT_EQ(lock.state.patient, 1U);
  const Request release = lock.leave(1).only(Kind::release);
  lock.reply(release, {.kind = Answer::Kind::released});
  lock.reply(lock.only(Kind::acquire), lock.granted(2));
  EXPECT_TRUE(lock.was_told(Tell::Kind::granted));
  EXPECT_TRUE(lock.held(2));
}

// Draws the largest number each time.
class Largest final : public Random {
 public:
  std::uint64_t below(std::uint64_t bound) override { return bound - 1; }

 protected:
  Bits id_bits() override { return {1, ++drawn_}; }

 private:
  std::uint64_t drawn_ = 0;
};

TEST(Acquire, TriesAreNeverFurtherApartThanP) {
  Driver lock(Authority::host_clock);
  Largest random;
  Effects effects;
  step(lock.config, lock.state, lock.now, Join{}, random, effects);
  std::vector<std::int64_t> gaps;
  for (int tries = 0; tries < 8; ++tries) {
    const Request request = std::get<Request>(effects.back());
    effects.clear();
    step(lock.config, lock.state, lock.now, Reply{request, lock.busy(1, 1)}, random, effects);
    EXPECT_TRUE(effects.empty());
    lock.now.at = next_wake(lock.config, lock.state);
    step(lock.config, lock.state, lock.now, Alarm{}, random, effects);
    ASSERT_EQ(effects.size(), 1U);
    gaps.push_back((lock.now.at - request.sent.at).ns());
  }
  EXPECT_EQ(gaps.front(), Length(30ms).count() - 1) << "at first below 3 b";
  EXPECT_EQ(gaps.back(), Length(100ms).count());
  EXPECT_LE(*std::max_element(gaps.begin(), gaps.end()), Length(100ms).count());
}

TEST(Acquire, ASlowAnswerDoesNotStretchTheTimeBetweenTries) {
  Driver lock(Authority::host_clock);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  lock.state.campaign->backoff = Span<LocalClock>::ns(Length(40ms).count());
  lock.at(45ms).reply(request, lock.busy(1, 1));
  EXPECT_EQ(next_wake(lock.config, lock.state).ns(), Length(55ms).count())
      << "only b, because the pause from the send is over already";
}

TEST(Acquire, APauseThatOutlastsTheAnswerIsCountedFromTheSend) {
  Driver lock(Authority::host_clock);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  Largest random;
  Effects effects;
  step(lock.config, lock.state, lock.at(5ms).now, Reply{request, lock.busy(1, 1)}, random, effects);
  EXPECT_EQ(next_wake(lock.config, lock.state).ns(), Length(30ms).count() - 1);
}

TEST(Acquire, TheOwnerIdIsKeptWhileTheTermIsTheOneThatWasExpected) {
  Driver lock(Authority::host_clock);
  const Request first = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  const Request second = lock.reply(first, lock.busy(5, 1)).at(10ms).alarm().only(Kind::acquire);
  EXPECT_NE(second.owner, first.owner) << "the first can't be applied any more";
  EXPECT_EQ(second.term, 5U);
  const Request third = lock.reply(second, lock.busy(5, 2)).at(20ms).alarm().only(Kind::acquire);
  EXPECT_EQ(third.owner, second.owner);
  EXPECT_EQ(third.term, 5U);
}

TEST(Acquire, AnUnknownOutcomeIsAbandoned) {
  Driver lock(Authority::host_clock);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  lock.reply(request, {.kind = Answer::Kind::unknown});
  EXPECT_EQ(lock.feed(Cancel{}).only(Kind::abandon).owner, request.owner);
}

TEST(Acquire, ATryDoesNotWaitForTwoEndingsThatNobodyAnswers) {
  Driver lock(Authority::host_clock);
  lock.at(0ms).hold(1).leave(1);
  lock.at(50ms).alarm().feed(Join{}).only(Kind::acquire);
  lock.feed(Cancel{}).only(Kind::abandon);
  EXPECT_TRUE(lock.feed(Join{.once = true}).told.empty()) << "the abandon may yet be answered";
  lock.at(100ms).alarm();
  ASSERT_TRUE(lock.was_told(Tell::Kind::refused));
  EXPECT_EQ(lock.find(Tell::Kind::refused)->refusal, Refusal::unknown);
  EXPECT_TRUE(lock.feed(Join{.once = true}).was_told(Tell::Kind::refused)) << "nor do later ones";
}

TEST(Acquire, AHintShortensASleepAtOnceAndTheNextOnesAreAPauseApart) {
  Driver lock(Authority::host_clock);
  lock.at(0ms).feed(Join{});
  lock.reply(lock.only(Kind::acquire), lock.busy(1, 1));
  lock.now.at = next_wake(lock.config, lock.state) - Span<LocalClock>::ns(5'000'000);
  const std::int64_t first = lock.now.at.ns();
  const Request hurried = lock.feed(Hint{}).only(Kind::acquire);
  lock.reply(hurried, lock.busy(1, 1));
  EXPECT_TRUE(lock.feed(Hint{}).sent.empty());
  EXPECT_LE(next_wake(lock.config, lock.state).ns(), first + Length(10ms).count());
  EXPECT_TRUE(lock.feed(Hint{}).sent.empty()) << "a flood of hints is no flood of requests";
  lock.now.at = next_wake(lock.config, lock.state);
  lock.alarm().only(Kind::acquire);
}

TEST(Acquire, AHintThatComesWhileTheStoreIsAskedCountsForTheNextTry) {
  Driver lock(Authority::host_clock);
  const Request asked = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  EXPECT_TRUE(lock.at(3ms).feed(Hint{}).sent.empty());
  EXPECT_EQ(lock.at(4ms).reply(asked, lock.busy(1, 1)).sent.size(), 1U)
      << "the answer may be older than the hint";
}

TEST(Acquire, WhoLostARaceAfterAHintIsNotLateForTheNextHoweverLongThePauseIs) {
  Driver lock(Authority::host_clock);
  lock.config.timing.retry_pause = lock.config.timing.longest_wait = 10s;
  lock.feed(Join{}).reply(lock.sent.front(), lock.busy(1, 1));
  const Request hurried = lock.at(1ms).feed(Hint{}).only(Kind::acquire);
  lock.reply(hurried, lock.busy(2, 2));
  EXPECT_TRUE(lock.at(2ms).feed(Hint{}).sent.empty());
  EXPECT_EQ(next_wake(lock.config, lock.state).ns(), Length(51ms).count());
}

TEST(Acquire, ATryThatWasDueAnywayIsNotOneThatAHintCaused) {
  Driver lock(Authority::host_clock);
  lock.at(0ms).feed(Join{});
  lock.reply(lock.only(Kind::acquire), lock.busy(1, 1));
  lock.now.at = next_wake(lock.config, lock.state) + Span<LocalClock>::ns(1);
  const Request late = lock.feed(Hint{}).only(Kind::acquire);
  lock.reply(late, lock.busy(1, 1));
  EXPECT_EQ(lock.feed(Hint{}).sent.size(), 1U) << "this is the first hint that is of use";
}

TEST(Acquire, AHintWithoutAWishMeansNothing) {
  Driver idle(Authority::host_clock);
  EXPECT_EQ(idle.at(0ms).feed(Hint{}).state, State{});
  Driver holder(Authority::host_clock);
  const State held = holder.hold(1).state;
  EXPECT_EQ(holder.feed(Hint{}).state, held);
}

TEST(Acquire, AStoreThatSaysMovedButNamesTheTermThatWeSentIsNotAskedWithoutAPause) {
  Driver lock(Authority::host_clock);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  lock.reply(request, {.kind = Answer::Kind::moved, .term = request.term});
  EXPECT_TRUE(lock.sent.empty());
  EXPECT_GE(next_wake(lock.config, lock.state).ns(), Length(10ms).count());
}

TEST(Acquire, ASecondUnansweredEndingHoldsBackAThirdCampaign) {
  Driver lock(Authority::host_clock);
  lock.at(0ms).hold(1).leave(1);
  lock.at(50ms).alarm().feed(Join{}).only(Kind::acquire);
  lock.feed(Cancel{}).only(Kind::abandon);
  lock.feed(Join{});
  while (!lock.was_told(Tell::Kind::ended)) {
    EXPECT_FALSE(lock.state.campaign);
    lock.now.at = next_wake(lock.config, lock.state);
    ASSERT_LE(lock.alarm().now.at.ns(), Length(1100ms).count());
  }
  EXPECT_TRUE(lock.state.campaign) << "the older row has run out, and with it its ending";
}

}  // namespace
}  // namespace leasehold::core
