// The promises of a tenure: what is believed, for how long, and how it ends.
#include <set>

#include <gtest/gtest.h>

#include "lib/src/core/hash.h"
#include "lib/tests/core_driver.h"

namespace leasehold::core {
namespace {

using Kind = Request::Kind;

TEST(Tenure, ItsDeadlineCountsFromTheSendAndNotFromTheAnswer) {
  Driver lock(Authority::observation);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  lock.at(40ms).reply(request, lock.granted(1));
  EXPECT_EQ(lock.state.tenure->deadline.ns(), 999'999'999);
  EXPECT_TRUE(lock.at(999'999'998ns).held(1));
  EXPECT_FALSE(lock.at(999'999'999ns).held(1));
}

TEST(Tenure, UnderHostClockItEndsOneResolutionBeforeTheStoresExpiry) {
  Driver lock(Authority::host_clock);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  const Answer answer = lock.at(20ms).granted(1);
  lock.at(40ms).reply(request, answer);
  EXPECT_TRUE(lock.at(1020ms - 2ns).held(1));
  EXPECT_FALSE(lock.at(1020ms - 1ns).held(1));
}

TEST(Tenure, AnExpiryFurtherAheadThanALeaseReachesIsNotBelieved) {
  Driver lock(Authority::host_clock);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  Answer answer = lock.at(20ms).granted(1);
  answer.expires_at = answer.expires_at->at_ns(Length(48h).count());
  lock.at(40ms).reply(request, answer);
  EXPECT_TRUE(lock.at(1040ms - 1ns).held(1));
  EXPECT_FALSE(lock.at(1040ms).held(1));
}

TEST(Tenure, AnAnswerAfterTheDeadlineFindsItDead) {
  Driver lock(Authority::observation);
  const Request renewal = lock.hold(1).at(100ms).alarm().only(Kind::renew);
  lock.at(1s).reply(renewal, lock.renewed());
  EXPECT_FALSE(lock.held(1));
  ASSERT_TRUE(lock.was_told(Tell::Kind::lost));
  EXPECT_EQ(lock.find(Tell::Kind::lost)->loss, Loss::deadline);
  EXPECT_FALSE(lock.was_told(Tell::Kind::renewed));
}

TEST(Tenure, OneRenewalAtATimeAndRetriedAfterAPause) {
  Driver lock(Authority::observation);
  const Request first = lock.hold(1).at(100ms).alarm().only(Kind::renew);
  EXPECT_TRUE(lock.at(120ms).alarm().sent.empty());
  EXPECT_TRUE(lock.at(150ms).alarm().sent.empty()) << "timed out, and the pause begins";
  EXPECT_TRUE(lock.was_told(Tell::Kind::renew_failed));
  const Request second = lock.at(160ms).alarm().only(Kind::renew);
  EXPECT_GT(second.seq, first.seq);
  EXPECT_NE(second.renew_id, first.renew_id);
  EXPECT_TRUE(lock.held(1)) << "an error is not a loss";
}

TEST(Tenure, ARenewalGoesAlongWithAnothersUpToHalfAnIntervalEarly) {
  Driver lock(Authority::observation);
  EXPECT_TRUE(lock.hold(1).at(50ms - 1ns).feed(Company{}).sent.empty());
  const Request renewal = lock.at(50ms).feed(Company{}).only(Kind::renew);
  EXPECT_TRUE(lock.feed(Company{}).sent.empty()) << "one at a time";
  lock.reply(renewal, lock.renewed());
  EXPECT_EQ(lock.state.tenure->deadline.ns(), Length(1050ms).count() - 1);
}

TEST(Tenure, WhoWentAlongWaitsForCompanyAsLongAsItMay) {
  Driver lock(Authority::observation);
  const Request early = lock.hold(1).at(60ms).feed(Company{}).only(Kind::renew);
  lock.reply(early, lock.renewed());
  EXPECT_TRUE(lock.at(170ms - 1ns).alarm().sent.empty()) << "60 ms + R + 10 %";
  const Request alone = lock.at(170ms).alarm().only(Kind::renew);
  lock.reply(alone, lock.renewed());
  EXPECT_EQ(lock.state.tenure->next_renewal.ns(), Length(270ms).count()) << "the draw 0 means R";
}

TEST(Tenure, CompanyNeitherShortensARetrysPauseNorHelpsWhoHoldsNothing) {
  Driver lock(Authority::observation);
  EXPECT_EQ(lock.feed(Company{}).state, State{});
  const Request renewal = lock.hold(1).at(100ms).alarm().only(Kind::renew);
  lock.reply(renewal, {.kind = Answer::Kind::not_applied});
  EXPECT_TRUE(lock.at(110ms - 1ns).feed(Company{}).sent.empty());
  lock.at(110ms).alarm().only(Kind::renew);
}

TEST(Tenure, ALateAnswerExtendsByItsOwnAnchorOnly) {
  Driver lock(Authority::observation);
  const Request first = lock.hold(1).at(100ms).alarm().only(Kind::renew);
  const Request second = lock.at(150ms).alarm().at(160ms).alarm().only(Kind::renew);
  lock.at(170ms).reply(second, lock.renewed());
  EXPECT_EQ(lock.state.tenure->deadline.ns(), Length(1160ms).count() - 1);
  lock.at(180ms).reply(first, lock.renewed());
  EXPECT_EQ(lock.state.tenure->deadline.ns(), Length(1160ms).count() - 1);
}

TEST(Tenure, ADefiniteRefusalIsALossAtOnceWithNothingToRelease) {
  Driver lock(Authority::observation);
  const Request renewal = lock.hold(1).at(100ms).alarm().only(Kind::renew);
  lock.reply(renewal, {.kind = Answer::Kind::not_owner, .term = 2});
  EXPECT_EQ(lock.find(Tell::Kind::lost)->loss, Loss::superseded);
  EXPECT_TRUE(lock.sent.empty());
  EXPECT_EQ(next_wake(lock.config, lock.state), Instant<LocalClock>::never());
}

TEST(Tenure, ASeqThatSomebodyElseUsedMeansAClone) {
  Driver lock(Authority::observation);
  const Request renewal = lock.hold(1).at(100ms).alarm().only(Kind::renew);
  Driver own = lock;
  lock.reply(renewal, {.kind = Answer::Kind::stale, .seq = renewal.seq, .renew_id = {9, 9}});
  EXPECT_EQ(lock.find(Tell::Kind::lost)->loss, Loss::cloned);
  EXPECT_TRUE(lock.sent.empty());
  own.reply(renewal,
            {.kind = Answer::Kind::stale, .seq = renewal.seq, .renew_id = renewal.renew_id});
  EXPECT_TRUE(own.held(1)) << "it was a copy of our own renewal";
}

TEST(Tenure, AStoreThatWasMadeAnewIsALoss) {
  Driver lock(Authority::observation);
  const Request renewal = lock.hold(1).at(100ms).alarm().only(Kind::renew);
  Answer answer = lock.renewed();
  answer.incarnation = {1, 1};
  lock.reply(renewal, answer);
  EXPECT_EQ(lock.find(Tell::Kind::lost)->loss, Loss::store_gone);
}

TEST(Tenure, JeopardyIsToldOnceIsFinalAndLetsNobodyJoin) {
  Driver lock(Authority::observation);
  lock.hold(1).at(900ms - 1ns).alarm();
  EXPECT_TRUE(lock.was_told(Tell::Kind::jeopardy));
  EXPECT_TRUE(lock.held(1));
  const Request renewal{.kind = Kind::renew,
                        .ordinal = lock.state.tenure->renewal->ordinal,
                        .sent = lock.now,
                        .owner = lock.state.tenure->owner,
                        .term = 1};
  lock.reply(renewal, lock.renewed());
  EXPECT_FALSE(lock.was_told(Tell::Kind::jeopardy));
  EXPECT_TRUE(lock.state.tenure->jeopardy) << "a renewal does not take it back";
  lock.feed(Join{});
  EXPECT_FALSE(lock.was_told(Tell::Kind::granted));
  lock.feed(Join{.once = true});
  EXPECT_TRUE(lock.was_told(Tell::Kind::refused));
}

TEST(Tenure, AfterASleepNothingIsBelievedUntilARenewalSentAfterwards) {
  Driver lock(Authority::observation);
  const Request before = lock.hold(1).at(100ms).alarm().only(Kind::renew);
  lock.at(130ms).slept_for(20ms);
  EXPECT_FALSE(lock.held(1));
  const Request after = lock.alarm().only(Kind::renew);
  lock.reply(before, lock.renewed());
  EXPECT_FALSE(lock.held(1)) << "it was sent before the sleep";
  lock.reply(after, lock.renewed());
  EXPECT_TRUE(lock.held(1));
}

TEST(Tenure, GuardsAreCountedAndOnlyTheLastOneReleases) {
  Driver lock(Authority::observation);
  lock.hold(1).feed(Join{});
  EXPECT_TRUE(lock.was_told(Tell::Kind::granted));
  EXPECT_TRUE(lock.sent.empty()) << "joining asks nobody";
  EXPECT_TRUE(lock.leave(1).sent.empty());
  EXPECT_TRUE(lock.held(1));
  const Request release = lock.leave(1).only(Kind::release);
  EXPECT_FALSE(lock.held(1));
  EXPECT_EQ(release.term, 1U);
  EXPECT_EQ(lock.told.front().kind, Tell::Kind::stopped);
}

TEST(Tenure, JoiningAndLeavingAtOnceIsWhatTheStepsDo) {
  Driver held(Authority::observation);
  held.hold(1);
  for (const Length when : {0ms, 50ms, 899ms, 900ms, 950ms, 999ms, 1000ms, 1500ms}) {
    Driver stepped = held;
    stepped.at(when).alarm();
    Driver quick = stepped;
    stepped.feed(Join{});
    const bool joined = join_at_once(quick.config, quick.state, quick.now);
    EXPECT_EQ(joined, stepped.was_told(Tell::Kind::granted));
    if (!joined) continue;
    EXPECT_EQ(quick.state, stepped.state);
    EXPECT_TRUE(leave_at_once(quick.state, quick.id(1)));
    EXPECT_EQ(quick.state, stepped.leave(1).state);
    EXPECT_FALSE(leave_at_once(quick.state, quick.id(1))) << "the last one ends the tenure";
    EXPECT_EQ(quick.state, stepped.state);
    EXPECT_TRUE(leave_at_once(quick.state, TenureId{{}, 1})) << "nobody's guard";
    EXPECT_EQ(quick.state, stepped.state);
  }
}

// The alarm that ends the joining may be late; the clock is not.
TEST(Tenure, NobodyJoinsAtOnceAfterTheSoftDeadlineHoweverLateTheAlarmIs) {
  Driver lock(Authority::observation);
  lock.hold(1).at(899ms);
  EXPECT_TRUE(join_at_once(lock.config, lock.state, lock.now));
  lock.at(900ms);
  EXPECT_FALSE(join_at_once(lock.config, lock.state, lock.now));
}

TEST(Tenure, AGuardOfAnEarlierTenureChangesNothing) {
  Driver lock(Authority::observation);
  const Request release = lock.hold(1).leave(1).only(Kind::release);
  lock.reply(release, {.kind = Answer::Kind::released}).hold(2);
  lock.leave(1).release(1);
  EXPECT_TRUE(lock.held(2));
  EXPECT_EQ(lock.state.tenure->guards, 1U);
}

// A store that was wiped, or forgot what it had granted, gives the same term a second time.
TEST(Tenure, AGuardOfAnEarlierTenureOfTheSameTermIsDead) {
  Driver lock(Authority::observation);
  lock.hold(1);
  const TenureId old = lock.id(1);
  const Request release = lock.leave(1).only(Kind::release);
  lock.reply(release, {.kind = Answer::Kind::released}).hold(1);
  EXPECT_FALSE(is_held(lock.config, lock.state, old, lock.now));
  lock.feed(Leave{old}).feed(Release{old});
  EXPECT_TRUE(lock.held(1));
  EXPECT_EQ(lock.state.tenure->guards, 1U);
}

TEST(Tenure, StateIsAValueThatIsComparedAndHashed) {
  struct Words {
    std::uint64_t sum = 0;
    void word(std::uint64_t value) { sum = (sum ^ value) * 0x100000001b3U + 1; }
  };
  const auto hash = [](const State& state) {
    Words words;
    append(words, state);
    return words.sum;
  };
  Driver lock(Authority::observation);
  std::vector<State> seen{lock.state};
  const Request request = lock.feed(Join{}).only(Kind::acquire);
  seen.push_back(lock.state);
  seen.push_back(lock.reply(request, lock.granted(1)).state);
  seen.push_back(lock.at(100ms).alarm().state);
  seen.push_back(lock.leave(1).state);
  std::set<std::uint64_t> hashes;
  for (std::size_t one = 0; one < seen.size(); ++one) {
    hashes.insert(hash(seen[one]));
    const State copy = seen[one];
    EXPECT_EQ(copy, seen[one]);
    EXPECT_EQ(hash(copy), hash(seen[one]));
    if (one > 0) {
      EXPECT_NE(seen[one], seen[one - 1]);
    }
  }
  EXPECT_EQ(hashes.size(), seen.size());
}

TEST(Stop, GuardsAreDeadAtOnceAndTheReleaseWaitsForThem) {
  Driver lock(Authority::observation);
  lock.hold(1).feed(Join{});
  lock.at(20ms).feed(Stop{lock.id(1)});
  EXPECT_TRUE(lock.was_told(Tell::Kind::stopped));
  EXPECT_FALSE(lock.held(1));
  EXPECT_TRUE(lock.sent.empty()) << "somebody may still be at work";
  lock.at(100ms).alarm().only(Kind::renew);
  EXPECT_TRUE(lock.at(101ms).leave(1).sent.empty());
  lock.at(102ms).leave(1).only(Kind::release);
  EXPECT_FALSE(lock.was_told(Tell::Kind::stopped)) << "told once";
}

TEST(Stop, TheReleaseWaitsForTheStopBudgetAtMost) {
  Driver lock(Authority::observation);
  lock.hold(1).at(20ms).feed(Stop{lock.id(1)});
  lock.at(60ms).feed(Stop{lock.id(1)});
  EXPECT_TRUE(lock.at(119ms).alarm().sent.empty() || lock.sent.front().kind == Kind::renew);
  lock.at(120ms).alarm();
  EXPECT_FALSE(lock.sent.empty());
  EXPECT_EQ(lock.sent.back().kind, Kind::release);
}

TEST(Stop, NobodyJoinsWhoComesMeanwhile) {
  Driver lock(Authority::observation);
  lock.hold(1).at(20ms).feed(Stop{lock.id(1)});
  EXPECT_FALSE(join_at_once(lock.config, lock.state, lock.now));
  lock.feed(Join{true});
  EXPECT_TRUE(lock.was_told(Tell::Kind::refused));
}

TEST(Stop, ATenureThatIsLostMeanwhileEndsAsAlreadyLost) {
  Driver lock(Authority::observation);
  lock.hold(1).at(20ms).feed(Stop{lock.id(1)});
  const Request renewal = lock.at(100ms).alarm().only(Kind::renew);
  lock.reply(renewal, {.kind = Answer::Kind::not_owner});
  EXPECT_FALSE(lock.was_told(Tell::Kind::lost)) << "its guards are dead already";
  ASSERT_TRUE(lock.was_told(Tell::Kind::ended));
  EXPECT_EQ(lock.find(Tell::Kind::ended)->outcome, EndOutcome::already_lost);
}

TEST(MaxTenure, AnOldTenureIsJoinedNoMoreAndTheNextOneIs) {
  Driver lock(Authority::observation);
  lock.config.timing.max_tenure = 50ms;
  lock.hold(1);
  EXPECT_TRUE(lock.at(49ms).feed(Join{true}).was_told(Tell::Kind::granted));
  EXPECT_FALSE(join_at_once(lock.config, lock.at(50ms).state, lock.now));
  EXPECT_TRUE(lock.feed(Join{true}).was_told(Tell::Kind::refused));
  EXPECT_TRUE(lock.feed(Join{}).told.empty()) << "who is patient waits";
  EXPECT_TRUE(lock.held(1)) << "those who have it keep it";
  const Request release = lock.leave(1).leave(1).only(Kind::release);
  lock.reply(release, {.kind = Answer::Kind::released}).only(Kind::acquire);
}

// A grant of `term` to whoever asks now, in the table 1; the tenure before was `previous`'s.
Driver& granted_after(Driver& lock, Term term, OwnerId previous) {
  Answer answer = lock.feed(Join{}).granted(term);
  answer.incarnation = {1, 1};
  answer.previous_owner = previous;
  return lock.reply(lock.only(Kind::acquire), answer);
}

Driver& let_go(Driver& lock, Term term) {
  const Request release = lock.leave(term).only(Kind::release);
  return lock.reply(release, {.kind = Answer::Kind::released});
}

TEST(Run, GoesOnOverOwnTenuresOnly) {
  Driver lock(Authority::observation);
  granted_after(lock, 5, {9, 9});
  EXPECT_EQ(lock.state.run->since, 5U);
  OwnerId own = lock.id(5).owner;
  granted_after(let_go(lock, 5), 6, own);
  EXPECT_EQ(lock.state.run->since, 5U);
  own = lock.id(6).owner;
  Driver forgetful = lock;
  granted_after(let_go(lock, 6), 8, own);
  EXPECT_EQ(lock.state.run->since, 8U) << "somebody had term 7";
  granted_after(let_go(forgetful, 6), 7, {9, 9});
  EXPECT_EQ(forgetful.state.run->since, 7U) << "a store that forgot a grant";
}

TEST(Run, WhatWasLoadedBeforeItIsAsItWas) {
  const core::Run run{{1, 1}, 5, 7, {2, 2}};
  EXPECT_TRUE(unchanged(run, {1, 1}, 7));
  EXPECT_TRUE(unchanged(run, {1, 1}, 4)) << "all that came after is our own";
  EXPECT_FALSE(unchanged(run, {1, 1}, 3));
  EXPECT_FALSE(unchanged(run, {1, 2}, 7)) << "another table";
}

}  // namespace
}  // namespace leasehold::core
