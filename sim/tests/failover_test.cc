// A replica takes the store's place: what it knows, what breaks off, and what follows from that.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using Call = core::Request::Kind;
using Kind = Event::Kind;

// A is granted the lock at 1 ms, hears of it at 2 ms and renews about every 50 ms; B wants it from
// 100 ms on.
Scenario two_processes(Authority authority = Authority::store_clock) {
  Scenario scenario;
  scenario.config.authority = authority;
  scenario.config.timing = {.lease = 500ms,
                            .renew_every = 50ms,
                            .request_timeout = 40ms,
                            .retry_pause = 10ms,
                            .longest_wait = 100ms,
                            .min_useful = 10ms};
  scenario.config.bounds.resolution = 1ns;
  scenario.config.bounds.jump_forward = scenario.config.bounds.jump_backward = 20ms;
  scenario.request_way = scenario.answer_way = 1ms;
  scenario.processes = {{.name = "A", .program = {{.at = 0ms}}},
                        {.name = "B", .program = {{.at = 100ms}}}};
  scenario.run_for = 2s;
  return scenario;
}

TimedFault failover(Length at, Length loses) {
  return {.at = at, .kind = TimedFault::Kind::failover, .loses = loses};
}

Run run_with(const std::vector<TimedFault>& faults, Scenario scenario = two_processes(),
             const std::string& algorithm = "leasehold") {
  scenario.faults = faults;
  return run(scenario, algorithm, {.keep_trace = true});
}

TrueTime at(Length since_start) { return TrueTime{} + on<TrueClock>(since_start); }

// The first event of a kind from `from` on; of A, if it is of a process.
Event first(const std::vector<Event>& trace, Kind kind, Length from = 0ms,
            std::uint32_t process = 0) {
  const auto found = std::find_if(trace.begin(), trace.end(), [&](const Event& event) {
    const bool of_store = kind == Kind::takeable || kind == Kind::failed_over;
    return event.kind == kind && event.at >= at(from) && (of_store || event.process == process);
  });
  EXPECT_NE(found, trace.end()) << to_string(kind);
  return found == trace.end() ? Event{} : *found;
}

class EveryStore : public testing::TestWithParam<const char*> {};

// Whatever the store is, and wherever its clock stands.
TEST_P(EveryStore, AReplicaThatKnowsAllChangesNothing) {
  for (const Authority authority : {Authority::host_clock, Authority::store_clock,
                                    Authority::wall_clock, Authority::observation}) {
    Scenario scenario = two_processes(authority);
    scenario.config.bounds.jump_forward = scenario.config.bounds.jump_backward = 0ms;
    // A hand-over by release, and one by expiry.
    scenario.processes[0].program = {{.at = 0ms, .hold = 300ms}, {.at = 900ms}};
    scenario.processes[1].program = {{.at = 100ms, .hold = 300ms}, {.at = 1s}};
    const TimedFault silence{.at = 1100ms, .kind = TimedFault::Kind::stopped, .lasts = 2s};
    const sim::Run plain = run_with({silence}, scenario, GetParam());
    ASSERT_GE(plain.tally.hand_overs, 1U);
    sim::Run with = run_with({silence, failover(220500us, 0ms), failover(1250500us, 0ms)}, scenario,
                             GetParam());
    const auto promoted = [](const Event& event) { return event.kind == Kind::failed_over; };
    EXPECT_EQ(std::count_if(with.trace.begin(), with.trace.end(), promoted), 2);
    std::erase_if(with.trace, promoted);
    EXPECT_EQ(with.trace, plain.trace) << to_string(authority);
  }
}

INSTANTIATE_TEST_SUITE_P(Algorithms, EveryStore,
                         testing::Values("leasehold", "matrix-sdk", "version-cas", "redis-naive",
                                         "answer-anchored"),
                         [](const auto& one) {
                           std::string name = one.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(Failover, ForgetsWhatCameAfterTheMomentThatItKnows) {
  // A's grant was applied at 1 ms.
  const sim::Run kept = run_with({failover(10ms, 9ms)});
  const Event knows = first(kept.trace, Kind::failed_over);
  EXPECT_EQ(knows.process, 0);
  EXPECT_EQ(knows.term, 1U);
  EXPECT_TRUE(knows.owner);
  EXPECT_EQ(knows.value, 0U);
  EXPECT_EQ(kept.first_broken(), std::nullopt);

  const sim::Run lost = run_with({failover(10ms, 9ms + 1ns)});
  const Event forgets = first(lost.trace, Kind::failed_over);
  EXPECT_EQ(forgets.process, nobody);
  EXPECT_FALSE(forgets.owner);
  EXPECT_EQ(forgets.value, 1U);
  EXPECT_EQ(lost.activations.of(FaultKind::failover), 1U);
}

// What the library says when a store forgot its grant: the first answer ends the belief.
TEST(Failover, OfAForgottenGrantItsHolderHearsByItsNextRenewal) {
  const sim::Run made = run_with({failover(10ms, 10ms)});
  const Event heard = first(made.trace, Kind::answered, 3ms);
  EXPECT_EQ(heard.call, Call::renew);
  EXPECT_EQ(static_cast<Answer::Kind>(heard.detail), Answer::Kind::not_owner);
  const Event lost = first(made.trace, Kind::lost);
  EXPECT_EQ(lost.at, heard.at);
  EXPECT_EQ(static_cast<core::Loss>(lost.detail), core::Loss::forgotten);
  EXPECT_LT(lost.at, at(60ms));
  // B's term is A's, and A's guards stay dead.
  EXPECT_EQ(first(made.trace, Kind::granted, 0ms, 1).term, 1U);
  EXPECT_TRUE(made.broken(Invariant::I3));
  EXPECT_EQ(made.of(Invariant::I14).verdict, Verdict::holds);
}

// Of two renewals that were forgotten the lease ends when it did before them.
TEST(Failover, OfAForgottenRenewalOnlyTheTimeIsLost) {
  const sim::Run made = run_with({failover(150ms, 120ms)});
  const Event knows = first(made.trace, Kind::failed_over);
  EXPECT_EQ(knows.term, 1U);
  EXPECT_EQ(knows.value, 2U);
  EXPECT_EQ(first(made.trace, Kind::takeable, 150ms).until, at(501ms) + Span<TrueClock>::ns(1));
  EXPECT_EQ(first(made.trace, Kind::answered, 152ms).detail,
            static_cast<std::uint8_t>(Answer::Kind::renewed));
}

TEST(Failover, ASecondOneStartsFromWhatTheFirstLeft) {
  const sim::Run made = run_with({failover(10ms, 10ms), failover(300ms, 300ms)});
  EXPECT_EQ(first(made.trace, Kind::failed_over, 300ms).owner, OwnerId{});
  // A's grant is not among what it forgets: that was forgotten before.
  const auto changes = std::count_if(made.trace.begin(), made.trace.end(), [](const Event& event) {
    const auto answer = static_cast<Answer::Kind>(event.detail);
    return event.kind == Kind::applied && event.at > at(10ms) && event.at <= at(300ms) &&
           (answer == Answer::Kind::granted || answer == Answer::Kind::renewed);
  });
  EXPECT_EQ(first(made.trace, Kind::failed_over, 300ms).value, static_cast<std::uint64_t>(changes));
}

TEST(Failover, BreaksOffWhatWasAnsweredAndNotHeard) {
  // Between the application of A's acquire and its answer.
  const sim::Run made = run_with({failover(1500us, 0ms)});
  EXPECT_EQ(first(made.trace, Kind::answered).detail,
            static_cast<std::uint8_t>(Answer::Kind::unknown));
  EXPECT_EQ(made.activations.of(FaultKind::failover), 1U);
  EXPECT_EQ(made.activations.of(FaultKind::store_restart), 0U);
  EXPECT_EQ(made.first_broken(), std::nullopt);
}

TEST(Failover, LetsComeWhatIsStillOnItsWay) {
  const sim::Run made = run_with({failover(500us, 500us)});
  EXPECT_EQ(first(made.trace, Kind::answered).detail,
            static_cast<std::uint8_t>(Answer::Kind::granted));
  EXPECT_EQ(made.activations.of(FaultKind::failover), 0U);
}

TEST(Failover, RefusesWhoComesBeforeTheReplicaAnswers) {
  TimedFault fault = failover(90ms, 0ms);
  fault.lasts = 40ms;
  const sim::Run made = run_with({fault});
  const Event heard = first(made.trace, Kind::answered, 91ms, 1);
  EXPECT_EQ(heard.call, Call::acquire);
  EXPECT_EQ(heard.detail, static_cast<std::uint8_t>(Answer::Kind::not_applied));
  EXPECT_GE(made.activations.of(FaultKind::failover), 1U);
  EXPECT_EQ(made.first_broken(), std::nullopt);
}

TEST(Failover, BreaksOffWhatWaitsForTheOldWriter) {
  const sim::Run made = run_with(
      {{.at = 90ms, .kind = TimedFault::Kind::writer_stall, .lasts = 200ms}, failover(120ms, 0ms)});
  const Event heard = first(made.trace, Kind::answered, 91ms);
  EXPECT_EQ(heard.at, at(121ms));
  EXPECT_EQ(heard.detail, static_cast<std::uint8_t>(Answer::Kind::unknown));
}

TEST(Failover, PutsTheReplicasClockInTheOldOnesPlace) {
  for (const Length ahead : {20ms, -20ms}) {
    TimedFault fault = failover(10ms, 0ms);
    fault.value = ahead.count();
    const sim::Run made = run_with({fault});
    EXPECT_EQ(first(made.trace, Kind::takeable, 10ms).until,
              at(501ms - ahead) + Span<TrueClock>::ns(1));
    EXPECT_EQ(made.activations.of(FaultKind::failover), 1U);
    EXPECT_EQ(made.first_broken(), std::nullopt);
  }
}

}  // namespace
}  // namespace leasehold::sim
