// A cloned process: what the copy has, what it does not get, and who of the two stays.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/scenario/read.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Loss;
using Call = core::Request::Kind;
using Events = std::vector<Event>;

constexpr std::uint32_t original = 0;
constexpr std::uint32_t copy = 1;

// The original holds from 2 ms on and renews every 50 ms; it is cloned at `at`.
Scenario cloned_at(Length at) {
  Scenario scenario;
  scenario.config.timing = {.lease = 500ms,
                            .renew_every = 50ms,
                            .request_timeout = 40ms,
                            .retry_pause = 10ms,
                            .longest_wait = 100ms,
                            .min_useful = 10ms};
  scenario.config.bounds.resolution = 1ns;
  scenario.request_way = scenario.answer_way = 1ms;
  scenario.processes = {{.name = "A", .program = {{.at = 0ms}}}};
  scenario.run_for = 2s;
  const std::uint32_t clone = add_clone(scenario, original, "A-clone");
  EXPECT_EQ(clone, copy);
  scenario.faults = {{.at = at, .kind = TimedFault::Kind::clone, .process = clone}};
  return scenario;
}

sim::Run run_of(const Scenario& scenario, const std::string& algorithm = "leasehold") {
  return sim::run(scenario, algorithm, {.keep_trace = true});
}

Events of(const Events& trace, std::uint32_t process, Event::Kind kind) {
  Events found;
  std::copy_if(trace.begin(), trace.end(), std::back_inserter(found),
               [&](const Event& event) { return event.process == process && event.kind == kind; });
  return found;
}

Events sent(const Events& trace, std::uint32_t process, Call call) {
  Events found = of(trace, process, Event::Kind::sent);
  std::erase_if(found, [call](const Event& event) { return event.call != call; });
  return found;
}

TrueTime moment(Length since_start) { return TrueTime{} + on<TrueClock>(since_start); }

TEST(Clone, BelievesAtOnceAndOneOfTheTwoLearnsOfTheOther) {
  const sim::Run run = run_of(cloned_at(120ms));
  const Events begins = of(run.trace, copy, Event::Kind::belief_begins);
  ASSERT_EQ(begins.size(), 1U);
  EXPECT_EQ(begins[0].at, moment(120ms));
  EXPECT_TRUE(run.broken(Invariant::I1));
  // Both renew at 150 ms with the next number; the original's comes first.
  const Events losses = of(run.trace, copy, Event::Kind::lost);
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].at, moment(152ms));
  EXPECT_EQ(static_cast<Loss>(losses[0].detail), Loss::cloned);
  EXPECT_TRUE(of(run.trace, original, Event::Kind::lost).empty());
  EXPECT_TRUE(sent(run.trace, copy, Call::release).empty());
  EXPECT_EQ(run.activations.of(FaultKind::clone), 1U);
}

TEST(Clone, OfTwoTheOneThatRenewsFirstStays) {
  Scenario scenario = cloned_at(120ms);
  scenario.choices[{original, Site::wake, 3, Purpose::late}] = Length(5ms).count();
  const sim::Run run = run_of(scenario);
  const Events losses = of(run.trace, original, Event::Kind::lost);
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(static_cast<Loss>(losses[0].detail), Loss::cloned);
  EXPECT_TRUE(of(run.trace, copy, Event::Kind::lost).empty());
  EXPECT_GE(of(run.trace, copy, Event::Kind::renewed).size(), 30U);
}

TEST(Clone, HearsNoAnswerToWhatItsOriginalAsked) {
  // A renewal of the original is on its way.
  const sim::Run run = run_of(cloned_at(51ms));
  const Events heard = of(run.trace, copy, Event::Kind::answered);
  const Events asked = of(run.trace, copy, Event::Kind::sent);
  ASSERT_FALSE(asked.empty());
  ASSERT_FALSE(heard.empty());
  EXPECT_GT(heard[0].at, asked[0].at);
  EXPECT_EQ(of(run.trace, original, Event::Kind::answered)[1].at, moment(52ms));
  // Sent at 50 ms, it was waited for until 90 ms.
  const Events failed = of(run.trace, copy, Event::Kind::renew_failed);
  ASSERT_FALSE(failed.empty());
  EXPECT_EQ(failed[0].at, moment(90ms));
}

TEST(Clone, AsksAgainUnderTheOwnerIdThatItsOriginalAskedWith) {
  const sim::Run run = run_of(cloned_at(1ms));
  const Events first = sent(run.trace, original, Call::acquire);
  const Events again = sent(run.trace, copy, Call::acquire);
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(again[0].owner, first[0].owner);
  ASSERT_EQ(of(run.trace, copy, Event::Kind::granted).size(), 1U) << "one tenure of both";
  EXPECT_EQ(of(run.trace, copy, Event::Kind::granted)[0].term, 1U);
  EXPECT_FALSE(run.broken(Invariant::I3));
}

TEST(Clone, LeavesItsWaitWhenItsOriginalDoes) {
  Scenario scenario = cloned_at(100ms);
  scenario.processes[original].program[0].within = 300ms;
  for (const std::uint32_t process : {original, copy}) {
    scenario.faults.push_back(
        {.at = 0ms, .kind = TimedFault::Kind::cut, .process = process, .lasts = 1s});
  }
  const sim::Run run = run_of(scenario);
  const Events waits = of(run.trace, copy, Event::Kind::waits_until);
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_EQ(waits[0].at, moment(100ms));
  EXPECT_EQ(waits[0].until, moment(300ms));
  const Events left = of(run.trace, copy, Event::Kind::refused);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].at, moment(300ms));
  EXPECT_EQ(run.of(Invariant::I12).verdict, Verdict::holds);
}

TEST(Clone, RunsTheRestOfTheProgramAndNothingOfWhatWas) {
  Scenario scenario = cloned_at(120ms);
  scenario.processes[original].program = {{.at = 0ms, .hold = 300ms, .write_every = 20ms},
                                          {.at = 50ms, .what = Step::Do::attempt, .hold = 10ms},
                                          {.at = 1s, .what = Step::Do::attempt, .hold = 5ms}};
  const sim::Run run = run_of(scenario);
  const Events calls = of(run.trace, copy, Event::Kind::acquire);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].at, moment(1s));
  EXPECT_EQ(of(run.trace, copy, Event::Kind::drop)[0].at, moment(302ms));
  const Events writes = of(run.trace, copy, Event::Kind::write_sent);
  ASSERT_FALSE(writes.empty());
  EXPECT_EQ(writes[0].at, moment(122ms));
}

TEST(Clone, OfAProcessThatIsDeadOrIsThereAlreadyIsNone) {
  Scenario scenario = cloned_at(120ms);
  scenario.faults.push_back({.at = 100ms, .kind = TimedFault::Kind::crash});
  const sim::Run dead = run_of(scenario);
  EXPECT_TRUE(of(dead.trace, copy, Event::Kind::cloned).empty());
  EXPECT_EQ(dead.activations.of(FaultKind::clone), 0U);
  scenario = cloned_at(120ms);
  scenario.faults.push_back({.at = 130ms, .kind = TimedFault::Kind::clone, .process = copy});
  EXPECT_EQ(of(run_of(scenario).trace, copy, Event::Kind::cloned).size(), 1U);
}

TEST(Clone, LivesOnWhenItsOriginalDies) {
  Scenario scenario = cloned_at(120ms);
  scenario.faults.push_back({.at = 121ms, .kind = TimedFault::Kind::crash});
  for (const std::string& algorithm : algorithm_names()) {
    SCOPED_TRACE(algorithm);
    const sim::Run run = run_of(scenario, algorithm);
    EXPECT_TRUE(of(run.trace, copy, Event::Kind::lost).empty());
    const Events renewals = sent(run.trace, copy, Call::renew);
    EXPECT_GE(renewals.size(), 30U);
    EXPECT_TRUE(of(run.trace, copy, Event::Kind::belief_ends).empty());
  }
}

TEST(Clone, OfAStoppedProcessRuns) {
  Scenario scenario = cloned_at(120ms);
  scenario.faults.push_back({.at = 110ms, .kind = TimedFault::Kind::stopped, .lasts = 300ms});
  const sim::Run run = run_of(scenario);
  const Events renewals = sent(run.trace, copy, Call::renew);
  ASSERT_FALSE(renewals.empty());
  EXPECT_EQ(renewals[0].at, moment(150ms));
  EXPECT_TRUE(of(run.trace, copy, Event::Kind::lost).empty());
}

TEST(Clone, OfAFrozenMachineGoesOnFromWhereItsClockStood) {
  Scenario scenario = cloned_at(1s);
  scenario.config.authority = Authority::observation;
  scenario.faults.push_back({.at = 110ms, .kind = TimedFault::Kind::frozen, .lasts = 5s});
  const sim::Run run = run_of(scenario);
  // Its next renewal was due 40 ms later, and 890 ms did not pass for it.
  const Events renewals = sent(run.trace, copy, Call::renew);
  ASSERT_FALSE(renewals.empty());
  EXPECT_EQ(renewals[0].at, moment(1040ms));
}

TEST(Clone, HasAllLocksOfItsProcess) {
  Scenario scenario = cloned_at(120ms);
  scenario.processes.resize(1);
  scenario.processes.push_back(
      {.name = "A2", .key = "other", .part_of = original, .program = {{.at = 0ms}}});
  const std::uint32_t clone = add_clone(scenario, original, "B");
  ASSERT_EQ(clone, 2U);
  ASSERT_EQ(scenario.processes.size(), 4U);
  EXPECT_EQ(scenario.processes[3].name, "B-A2");
  EXPECT_EQ(scenario.processes[3].key, "other");
  EXPECT_EQ(scenario.processes[3].part_of, clone);
  scenario.faults[0].process = clone;
  const sim::Run run = run_of(scenario);
  for (const std::uint32_t one : {clone, static_cast<std::uint32_t>(clone + 1)}) {
    EXPECT_EQ(of(run.trace, one, Event::Kind::belief_begins).size(), 1U);
    EXPECT_EQ(of(run.trace, one, Event::Kind::lost).size(), 1U);
  }
  EXPECT_FALSE(run.broken(Invariant::I18));
}

TEST(Clone, MayBeClonedItself) {
  Scenario scenario = cloned_at(120ms);
  const std::uint32_t second = add_clone(scenario, copy, "C");
  scenario.faults.push_back({.at = 130ms, .kind = TimedFault::Kind::clone, .process = second});
  const sim::Run run = run_of(scenario);
  EXPECT_EQ(of(run.trace, second, Event::Kind::belief_begins).size(), 1U);
  EXPECT_EQ(of(run.trace, second, Event::Kind::lost).size(), 1U);
}

}  // namespace
}  // namespace leasehold::sim
