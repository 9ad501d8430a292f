// The oracle of I12 on histories written by hand, and what the world plans for it.
#include "sim/oracles/wait_bound.h"

#include <chrono>

#include <gtest/gtest.h>

#include "sim/tests/history.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Ending = ShellListener::Ending;

// A's call 1 may wait until 2 s; what follows happens then.
History waits() { return History().acquire(A, 1).waits_until(A, 1, 2s).at(2s); }

TEST(WaitBound, IsNotExercisedByWhoeverLeavesEarlier) {
  EXPECT_EQ(judged_by<WaitBound>(waits()), "never exercised");
  EXPECT_EQ(judged_by<WaitBound>(waits().told_granted(A, 1, 1).wait_due(A, 1)), "never exercised");
  EXPECT_EQ(judged_by<WaitBound>(waits().cancel(A, 1).wait_due(A, 1)), "never exercised");
  EXPECT_EQ(judged_by<WaitBound>(waits().refused(A, Ending::store_error, core::Refusal::misuse, 1)),
            "never exercised");
}

TEST(WaitBound, ACallThatLeavesAtItsDeadlineIsFine) {
  EXPECT_EQ(judged_by<WaitBound>(
                waits().refused(A, Ending::timed_out, core::Refusal::busy, 1).wait_due(A, 1)),
            "holds");
}

TEST(WaitBound, ACallThatStaysIsFound) {
  const std::string sentence =
      "A still waits in its call 1 at 2.000000000 s, after the deadline of that";
  EXPECT_EQ(judged_by<WaitBound>(waits().wait_due(A, 1)), sentence);
  EXPECT_EQ(judged_by<WaitBound>(
                waits().refused(A, Ending::timed_out, core::Refusal::busy, 2).wait_due(A, 1)),
            sentence);
  EXPECT_EQ(judged_by<WaitBound>(
                waits().refused(B, Ending::timed_out, core::Refusal::busy, 1).wait_due(A, 1)),
            sentence);
}

TEST(WaitBound, ACallThatLeavesTooEarlyIsFoundUnlessItsClockMoved) {
  const History early = History(waits()).at(1s);
  EXPECT_EQ(
      judged_by<WaitBound>(History(early).refused(A, Ending::timed_out, core::Refusal::busy, 1)),
      "A left its call 1 as if its time were over at 1.000000000 s, and could have waited until "
      "2.000000000 s");
  EXPECT_EQ(judged_by<WaitBound>(History(early).waits_until(A, 1, 1s).refused(
                A, Ending::timed_out, core::Refusal::busy, 1)),
            "holds");
}

TEST(WaitBound, ACallThatDiedWithItsProcessIsOver) {
  EXPECT_EQ(judged_by<WaitBound>(waits().crashed(A).wait_due(A, 1)), "never exercised");
  EXPECT_EQ(judged_by<WaitBound>(waits().crashed(B).wait_due(A, 1)),
            "A still waits in its call 1 at 2.000000000 s, after the deadline of that");
}

// --- what the world plans ---

/// B waits 1 s for what A keeps.
Scenario one_waits() {
  Scenario world;
  world.config = host_preset();
  world.request_way = world.answer_way = 1ms;
  world.processes = {
      {.name = "A", .program = {{.at = 0ms}}},
      {.name = "B", .program = {{.at = 100ms, .within = 1s}}},
  };
  world.run_for = 5s;
  return world;
}

std::vector<TrueTime> moments_of(const Run& run, Event::Kind kind) {
  std::vector<TrueTime> moments;
  for (const Event& event : run.trace) {
    if (event.kind == kind) moments.push_back(event.at);
  }
  return moments;
}

TEST(Waits, ACallThatWaitedInVainIsJudgedAtItsDeadline) {
  const auto run = sim::run(one_waits(), "leasehold", {.keep_trace = true});
  EXPECT_EQ(run.of(Invariant::I12).verdict, Verdict::holds);
  EXPECT_EQ(moments_of(run, Event::Kind::refused),
            std::vector<TrueTime>{TrueTime{} + on<TrueClock>(1100ms)});
  // It had left before it was asked.
  EXPECT_TRUE(moments_of(run, Event::Kind::wait_due).empty());
}

TEST(Waits, WhoCanNotRunLeavesWhenHeCan) {
  Scenario world = one_waits();
  world.faults = {{.at = 1s, .kind = TimedFault::Kind::stopped, .process = 1, .lasts = 2s}};
  const auto run = sim::run(world, "leasehold", {.keep_trace = true});
  EXPECT_EQ(run.of(Invariant::I12).verdict, Verdict::holds);
  EXPECT_EQ(moments_of(run, Event::Kind::refused),
            std::vector<TrueTime>{TrueTime{} + on<TrueClock>(3s)});
}

// The baseline waits by a clock that stops in a sleep, so it oversleeps its deadline.
TEST(Waits, ADeadlineThatIsSleptThroughIsFound) {
  Scenario world = one_waits();
  world.config.authority = Authority::observation;
  world.faults = {{.at = 200ms, .kind = TimedFault::Kind::suspended, .process = 1, .lasts = 500ms}};
  EXPECT_EQ(sim::run(world, "leasehold", {}).of(Invariant::I12).verdict, Verdict::holds);
  const auto run = sim::run(world, "version-cas", {});
  ASSERT_EQ(run.of(Invariant::I12).verdict, Verdict::broken);
  EXPECT_EQ(run.of(Invariant::I12).finding->sentence,
            "B still waits in its call 1 at 1.100000000 s, after the deadline of that");
}

}  // namespace
}  // namespace leasehold::sim
