// How a tenure is prolonged, and which answers end it.
#include <gtest/gtest.h>

#include "lib/tests/core_driver.h"
#include "lib/tests/doubles.h"

namespace leasehold::core {
namespace {

using Kind = Request::Kind;

// A tenure of term 1 since 0 ms whose first renewal left at 100 ms.
struct Renewing {
  explicit Renewing(Authority authority = Authority::observation) : lock(authority) {
    lock.at(0ms).hold(1);
    renewal = lock.at(100ms).alarm().only(Kind::renew);
  }
  // The first renewal is given up at 150 ms; the second leaves at 160 ms.
  Request second() { return lock.at(150ms).alarm().at(160ms).alarm().only(Kind::renew); }
  void expect_lost(Loss loss) const {
    ASSERT_TRUE(lock.was_told(Tell::Kind::lost));
    EXPECT_EQ(lock.find(Tell::Kind::lost)->loss, loss);
    EXPECT_FALSE(lock.held(1));
    EXPECT_TRUE(lock.sent.empty()) << "nothing of ours is left to release";
  }

  Driver lock;
  Request renewal;
};

TEST(Renew, ALateAnswerExtendsFromItsOwnSendAndLeavesTheNextInFlight) {
  Renewing at;
  const Request second = at.second();
  at.lock.at(170ms).reply(at.renewal, at.lock.renewed());
  EXPECT_EQ(at.lock.state.tenure->deadline.ns(), Length(1100ms).count() - 1);
  ASSERT_TRUE(at.lock.state.tenure->renewal);
  EXPECT_EQ(at.lock.state.tenure->renewal->ordinal, second.ordinal);
  EXPECT_TRUE(at.lock.at(200ms).alarm().sent.empty()) << "never two at a time";
  at.lock.at(205ms).reply(second, at.lock.renewed());
  EXPECT_EQ(at.lock.state.tenure->deadline.ns(), Length(1160ms).count() - 1);
}

TEST(Renew, TheNextOneCountsFromTheSendOfTheLastConfirmed) {
  Renewing at;
  at.lock.at(140ms).reply(at.renewal, at.lock.renewed());
  EXPECT_TRUE(at.lock.at(200ms - 1ns).alarm().sent.empty());
  at.lock.at(200ms).alarm().only(Kind::renew);
}

// A local clock must not do that; if it does, what was sent later is still later.
TEST(Renew, AfterAClockThatStepsBackTheLatestSentCountsAndTheNextOneWaits) {
  Renewing at;
  at.lock.reply(at.renewal, at.lock.renewed());
  const Request failing = at.lock.at(200ms).alarm().only(Kind::renew);
  at.lock.at(50ms).reply(failing, {.kind = Answer::Kind::unknown});
  const Request again = at.lock.at(60ms).alarm().only(Kind::renew);
  EXPECT_TRUE(at.lock.at(65ms).reply(again, at.lock.renewed()).sent.empty());
  EXPECT_EQ(at.lock.state.tenure->deadline.ns(), Length(1060ms).count() - 1);
  EXPECT_TRUE(at.lock.at(160ms - 1ns).alarm().sent.empty());
  at.lock.at(160ms).alarm().only(Kind::renew);
}

TEST(Renew, AnAnswerInThePauseAfterItsTimeoutMakesTheRetryNeedless) {
  Renewing at;
  at.lock.at(150ms).alarm();
  at.lock.at(155ms).reply(at.renewal, at.lock.renewed());
  EXPECT_TRUE(at.lock.at(160ms).alarm().sent.empty());
  at.lock.at(200ms).alarm().only(Kind::renew);
}

TEST(Renew, OnTheHostsClockTheStoresExpiryCountsAndNeverGoesBack) {
  Renewing at(Authority::host_clock);
  const Request second = at.second();
  at.lock.at(170ms);
  const Answer early = at.lock.renewed();
  at.lock.at(180ms).reply(second, at.lock.renewed());
  const auto deadline = at.lock.state.tenure->deadline;
  EXPECT_EQ(deadline.ns(), Length(1180ms).count() - 1);
  at.lock.at(190ms).reply(at.renewal, early);
  EXPECT_EQ(at.lock.state.tenure->deadline, deadline);
}

TEST(Renew, ErrorsAreRetriedAfterAPauseUntilTheDeadlineDecides) {
  for (const auto kind : {Answer::Kind::unknown, Answer::Kind::not_applied, Answer::Kind::misuse}) {
    Renewing at;
    at.lock.at(110ms).reply(at.renewal, {.kind = kind});
    EXPECT_TRUE(at.lock.was_told(Tell::Kind::renew_failed));
    EXPECT_TRUE(at.lock.at(120ms - 1ns).alarm().sent.empty());
    EXPECT_EQ(at.lock.at(120ms).alarm().only(Kind::renew).seq, at.renewal.seq + 1);
    EXPECT_TRUE(at.lock.at(1s - 2ns).alarm().held(1));
    at.lock.at(1s - 1ns).alarm();
    EXPECT_EQ(at.lock.find(Tell::Kind::lost)->loss, Loss::deadline);
    EXPECT_EQ(at.lock.only(Kind::release).term, 1U) << "the row may still count as ours";
  }
}

TEST(Renew, ADefiniteAnswerToAnEarlierAttemptIsALossToo) {
  Renewing at;
  at.second();
  at.lock.reply(at.renewal, {.kind = Answer::Kind::not_owner, .term = 2});
  at.expect_lost(Loss::superseded);
}

TEST(Renew, ARefusalThatNoStoreWithAMemoryCouldSayMeansThatItForgot) {
  const struct {
    Term term;
    NotOwner::Why why;
    Loss loss;
  } cases[] = {{0, NotOwner::Why::free, Loss::forgotten},
               {0, NotOwner::Why::superseded, Loss::forgotten},
               {1, NotOwner::Why::superseded, Loss::forgotten},
               // Somebody released it by force, or it is its own and over.
               {1, NotOwner::Why::free, Loss::superseded},
               {1, NotOwner::Why::over, Loss::superseded},
               {2, NotOwner::Why::superseded, Loss::superseded},
               {2, NotOwner::Why::free, Loss::superseded}};
  for (const auto& one : cases) {
    Renewing at;
    at.lock.reply(at.renewal, {.kind = Answer::Kind::not_owner, .term = one.term, .why = one.why});
    at.expect_lost(one.loss);
  }
}

TEST(Renew, AnErrorOfAnEarlierAttemptChangesNothing) {
  Renewing at;
  at.second();
  const State before = at.lock.state;
  at.lock.reply(at.renewal, {.kind = Answer::Kind::unknown});
  EXPECT_EQ(at.lock.state, before);
  EXPECT_TRUE(at.lock.told.empty());
}

TEST(Renew, ALaterSeqThanOursMeansAClone) {
  Renewing at;
  at.lock.reply(at.renewal, {.kind = Answer::Kind::stale, .seq = at.renewal.seq + 1});
  at.expect_lost(Loss::cloned);
}

TEST(Renew, ALateWordThatAnotherUsedAnOlderSeqOfOursMeansAClone) {
  Renewing at;
  const Request second = at.lock.at(150ms).alarm().at(160ms).alarm().only(Kind::renew);
  ASSERT_GT(second.seq, at.renewal.seq);
  at.lock.reply(at.renewal,
                {.kind = Answer::Kind::stale, .seq = at.renewal.seq, .renew_id = {9, 9}});
  at.expect_lost(Loss::cloned);
}

TEST(Renew, AnEarlierAttemptThatCameAfterALaterOneIsNoClone) {
  Renewing at;
  const Request second = at.second();
  at.lock.reply(at.renewal,
                {.kind = Answer::Kind::stale, .seq = second.seq, .renew_id = second.renew_id});
  EXPECT_TRUE(at.lock.held(1));
  EXPECT_TRUE(at.lock.state.tenure->renewal) << "the second is still awaited";
}

TEST(Renew, ATableMadeAnewIsToldFromALossWhateverItAnswers) {
  for (const auto kind : {Answer::Kind::renewed, Answer::Kind::not_owner, Answer::Kind::stale}) {
    Renewing at;
    at.lock.reply(at.renewal, {.kind = kind, .incarnation = {1, 1}, .seq = 99});
    at.expect_lost(Loss::store_gone);
  }
  Renewing at;
  at.lock.reply(at.renewal, {.kind = Answer::Kind::unknown, .incarnation = {1, 1}});
  EXPECT_TRUE(at.lock.held(1)) << "an error tells of no table";
}

TEST(Renew, AnAnswerForAnEarlierTenureChangesNothing) {
  Renewing at;
  const Request release = at.lock.leave(1).only(Kind::release);
  at.lock.reply(release, {.kind = Answer::Kind::released}).hold(2);
  const State held = at.lock.state;
  at.lock.reply(at.renewal, {.kind = Answer::Kind::not_owner});
  EXPECT_EQ(at.lock.state, held);
  at.lock.reply(at.renewal, at.lock.renewed());
  EXPECT_EQ(at.lock.state, held);
}

TEST(Renew, JeopardyIsToldAtTheSoftDeadlineAndTheMachineWakesForIt) {
  Renewing at;
  while (at.lock.now.at < soft_deadline(at.lock.config, at.lock.state)) {
    EXPECT_FALSE(at.lock.was_told(Tell::Kind::jeopardy));
    at.lock.now.at = next_wake(at.lock.config, at.lock.state);
    at.lock.alarm();
  }
  EXPECT_EQ(at.lock.now.at.ns(), Length(900ms).count() - 1);
  EXPECT_TRUE(at.lock.was_told(Tell::Kind::jeopardy));
  int told = 0;
  while (at.lock.state.tenure) {
    at.lock.now.at = next_wake(at.lock.config, at.lock.state);
    told += at.lock.alarm().was_told(Tell::Kind::jeopardy) ? 1 : 0;
  }
  EXPECT_EQ(told, 0);
  EXPECT_EQ(at.lock.now.at.ns(), Length(1s).count() - 1) << "and for the deadline";
}

TEST(Renew, AShortNapOrTheHostsClockNeedsNoNewProof) {
  Renewing nap;
  EXPECT_TRUE(nap.lock.at(120ms).slept_for(10ms).held(1));
  EXPECT_FALSE(nap.lock.slept_for(1ns).held(1));
  Renewing host(Authority::host_clock);
  EXPECT_TRUE(host.lock.at(120ms).slept_for(500ms).held(1));
  EXPECT_TRUE(host.lock.alarm().sent.empty());
}

TEST(Renew, TheRenewalAfterASleepIsRetriedUntilOneIsConfirmed) {
  Renewing at;
  const Request proof = at.lock.at(130ms).slept_for(20ms).alarm().only(Kind::renew);
  at.lock.feed(Join{});
  EXPECT_FALSE(at.lock.was_told(Tell::Kind::granted));
  at.lock.reply(proof, {.kind = Answer::Kind::unknown});
  EXPECT_FALSE(at.lock.held(1));
  const Request retry = at.lock.at(140ms).alarm().only(Kind::renew);
  at.lock.at(145ms).reply(retry, at.lock.renewed());
  EXPECT_TRUE(at.lock.held(1));
  EXPECT_TRUE(at.lock.was_told(Tell::Kind::granted)) << "who waited meanwhile joins now";
}

TEST(Renew, ATenureThatDiesUnprovenAfterASleepIsLostAsSuspended) {
  Renewing at;
  at.lock.at(130ms).slept_for(20ms).alarm();
  at.lock.at(2s).alarm();
  EXPECT_EQ(at.lock.find(Tell::Kind::lost)->loss, Loss::suspended);
  at.lock.only(Kind::release);
}

TEST(Renew, EveryAuthorityHasTheDeadlineOfItsFormula) {
  struct Case {
    const char* name;
    Authority authority;
    std::int64_t deadline_ns;
  };
  // 1 % drift, J = eps = 20 ms, q = 1 ms; sent at 0, applied at 5.5 ms, answered at 40 ms.
  const Case cases[] = {{"host", Authority::host_clock, 1'004'500'000},
                        {"store", Authority::store_clock, 979'000'000LL * 99 / 101 - 1},
                        {"wall", Authority::wall_clock, 979'000'000LL * 99 / 100 - 1},
                        {"observation", Authority::observation, 999'999'999}};
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    Driver lock(one.authority, 10'000);
    lock.config.bounds.resolution = 1ms;
    lock.config.bounds.jump_forward = 20ms;
    lock.config.bounds.skew = 20ms;
    const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
    const Answer answer = lock.at(5500us).granted(1);
    lock.at(40ms).reply(request, answer);
    EXPECT_EQ(lock.state.tenure->deadline.ns(), one.deadline_ns);
    EXPECT_TRUE(lock.at(Length(one.deadline_ns) - 1ns).held(1));
    EXPECT_FALSE(lock.at(Length(one.deadline_ns)).held(1));
  }
}

TEST(Renew, AsManyFailuresAsToleratedBringNoJeopardy) {
  Driver lock(Authority::store_clock);
  const int tolerated = affordable_failures(lock.config);
  ASSERT_GT(tolerated, 3);
  lock.at(0ms).hold(1);
  // The latest that jitter allows.
  lock.state.tenure->next_renewal = Instant<LocalClock>::at_ns(Length(110ms).count());
  for (int failed = 0; failed < tolerated; ++failed) {
    lock.now.at = next_wake(lock.config, lock.state);
    lock.alarm().only(Kind::renew);
    lock.now.at = next_wake(lock.config, lock.state);
    EXPECT_TRUE(lock.alarm().was_told(Tell::Kind::renew_failed));
  }
  lock.now.at = next_wake(lock.config, lock.state);
  const Request last = lock.alarm().only(Kind::renew);
  lock.at(Length(last.sent.at.ns()) + 50ms - 1ns).reply(last, lock.renewed());
  EXPECT_TRUE(lock.was_told(Tell::Kind::renewed));
  EXPECT_FALSE(lock.state.tenure->jeopardy);
}

TEST(Renew, AnAnswerFromBeforeASleepDoesNotUndoOneFromAfterIt) {
  Driver lock(Authority::store_clock);
  const Request before = lock.at(0ms).hold(1).at(100ms).alarm().only(Kind::renew);
  const Request after = lock.at(130ms).slept_for(20ms).alarm().only(Kind::renew);
  lock.reply(after, lock.renewed()).reply(before, lock.renewed());
  EXPECT_TRUE(lock.held(1));
  EXPECT_EQ(lock.state.tenure->anchor, after.sent);
}

TEST(Renew, TheIntervalIsRGiveOrTakeATenth) {
  struct Case {
    std::uint64_t draw;
    std::int64_t interval_ns;
  };
  for (const Case& one : {Case{0, 100'000'000}, Case{1, 99'999'999}, Case{19'999'999, 90'000'000},
                          Case{20'000'000, 110'000'000}}) {
    SCOPED_TRACE(one.draw);
    Driver lock(Authority::store_clock);
    const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
    doubles::SequenceRandom random;
    random.queue(one.draw);
    Effects effects;
    step(lock.config, lock.state, lock.at(30ms).now, Reply{request, lock.granted(1)}, random,
         effects);
    EXPECT_EQ(next_wake(lock.config, lock.state).ns(), one.interval_ns);
  }
}

}  // namespace
}  // namespace leasehold::core
