// The promises of who wants the key, and of what is taken back.
#include <gtest/gtest.h>

#include "lib/tests/core_driver.h"

namespace leasehold::core {
namespace {

using Kind = Request::Kind;

TEST(Campaign, AllWaitersShareOneRequestAndOneGrant) {
  Driver lock(Authority::host_clock);
  const Request request = lock.feed(Join{}).only(Kind::acquire);
  EXPECT_TRUE(lock.feed(Join{}).sent.empty());
  lock.reply(request, lock.granted(1));
  EXPECT_EQ(lock.state.tenure->guards, 2U);
}

TEST(Campaign, AnAmbiguousRequestIsRepeatedUnderTheSameOwnerId) {
  Driver lock(Authority::host_clock);
  const Request first = lock.feed(Join{}).only(Kind::acquire);
  EXPECT_TRUE(lock.at(50ms).alarm().sent.empty());
  const Request second = lock.at(60ms).alarm().only(Kind::acquire);
  EXPECT_EQ(second.owner, first.owner);
  EXPECT_EQ(second.term, first.term);
  lock.at(70ms).reply(first, lock.granted(1));
  EXPECT_TRUE(lock.held(1)) << "the late answer is still an answer";
}

TEST(Campaign, AMovedTermIsTriedAgainAtOnceUnderANewOwnerId) {
  Driver lock(Authority::host_clock);
  const Request first = lock.feed(Join{}).only(Kind::acquire);
  lock.reply(first, {.kind = Answer::Kind::moved, .term = 7});
  const Request second = lock.only(Kind::acquire);
  EXPECT_EQ(second.term, 7U);
  EXPECT_NE(second.owner, first.owner);
}

TEST(Campaign, ATryIsAnsweredOnlyByARequestThatWasSentAfterIt) {
  Driver lock(Authority::host_clock);
  const Request before = lock.feed(Join{}).only(Kind::acquire);
  lock.feed(Join{.once = true});
  lock.reply(before, lock.busy(1, 1));
  EXPECT_FALSE(lock.was_told(Tell::Kind::refused));
  const Request after = lock.at(10ms).alarm().only(Kind::acquire);
  lock.reply(after, lock.busy(1, 1));
  ASSERT_TRUE(lock.was_told(Tell::Kind::refused));
  EXPECT_EQ(lock.state.patient, 1U);
  EXPECT_EQ(lock.state.trying_now + lock.state.trying_next, 0U);
}

TEST(Campaign, AGrantThatComesTooLateIsGivenBack) {
  Driver lock(Authority::observation);
  const Request request = lock.feed(Join{.once = true}).only(Kind::acquire);
  Driver in_time = lock;
  in_time.at(850ms - 1ns).reply(request, lock.granted(1));
  EXPECT_TRUE(in_time.held(1)) << "exactly min_useful is left";
  lock.at(850ms).reply(request, lock.granted(1));
  EXPECT_EQ(lock.only(Kind::release).term, 1U);
  EXPECT_EQ(lock.find(Tell::Kind::refused)->refusal, Refusal::too_late);
}

TEST(Campaign, ACancelledRequestIsAbandonedUntilThatIsAnswered) {
  Driver lock(Authority::host_clock);
  const Request request = lock.feed(Join{}).only(Kind::acquire);
  const Request abandon = lock.feed(Cancel{}).only(Kind::abandon);
  EXPECT_EQ(abandon.owner, request.owner);
  EXPECT_EQ(abandon.term, request.term);
  lock.reply(request, lock.granted(1));
  EXPECT_FALSE(lock.held(1)) << "nobody wants it any more";
  lock.at(50ms).alarm();
  const Request again = lock.at(60ms).alarm().only(Kind::abandon);
  lock.reply(again, {.kind = Answer::Kind::abandoned, .settled = false});
  const Request once_more = lock.at(160ms).alarm().only(Kind::abandon);
  lock.reply(once_more, {.kind = Answer::Kind::abandoned});
  EXPECT_EQ(next_wake(lock.config, lock.state), Instant<LocalClock>::never());
}

TEST(Campaign, AfterADefiniteAnswerThereIsNothingToAbandon) {
  Driver lock(Authority::host_clock);
  const Request request = lock.feed(Join{}).only(Kind::acquire);
  lock.reply(request, lock.busy(1, 1)).feed(Cancel{});
  EXPECT_TRUE(lock.sent.empty());
  EXPECT_EQ(next_wake(lock.config, lock.state), Instant<LocalClock>::never());
}

TEST(Campaign, AReleaseIsRepeatedUntilTheRowHasSurelyRunOut) {
  Driver lock(Authority::host_clock);
  Request release = lock.hold(1).leave(1).only(Kind::release);
  int sent = 1;
  while (next_wake(lock.config, lock.state) != Instant<LocalClock>::never()) {
    lock.now.at = next_wake(lock.config, lock.state);
    lock.alarm();
    for (const Request& request : lock.sent) {
      EXPECT_EQ(request.owner, release.owner);
      ++sent;
    }
    ASSERT_LT(sent, 100);
  }
  EXPECT_GT(sent, 10);
  EXPECT_EQ(lock.find(Tell::Kind::ended)->outcome, EndOutcome::unknown);
  EXPECT_GE(lock.now.at.ns(), Length(1s).count());
}

TEST(Campaign, ANewOneWaitsForTheReleaseButNotForEver) {
  Driver lock(Authority::host_clock);
  const Request release = lock.hold(1).leave(1).only(Kind::release);
  Driver answered = lock;
  EXPECT_TRUE(lock.feed(Join{}).sent.empty());
  EXPECT_EQ(lock.at(50ms).alarm().only(Kind::acquire).term, 1U);
  answered.feed(Join{}).reply(release, {.kind = Answer::Kind::released});
  EXPECT_EQ(answered.only(Kind::acquire).term, 1U);
}

TEST(Campaign, AMisuseRefusesEverybody) {
  Driver lock(Authority::host_clock);
  const Request request = lock.feed(Join{}).only(Kind::acquire);
  lock.feed(Join{.once = true});
  lock.reply(request, {.kind = Answer::Kind::misuse});
  EXPECT_TRUE(lock.was_told(Tell::Kind::failed));
  EXPECT_EQ(lock.state.patient + lock.state.trying_now + lock.state.trying_next, 0U);
}

// Polls until the machine asks to take over, and says when that was.
Length takes_over_at(Driver& lock, Version version) {
  for (int poll = 0; poll < 1000; ++poll) {
    lock.now.at = next_wake(lock.config, lock.state);
    const Request request = lock.alarm().only(Kind::acquire);
    if (request.unchanged) {
      EXPECT_EQ(request.unchanged, version);
      return Length(lock.now.at.ns());
    }
    lock.reply(request, lock.busy(1, version));
  }
  return Length::zero();
}

TEST(Observation, CountsTheRecordsLeaseFromTheAnswerThatShowedIt) {
  Driver lock(Authority::observation, 10'000);
  const Request request = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  lock.at(45ms).reply(request, lock.busy(1, 4));
  const Length wait = Length(observation_wait(1s, lock.config.bounds).ns());
  const Length taken = takes_over_at(lock, 4);
  EXPECT_GE(taken, 45ms + wait);
  EXPECT_LE(taken, 45ms + wait + lock.config.timing.longest_wait);
}

TEST(Observation, ANewVersionOrASleepStartsItAnew) {
  for (const bool sleeps : {false, true}) {
    SCOPED_TRACE(sleeps ? "a sleep" : "a new version");
    Driver lock(Authority::observation);
    const Request first = lock.at(0ms).feed(Join{}).only(Kind::acquire);
    lock.reply(first, lock.busy(1, 4));
    lock.at(900ms);
    if (sleeps) lock.slept_for(100ms);
    const Request again = lock.alarm().only(Kind::acquire);
    EXPECT_FALSE(again.unchanged);
    lock.reply(again, lock.busy(1, sleeps ? 4 : 5));
    EXPECT_GE(takes_over_at(lock, sleeps ? 4 : 5), 1900ms);
  }
}

TEST(Observation, OutlivesTriesThatComeAndGo) {
  Driver lock(Authority::observation);
  const Request first = lock.at(0ms).feed(Join{.once = true}).only(Kind::acquire);
  lock.reply(first, lock.busy(1, 4));
  EXPECT_FALSE(lock.state.campaign);
  EXPECT_EQ(lock.at(1001ms).feed(Join{.once = true}).only(Kind::acquire).unchanged, 4U);
}

TEST(Observation, ARecordThatTheStoreJudgesIsNotObserved) {
  Driver lock(Authority::host_clock);
  const Request first = lock.at(0ms).feed(Join{}).only(Kind::acquire);
  lock.reply(first, lock.busy(1, 4));
  EXPECT_FALSE(lock.state.sighting);
  EXPECT_FALSE(lock.at(5s).alarm().only(Kind::acquire).unchanged);
}

}  // namespace
}  // namespace leasehold::core
