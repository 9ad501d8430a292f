// Taking over a record that no clock can judge: by seeing it unchanged for long enough.
#include <gtest/gtest.h>

#include "lib/tests/core_driver.h"

namespace leasehold::core {
namespace {

using Kind = Request::Kind;

// Somebody waits, and has seen version 4 of a lease of 1 s at 0 ms.
struct Watching {
  Watching() : lock(Authority::observation) {
    lock.at(0ms);
    lock.reply(lock.feed(Join{}).only(Kind::acquire), lock.busy(1, 4));
  }
  // Asks once more at `moment` and is told `answer`.
  void sees(Length moment, const Answer& answer) {
    lock.at(moment).reply(lock.alarm().only(Kind::acquire), answer);
  }
  Request asks(Length moment) { return lock.at(moment).alarm().only(Kind::acquire); }

  Driver lock;
};

TEST(Observing, TakesOverAtTheEndOfTheWaitAndNotBefore) {
  Watching at;
  Watching early = at;
  const Length wait(observation_wait(1s, at.lock.config.bounds).ns());
  EXPECT_EQ(early.asks(wait - 1ns).unchanged, std::nullopt);
  const Request takeover = at.asks(wait);
  EXPECT_EQ(takeover.unchanged, 4U);
  at.lock.reply(takeover, at.lock.granted(2));
  EXPECT_TRUE(at.lock.held(2));
  EXPECT_EQ(at.lock.state.sighting, std::nullopt) << "it is our own record now";
}

TEST(Observing, ATakeoverThatGotNoAnswerIsRepeatedUnderTheSameOwnerId) {
  Watching at;
  const Request first = at.asks(1100ms);
  const Request second = at.lock.at(1150ms).alarm().at(1160ms).alarm().only(Kind::acquire);
  EXPECT_EQ(second.owner, first.owner);
  EXPECT_EQ(second.unchanged, first.unchanged);
}

TEST(Observing, ARecordThatTheStoreCanJudgeAgainIsForgotten) {
  Watching at;
  Answer judged = at.lock.busy(1, 4);
  judged.expires_at = Instant<StoreClock>::at_ns(1);
  at.sees(900ms, judged);
  EXPECT_EQ(at.lock.state.sighting, std::nullopt);
  EXPECT_EQ(at.asks(1100ms).unchanged, std::nullopt);
}

TEST(Observing, TheSameVersionInAnotherTableIsAnotherRecord) {
  Watching at;
  Answer elsewhere = at.lock.busy(1, 4);
  elsewhere.incarnation = {3, 3};
  at.sees(900ms, elsewhere);
  EXPECT_EQ(at.asks(1100ms).unchanged, std::nullopt);
}

TEST(Observing, WaitsForTheLeaseOfTheRecordNotForItsOwn) {
  Watching at;
  Answer longer = at.lock.busy(2, 5);
  longer.lease = 3s;
  at.sees(10ms, longer);
  Watching early = at;
  EXPECT_EQ(early.asks(3010ms).unchanged, std::nullopt);
  EXPECT_EQ(at.asks(3010ms + 1ns).unchanged, 5U);
}

TEST(Observing, ALeaseThatMakesNoSenseIsTakenForTheLongestThereIs) {
  for (const Length nonsense : {Length(0), Length(-1s), longest_length + 1ns}) {
    Watching at;
    Answer odd = at.lock.busy(2, 5);
    odd.lease = nonsense;
    at.sees(10ms, odd);
    ASSERT_TRUE(at.lock.state.sighting);
    EXPECT_EQ(at.lock.state.sighting->lease, longest_length);
  }
}

TEST(Observing, AnAnswerThatIsSeenAgainDoesNotStartTheWaitAnew) {
  Watching at;
  at.sees(500ms, at.lock.busy(1, 4));
  at.sees(900ms, at.lock.busy(1, 4));
  EXPECT_EQ(at.asks(1001ms).unchanged, 4U);
}

TEST(Observing, ASleepAfterTheLastAnswerForbidsTheTakeover) {
  Watching at;
  at.lock.slept_for(11ms);
  const Request question = at.asks(1100ms);
  EXPECT_EQ(question.unchanged, std::nullopt);
  at.lock.reply(question, at.lock.busy(1, 4));
  EXPECT_EQ(at.lock.state.sighting->since, at.lock.now) << "it counts from here";
  EXPECT_EQ(at.asks(2100ms + 1ns).unchanged, 4U);
}

}  // namespace
}  // namespace leasehold::core
