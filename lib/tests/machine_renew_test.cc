// How a tenure is prolonged, and which answers end it.
#include <gtest/gtest.h>

#include "lib/tests/core_driver.h"

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
  at.lock.reply(at.renewal, {.kind = Answer::Kind::not_owner});
  at.expect_lost(Loss::superseded);
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
  const Request release = at.lock.feed(Leave{1}).only(Kind::release);
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

}  // namespace
}  // namespace leasehold::core
