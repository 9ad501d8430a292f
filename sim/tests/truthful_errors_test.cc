// The oracle of I17 on histories written by hand.
#include "sim/oracles/truthful_errors.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::EndOutcome;
using core::Loss;
using core::Refusal;
using Call = core::Request::Kind;
using Ending = ShellListener::Ending;

// A was granted term 1, heard of it and believes in it until 500 ms.
History held() {
  return History()
      .grants(A, 1, 1)
      .answered(A, Call::acquire, Answer::Kind::granted)
      .granted(A, 1)
      .belief_begins(A, 1)
      .belief_until(A, 1, 500ms);
}
// A heard that its renewal may have been applied or not, at 100 ms.
History unsure() { return held().at(100ms).answered(A, Call::renew, Answer::Kind::unknown); }

TEST(TruthfulErrors, IsNotExercisedWithoutAnError) {
  EXPECT_EQ(judged_by<TruthfulErrors>(held()), "never exercised");
}

// Two copies of an acquire: the first is granted, the second is refused because B has come, and the
// answer to the second is cut off.
TEST(TruthfulErrors, AnAnswerThatIsCutOffTellsNothingOfACopys) {
  const auto heard = [](Answer::Kind cut) {
    return History()
        .grants(A, 1, 1)
        .answer_cut(A, Call::acquire, cut)
        .answered(A, Call::acquire, Answer::Kind::granted)
        .granted(A, 1)
        .answered(A, Call::renew, Answer::Kind::not_applied);
  };
  EXPECT_EQ(judged_by<TruthfulErrors>(heard(Answer::Kind::busy)), "holds");
  EXPECT_EQ(judged_by<TruthfulErrors>(heard(Answer::Kind::granted)),
            "A takes term 1 for its own at 0.000000000 s although no answer granted it");
}

TEST(TruthfulErrors, AnUnknownAnswerToACopyTakesNothingFromTheOther) {
  const History granted = History()
                              .grants(A, 1, 1)
                              .answered(A, Call::acquire, Answer::Kind::unknown)
                              .answered(A, Call::acquire, Answer::Kind::granted)
                              .granted(A, 1);
  EXPECT_EQ(judged_by<TruthfulErrors>(granted), "holds");
  EXPECT_EQ(judged_by<TruthfulErrors>(History()
                                          .grants(A, 1, 1)
                                          .answered(A, Call::acquire, Answer::Kind::unknown)
                                          .answered(A, Call::acquire, Answer::Kind::not_applied)),
            "acquire #0 of A is said not to be applied at 0.000000000 s although it took effect at "
            "0.000000000 s");
}

TEST(TruthfulErrors, AnErrorThatChangesNothingIsFine) {
  EXPECT_EQ(judged_by<TruthfulErrors>(unsure().tell(Event::Kind::renew_failed, A, 1)), "holds");
  EXPECT_EQ(judged_by<TruthfulErrors>(held().answered(A, Call::renew, Answer::Kind::not_applied)),
            "holds");
}

TEST(TruthfulErrors, ANotAppliedRequestThatTookEffectIsFound) {
  EXPECT_EQ(judged_by<TruthfulErrors>(History().grants(A, 1, 1).at(1s).answered(
                A, Call::acquire, Answer::Kind::not_applied)),
            "acquire #0 of A is said not to be applied at 1.000000000 s although it took effect at "
            "0.000000000 s");
}

TEST(TruthfulErrors, ANotAppliedRequestThatTakesEffectLaterIsFound) {
  EXPECT_EQ(judged_by<TruthfulErrors>(
                held().answered(A, Call::renew, Answer::Kind::not_applied).at(1s).renews(A, 1, 1)),
            "renewal #0 of A took effect at 1.000000000 s after it was said not to be applied");
}

TEST(TruthfulErrors, AnotherRequestAndAnAnswerWithoutEffectAreNotMeant) {
  const History disowned = held().answered(A, Call::renew, Answer::Kind::not_applied, 7);
  EXPECT_EQ(judged_by<TruthfulErrors>(History(disowned).renews(A, 1, 1)), "holds");
  EXPECT_EQ(judged_by<TruthfulErrors>(held().refuses_renewal(A, 1, 1).answered(
                A, Call::renew, Answer::Kind::not_applied)),
            "holds");
}

TEST(TruthfulErrors, AnUnknownRenewalThatIsTakenForASuccessIsFound) {
  EXPECT_EQ(judged_by<TruthfulErrors>(unsure().tell(Event::Kind::renewed, A, 1)),
            "A takes term 1 for renewed at 0.100000000 s although no answer says so");
}

TEST(TruthfulErrors, AnUnknownRenewalThatIsTakenForALossIsFound) {
  const auto sentence = [](const std::string& loss) {
    return "A gives up term 1 at 0.100000000 s (" + loss +
           ") although neither an answer nor its deadline says so";
  };
  EXPECT_EQ(judged_by<TruthfulErrors>(unsure().lost(A, 1, Loss::superseded)),
            sentence("superseded"));
  EXPECT_EQ(judged_by<TruthfulErrors>(unsure().lost(A, 1, Loss::cloned)), sentence("cloned"));
  EXPECT_EQ(judged_by<TruthfulErrors>(unsure().lost(A, 1, Loss::deadline)), sentence("deadline"));
}

TEST(TruthfulErrors, ALossAtTheDeadlineOrByAnAnswerIsFine) {
  EXPECT_EQ(judged_by<TruthfulErrors>(unsure().at(500ms).lost(A, 1, Loss::deadline)), "holds");
  EXPECT_EQ(judged_by<TruthfulErrors>(unsure()
                                          .at(200ms)
                                          .answered(A, Call::renew, Answer::Kind::not_owner)
                                          .lost(A, 1, Loss::superseded)),
            "holds");
}

TEST(TruthfulErrors, NoStoreThatKeptEverythingIsSaidToHaveForgotten) {
  const auto refused = [](History history) {
    return judged_by<TruthfulErrors>(history.at(200ms)
                                         .answered(A, Call::renew, Answer::Kind::not_owner)
                                         .lost(A, 1, Loss::forgotten));
  };
  EXPECT_EQ(refused(unsure()),
            "A gives up term 1 at 0.200000000 s (forgotten) although neither an answer nor its "
            "deadline says so");
  EXPECT_EQ(refused(unsure().see({.kind = Event::Kind::failed_over, .value = 1})), "holds");
}

// The record is its own: only its version moved, by the renewal whose answer was lost.
TEST(TruthfulErrors, ALossByARefusalOfTheOwnTenureIsFound) {
  EXPECT_EQ(judged_by<TruthfulErrors>(unsure()
                                          .at(200ms)
                                          .refuses_renewal(A, 1, 1)
                                          .answered(A, Call::renew, Answer::Kind::not_owner)
                                          .lost(A, 1, Loss::superseded)),
            "A gives up term 1 at 0.200000000 s (superseded) although neither an answer nor its "
            "deadline says so");
}

TEST(TruthfulErrors, ARefusalOnceAnotherHasTheKeyIsALoss) {
  EXPECT_EQ(judged_by<TruthfulErrors>(unsure()
                                          .at(200ms)
                                          .grants(B, 2, 2)
                                          .refuses_renewal(A, 2, 1)
                                          .answered(A, Call::renew, Answer::Kind::not_owner)
                                          .lost(A, 1, Loss::superseded)),
            "holds");
}

TEST(TruthfulErrors, AGuardWithoutAGrantThatWasHeardIsFound) {
  const char* const sentence =
      "A takes term 1 for its own at 1.000000000 s although no answer granted it";
  const History unheard =
      History().grants(A, 1, 1).at(1s).answered(A, Call::acquire, Answer::Kind::unknown);
  EXPECT_EQ(judged_by<TruthfulErrors>(History(unheard).granted(A, 1)), sentence);
  EXPECT_EQ(judged_by<TruthfulErrors>(History(unheard).belief_begins(A, 1)), sentence);
}

TEST(TruthfulErrors, ACopyThatWasAnsweredOtherwiseIsNoAnswerToTheOther) {
  EXPECT_EQ(judged_by<TruthfulErrors>(History()
                                          .applied(A, Call::acquire, Answer::Kind::busy, 1, 2)
                                          .grants(A, 2, 2)
                                          .answered(A, Call::acquire, Answer::Kind::busy)
                                          .answered(A, Call::acquire, Answer::Kind::granted)
                                          .granted(A, 2)),
            "never exercised");
}

TEST(TruthfulErrors, ARefusalSaysWhatWasHeard) {
  const auto refusal = [](Answer::Kind heard, Ending ending, Refusal why) {
    return judged_by<TruthfulErrors>(History()
                                         .answered(B, Call::acquire, Answer::Kind::unknown)
                                         .at(1s)
                                         .answered(A, Call::acquire, heard)
                                         .refused(A, ending, why));
  };
  EXPECT_EQ(refusal(Answer::Kind::busy, Ending::busy, Refusal::busy), "holds");
  EXPECT_EQ(refusal(Answer::Kind::unknown, Ending::store_error, Refusal::unknown), "holds");
  EXPECT_EQ(refusal(Answer::Kind::not_applied, Ending::store_error, Refusal::not_applied), "holds");
  EXPECT_EQ(refusal(Answer::Kind::unknown, Ending::busy, Refusal::busy),
            "A is refused at 1.000000000 s as busy although no answer says so");
  EXPECT_EQ(refusal(Answer::Kind::unknown, Ending::store_error, Refusal::not_applied),
            "A is refused at 1.000000000 s as not_applied although no answer says so");
}

TEST(TruthfulErrors, AnEndThatNoAnswerToldIsFound) {
  const auto told = [](Answer::Kind heard, EndOutcome outcome) {
    return judged_by<TruthfulErrors>(unsure()
                                         .stopped(A, 1)
                                         .sent(A, Call::release, 1, 1)
                                         .at(1s)
                                         .answered(A, Call::release, heard)
                                         .ended(A, 1, outcome, 1));
  };
  EXPECT_EQ(told(Answer::Kind::released, EndOutcome::released), "holds");
  EXPECT_EQ(told(Answer::Kind::not_owner, EndOutcome::already_lost), "holds");
  EXPECT_EQ(told(Answer::Kind::unknown, EndOutcome::unknown), "holds");
  EXPECT_EQ(told(Answer::Kind::unknown, EndOutcome::released),
            "A says at 1.000000000 s that term 1 is released although no answer says so");
  EXPECT_EQ(told(Answer::Kind::released, EndOutcome::already_lost),
            "A says at 1.000000000 s that term 1 is already_lost although no answer says so");
}

// The answer was about what A had before.
TEST(TruthfulErrors, AnAnswerTellsOfTheEndOfNoOtherTenure) {
  const auto told = [](std::uint64_t ended) {
    return judged_by<TruthfulErrors>(unsure()
                                         .sent(A, Call::release, 1, 1, 1)
                                         .sent(A, Call::release, 2, 2, 2)
                                         .answered(A, Call::release, Answer::Kind::released, 2)
                                         .ended(A, 2, EndOutcome::released, ended));
  };
  EXPECT_EQ(told(2), "holds");
  EXPECT_EQ(told(1), "A says at 0.100000000 s that term 2 is released although no answer says so");
}

// A ended its tenure at 200 ms and keeps it for its minimum hold.
History kept() {
  return unsure().at(200ms).see(
      {.kind = Event::Kind::stopped, .process = A, .term = 1, .owner = {0, 1}});
}

TEST(TruthfulErrors, ATenureThatIsKeptIsInItsOwnProcessesWay) {
  EXPECT_EQ(judged_by<TruthfulErrors>(kept().at(300ms).refused(A, Ending::busy)), "holds");
  EXPECT_EQ(judged_by<TruthfulErrors>(
                kept().sent(A, Call::release, 1, 1, 1).at(300ms).refused(A, Ending::busy)),
            "A is refused at 0.300000000 s as busy although no answer says so");
}

TEST(TruthfulErrors, ATenureThatIsKeptMayBeLostByAnAnswerToItsRenewal) {
  const auto lost_by = [](Answer::Kind answer) {
    return judged_by<TruthfulErrors>(kept()
                                         .at(300ms)
                                         .grants(B, 2, 2, Previous::expired)
                                         .refuses_renewal(A, 1, 1)
                                         .answered(A, Call::renew, answer)
                                         .ended(A, 1, EndOutcome::already_lost, 1));
  };
  EXPECT_EQ(lost_by(Answer::Kind::not_owner), "holds");
  EXPECT_EQ(lost_by(Answer::Kind::unknown),
            "A says at 0.300000000 s that term 1 is already_lost although no answer says so");
  EXPECT_EQ(lost_by(Answer::Kind::stale),
            "A says at 0.300000000 s that term 1 is already_lost although no answer says so")
      << "nobody was cloned";
}

}  // namespace
}  // namespace leasehold::sim
