// The oracle of I16 on histories written by hand.
#include "sim/oracles/quiet.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::EndOutcome;
using Call = core::Request::Kind;

// A asks for the key and gets term 1 under the owner id 1.
History holding() {
  return History()
      .acquire(A)
      .tell(Event::Kind::armed, A, 0)
      .sent(A, Call::acquire, 0, 1)
      .granted(A, 1);
}
// At 1 s A releases it.
History releasing() {
  return holding().at(1s).stopped(A, 1).sent(A, Call::release, 1, 1, /*ordinal=*/1);
}
History& quiet(History& history) { return history.tell(Event::Kind::disarmed, A, 0); }

TEST(Quiet, IsNotExercisedWhileThereIsSomethingToDo) {
  EXPECT_EQ(judged_by<Quiet>(holding().at(1s).sent(A, Call::renew, 1, 1).at(2s).granted(B, 2)),
            "never exercised");
}

TEST(Quiet, AReleaseThatIsRepeatedUntilItIsAnsweredIsFine) {
  History history = releasing()
                        .at(2s)
                        .sent(A, Call::release, 1, 1, 2)
                        .at(3s)
                        .answered(A, Call::release, Answer::Kind::released, 2);
  EXPECT_EQ(judged_by<Quiet>(quiet(history.ended(A, 1, EndOutcome::released, 1)).at(4s).crashed(B)),
            "holds");
}

TEST(Quiet, AnAlarmThatStaysSetIsFound) {
  EXPECT_EQ(
      judged_by<Quiet>(releasing().at(2s).ended(A, 1, EndOutcome::released, 1).at(3s).crashed(B)),
      "A has an alarm set at 2.000000000 s although nothing is left to be done");
}

TEST(Quiet, AnEndingThatNothingWillRepeatIsFound) {
  History history = releasing();
  EXPECT_EQ(judged_by<Quiet>(quiet(history).at(9s).crashed(B)),
            "A has no alarm set at 1.000000000 s although a release or an abandon is not over");
}

TEST(Quiet, ACallThatWasDecidedAndIsThenCancelledCountsOnce) {
  EXPECT_EQ(judged_by<Quiet>(History()
                                 .acquire(A, 1)
                                 .acquire(A, 2)
                                 .refused(A, ShellListener::Ending::busy, core::Refusal::busy, 1)
                                 .cancel(A, 1)
                                 .at(2s)
                                 .sent(A, Call::acquire, 0, 1)),
            "never exercised");
}

TEST(Quiet, ARenewalAfterTheEndIsFound) {
  EXPECT_EQ(judged_by<Quiet>(releasing().at(2s).sent(A, Call::renew, 1, 1).at(3s).crashed(B)),
            "A sent a renewal of term 1 at 2.000000000 s although it does not hold it");
}

TEST(Quiet, ARenewalInTheMomentOfTheGrantIsFine) {
  EXPECT_EQ(judged_by<Quiet>(History()
                                 .acquire(A)
                                 .tell(Event::Kind::armed, A, 0)
                                 .at(1s)
                                 .sent(A, Call::renew, 1, 1)
                                 .granted(A, 1)
                                 .at(2s)
                                 .crashed(B)),
            "never exercised");
}

TEST(Quiet, AnAcquireThatNobodyWaitsForIsFound) {
  const char* const sentence = "A asked for the key at 2.000000000 s although nobody waits for it";
  EXPECT_EQ(judged_by<Quiet>(holding().at(2s).sent(A, Call::acquire, 0, 1)), sentence);
  EXPECT_EQ(
      judged_by<Quiet>(History().acquire(A).at(1s).cancel(A).at(2s).sent(A, Call::acquire, 0, 1)),
      sentence);
}

TEST(Quiet, AnEndingThatIsSentAfterItWasOverIsFound) {
  const char* const sentence =
      "A sent a release or an abandon of term 1 at 3.000000000 s although that was over";
  History told = releasing().at(2s).ended(A, 1, EndOutcome::unknown, 1);
  quiet(told);
  EXPECT_EQ(judged_by<Quiet>(History(told).at(3s).sent(A, Call::release, 1, 1)), sentence);
  History heard = releasing().at(2s).answered(A, Call::release, Answer::Kind::not_owner, 1);
  quiet(heard).at(3s);
  EXPECT_EQ(judged_by<Quiet>(History(heard).sent(A, Call::release, 1, 1)), sentence);
}

TEST(Quiet, AnAbandonIsOverWhenTheProcessSaysSo) {
  const History abandoned = History()
                                .acquire(A)
                                .tell(Event::Kind::armed, A, 0)
                                .sent(A, Call::acquire, 0, 1)
                                .at(1s)
                                .cancel(A)
                                .sent(A, Call::abandon, 0, 1)
                                .at(2s)
                                .answered(A, Call::abandon, Answer::Kind::abandoned);
  EXPECT_EQ(judged_by<Quiet>(History(abandoned).at(3s).crashed(B)), "never exercised");
  History over = History(abandoned).ended(A, 0, EndOutcome::released, 1);
  EXPECT_EQ(judged_by<Quiet>(quiet(over).at(3s).crashed(B)), "holds");
}

TEST(Quiet, ACrashedProcessHasNothingToDo) {
  EXPECT_EQ(
      judged_by<Quiet>(
          History().acquire(A).tell(Event::Kind::armed, A, 0).at(1s).crashed(A).at(2s).crashed(B)),
      "never exercised");
}

}  // namespace
}  // namespace leasehold::sim
