// I18 on pairs of histories written by hand, and on worlds with several keys.
#include "sim/oracles/independent_keys.h"

#include <gtest/gtest.h>

#include <leasehold/memory_store.h>
#include "sim/scenario/read.h"
#include "sim/tests/history.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using Call = core::Request::Kind;

std::string difference(const History& together, const History& alone) {
  const auto found = difference_of_key(1, "b", together.events(), alone.events(), abc);
  return found ? found->sentence : "none";
}

/// A gets key 1 and renews it once; the renewal is answered like this.
History of_one_key(Answer::Kind answer) {
  History history;
  history.of_key(1).at(1ms).grants(A, 1, 7).at(2ms).answered(A, Call::renew, answer, 1);
  return history;
}

TEST(IndependentKeys, WhatHappensToOthersIsNoDifference) {
  History together;
  together.of_key(0).at(0ms).grants(B, 1, 9).of_key(1).at(1ms).grants(A, 1, 7);
  together.of_key(0).at(1ms).lost(B, 1).tell(Event::Kind::batched, A, 0);
  together.of_key(1).tell(Event::Kind::batched, A, 0);
  together.at(2ms).answered(A, Call::renew, Answer::Kind::renewed, 1);
  EXPECT_EQ(difference(together, of_one_key(Answer::Kind::renewed)), "none");
}

TEST(IndependentKeys, AnAnswerThatBelongsToAnotherKeyIsFound) {
  EXPECT_EQ(difference(of_one_key(Answer::Kind::not_owner), of_one_key(Answer::Kind::renewed)),
            "key b fares otherwise beside other keys: \"answered\" of A #1 at 0.002000000 s "
            "(detail 4, term "
            "0), and alone: \"answered\" of A #1 at 0.002000000 s (detail 3, term 0)");
}

TEST(IndependentKeys, WhatIsLeftOutOrAddedIsFound) {
  History longer = of_one_key(Answer::Kind::renewed);
  longer.at(3ms).lost(A, 1);
  const History shorter = of_one_key(Answer::Kind::renewed);
  EXPECT_EQ(
      difference(shorter, longer),
      "key b fares otherwise beside other keys: nothing more happened, and alone: \"lost\" of "
      "A at 0.003000000 s (detail 0, term 1)");
  EXPECT_NE(difference(longer, shorter), "none");
}

/// A and B fight for two keys; A renews both in one batch.
Scenario two_keys() {
  const auto read = read_scenario(R"({"format": 1, "name": "n", "about": "a",
    "authority": "host_clock", "run_for": "3s", "network": {"request": "1ms"},
    "timing": {"lease": "500ms", "renew_every": "50ms", "request_timeout": "40ms"},
    "processes": [
      {"name": "A", "program": [{"at": "0ms", "do": "acquire", "hold": "900ms"}]},
      {"name": "A2", "part_of": "A", "key": "b",
       "program": [{"at": "0ms", "do": "acquire", "hold": "700ms"}]},
      {"name": "B", "program": [{"at": "300ms", "do": "acquire", "hold": "500ms"}]},
      {"name": "B2", "part_of": "B", "key": "b",
       "program": [{"at": "300ms", "do": "acquire", "hold": "500ms"}]}],
    "faults": [{"at": "400ms", "kind": "pause", "process": "A", "how": "stopped", "for": "800ms"}]
  })",
                                  "two keys");
  return read.value();
}

TEST(IndependentKeys, KeysOfOneProcessShareItsFateAndNothingElse) {
  const sim::Run run = sim::run(two_keys(), "leasehold", {.keep_trace = true});
  for (const Judgement& judgement : run.judgements) {
    EXPECT_NE(judgement.verdict, Verdict::broken) << judgement.finding->sentence;
  }
  EXPECT_EQ(run.of(Invariant::I18).verdict, Verdict::holds);
  EXPECT_GT(run.marks.of(Mark::renewed_together), 0U);
  // Both were paused, and each lost its own lock to B's.
  EXPECT_EQ(run.keys.size(), 2U);
  for (const KeyRun& key : run.keys) EXPECT_EQ(key.tenures, 2U);
  EXPECT_EQ(run.tally.losses, 2U);
  EXPECT_EQ(run.tally.hand_overs, 2U);
}

TEST(IndependentKeys, OneKeyExercisesNothing) {
  Scenario world = two_keys();
  world.processes[1].program.clear();
  world.processes[3].program.clear();
  EXPECT_EQ(sim::run(world, "leasehold", {}).of(Invariant::I18).verdict, Verdict::never_exercised);
}

/// A memory store that mixes up the answers of a batch.
class MixedUpStore final : public Store {
 public:
  MixedUpStore(const Clock& clock, Random& random) : inner_(clock, random) {}

  const Traits& traits() const override { return inner_.traits(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    return inner_.acquire(request);
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    auto result = inner_.renew(batch);
    std::swap(result->answer.front(), result->answer.back());
    return result;
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    return inner_.release(request);
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    return inner_.abandon(request);
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override {
    return inner_.inspect(key);
  }

 private:
  MemoryStore inner_;
};

TEST(IndependentKeys, AStoreThatMixesUpABatchIsFound) {
  // A copy of the first renewal of key b comes with the second of the other key: one is stale.
  Scenario world = two_keys();
  world.choices[{1, Site::renew, 1, Purpose::duplicate}] = Length(50ms).count();
  EXPECT_EQ(sim::run(world, "leasehold", {}).of(Invariant::I18).verdict, Verdict::holds);
  const StoreMaker mixed = [](const Clock& clock, Random& random) {
    return std::make_unique<MixedUpStore>(clock, random);
  };
  const sim::Run run = sim::run(world, "leasehold", {.store = mixed});
  ASSERT_EQ(run.of(Invariant::I18).verdict, Verdict::broken);
  EXPECT_EQ(
      run.of(Invariant::I18).finding->sentence,
      "key lock fares otherwise beside other keys: \"applied\" of A #2 at 0.101000000 s "
      "(detail 5, term 1), and alone: \"applied\" of A #2 at 0.101000000 s (detail 3, term 1)");
}

}  // namespace
}  // namespace leasehold::sim
