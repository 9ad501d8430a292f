// What is cut off from the store: which messages come through, and what follows from it.
#include <algorithm>
#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using Call = core::Request::Kind;

// A holds from 2 ms on and renews every 50 ms; B wants the lock from 100 ms on.
Scenario two_processes() {
  Scenario scenario;
  scenario.config.timing = {.lease = 500ms,
                            .renew_every = 50ms,
                            .request_timeout = 40ms,
                            .retry_pause = 10ms,
                            .longest_wait = 100ms,
                            .min_useful = 10ms};
  scenario.config.bounds.resolution = 1ns;
  scenario.request_way = scenario.answer_way = 1ms;
  scenario.processes = {{.name = "A", .program = {{.at = 0ms}}},
                        {.name = "B", .program = {{.at = 100ms}}}};
  scenario.run_for = 2s;
  return scenario;
}

std::vector<Event> trace_of(const Scenario& scenario) {
  sim::Run run = sim::run(scenario, "leasehold", {.keep_trace = true});
  EXPECT_EQ(run.first_broken(), std::nullopt);
  return std::move(run.trace);
}

std::vector<Event> trace_with(const TimedFault& fault) {
  Scenario scenario = two_processes();
  scenario.faults = {fault};
  return trace_of(scenario);
}

// Events of a kind that process A had in [from, to].
std::int64_t count(const std::vector<Event>& trace, Event::Kind kind, Length from, Length to) {
  return std::count_if(trace.begin(), trace.end(), [&](const Event& event) {
    return event.kind == kind && event.process == 0 &&
           event.at >= TrueTime{} + on<TrueClock>(from) &&
           event.at <= TrueTime{} + on<TrueClock>(to);
  });
}

TEST(Partition, OfRequestsKeepsThemFromTheStore) {
  const auto trace =
      trace_with({.at = 90ms, .kind = TimedFault::Kind::requests_cut, .lasts = 200ms});
  EXPECT_EQ(count(trace, Event::Kind::applied, 90ms, 289ms), 0);
  EXPECT_GE(count(trace, Event::Kind::request_cut, 90ms, 289ms), 3);
  EXPECT_EQ(count(trace, Event::Kind::answer_cut, 0ms, 2s), 0);
  EXPECT_EQ(count(trace, Event::Kind::request_cut, 290ms, 2s), 0) << "it is over to the nanosecond";
  EXPECT_GE(count(trace, Event::Kind::renewed, 290ms, 400ms), 1) << "the lease outlived it";
}

TEST(Partition, OfAnswersLetsTheStoreApplyWhatNobodyHearsOf) {
  const auto trace =
      trace_with({.at = 90ms, .kind = TimedFault::Kind::answers_cut, .lasts = 200ms});
  EXPECT_GE(count(trace, Event::Kind::applied, 90ms, 289ms), 3);
  EXPECT_EQ(count(trace, Event::Kind::answered, 90ms, 289ms), 0);
  EXPECT_EQ(count(trace, Event::Kind::request_cut, 0ms, 2s), 0);
  EXPECT_GE(count(trace, Event::Kind::answer_cut, 90ms, 289ms), 3);
  EXPECT_GE(count(trace, Event::Kind::renewed, 290ms, 400ms), 1);
}

TEST(Partition, OfBothWaysThatOutlastsTheLeaseHandsTheKeyOver) {
  const auto trace = trace_with({.at = 90ms, .kind = TimedFault::Kind::cut, .lasts = 1s});
  EXPECT_EQ(count(trace, Event::Kind::lost, 90ms, 600ms), 1);
  const auto taken = std::find_if(trace.begin(), trace.end(), [](const Event& event) {
    return event.kind == Event::Kind::granted && event.process == 1;
  });
  EXPECT_NE(taken, trace.end()) << "B is not cut off";
}

// It is sent 10 ms before the cut and would arrive 10 ms after it began; or leaves before and comes
// after.
TEST(Partition, KeepsOutWhatWouldArriveMeanwhileAndNotWhatIsOnItsWay) {
  Scenario scenario = two_processes();
  scenario.processes.pop_back();
  scenario.choices = {{{0, Site::acquire, 1, Purpose::request_delay}, 20'000'000}};
  scenario.faults = {{.at = 10ms, .kind = TimedFault::Kind::requests_cut, .lasts = 30ms}};
  EXPECT_EQ(count(trace_of(scenario), Event::Kind::request_cut, 21ms, 21ms), 1);
  scenario.faults.front().lasts = 11ms;
  const auto trace = trace_of(scenario);
  EXPECT_EQ(count(trace, Event::Kind::request_cut, 0ms, 2s), 0);
  EXPECT_EQ(count(trace, Event::Kind::applied, 21ms, 21ms), 1);
}

TEST(Partition, OfTwoThatOverlapTheLaterEndCounts) {
  Scenario scenario = two_processes();
  scenario.faults = {{.at = 90ms, .kind = TimedFault::Kind::requests_cut, .lasts = 200ms},
                     {.at = 150ms, .kind = TimedFault::Kind::cut, .lasts = 20ms}};
  const auto trace = trace_of(scenario);
  EXPECT_EQ(count(trace, Event::Kind::applied, 90ms, 289ms), 0);
  EXPECT_GE(count(trace, Event::Kind::renewed, 290ms, 400ms), 1);
}

// What has come to a process that does not run was not kept out: it is heard when it runs again.
TEST(Partition, TakesNothingBackThatHasArrived) {
  Scenario scenario = two_processes();
  scenario.processes.pop_back();
  scenario.faults = {{.at = 1ms, .kind = TimedFault::Kind::stopped, .lasts = 9ms},
                     {.at = 3ms, .kind = TimedFault::Kind::cut, .lasts = 17ms}};
  const auto trace = trace_of(scenario);
  EXPECT_EQ(count(trace, Event::Kind::answered, 10ms, 10ms), 1);
}

TEST(Partition, CutsOffThePartsOfAProcessToo) {
  Scenario scenario = two_processes();
  scenario.processes = {{.name = "A"},
                        {.name = "A2", .key = "other", .part_of = 0, .program = {{.at = 0ms}}}};
  scenario.faults = {{.at = 0ms, .kind = TimedFault::Kind::cut, .lasts = 2s}};
  for (const Event& event : trace_of(scenario)) EXPECT_NE(event.kind, Event::Kind::applied);
}

// A's renewals 2 and 3 come while the writer is taken; B's first try comes between them.
TEST(WriterStall, KeepsEveryCallWaitingAndAppliesThemInOrderAtItsEnd) {
  const auto trace =
      trace_with({.at = 90ms, .kind = TimedFault::Kind::writer_stall, .lasts = 70ms});
  std::vector<Event> waited;
  std::vector<Event> applied;
  for (const Event& event : trace) {
    if (event.kind == Event::Kind::kept_waiting) waited.push_back(event);
    if (event.kind != Event::Kind::applied || event.at < TrueTime{} + on<TrueClock>(90ms)) continue;
    EXPECT_GE(event.at, TrueTime{} + on<TrueClock>(160ms));
    if (event.at == TrueTime{} + on<TrueClock>(160ms)) applied.push_back(event);
  }
  ASSERT_GE(waited.size(), 3U);
  ASSERT_EQ(applied.size(), waited.size());
  for (std::size_t call = 0; call < waited.size(); ++call) {
    EXPECT_EQ(applied[call].process, waited[call].process);
    EXPECT_EQ(applied[call].call, waited[call].call);
    EXPECT_EQ(applied[call].ordinal, waited[call].ordinal);
  }
}

// The time is read when the call is carried out, so no expiry is written that is already over.
TEST(WriterStall, ThatOutlastsTheLeaseRefusesTheRenewalsThatWaited) {
  const auto trace = trace_with({.at = 90ms, .kind = TimedFault::Kind::writer_stall, .lasts = 1s});
  for (const Event& event : trace) {
    const bool renewal = event.kind == Event::Kind::applied && event.process == 0 &&
                         event.call == Call::renew && event.at >= TrueTime{} + on<TrueClock>(90ms);
    if (!renewal) continue;
    EXPECT_EQ(static_cast<Answer::Kind>(event.detail), Answer::Kind::not_owner);
  }
  EXPECT_EQ(count(trace, Event::Kind::lost, 90ms, 600ms), 1);
}

TEST(WriterStall, OfTwoThatOverlapTheLaterEndCounts) {
  Scenario scenario = two_processes();
  scenario.faults = {{.at = 90ms, .kind = TimedFault::Kind::writer_stall, .lasts = 200ms},
                     {.at = 150ms, .kind = TimedFault::Kind::writer_stall, .lasts = 20ms}};
  const auto trace = trace_of(scenario);
  EXPECT_EQ(count(trace, Event::Kind::applied, 90ms, 289ms), 0);
  EXPECT_GE(count(trace, Event::Kind::applied, 290ms, 290ms), 3);
}

// What A hears first of its call of that kind and ordinal, and what the store did about it.
struct Heard {
  std::vector<Answer::Kind> applied;
  std::vector<Answer::Kind> answered;
};
Heard heard_of(const std::vector<Event>& trace, Call call, std::uint64_t ordinal) {
  Heard heard;
  for (const Event& event : trace) {
    if (event.process != 0 || event.call != call || event.ordinal != ordinal) continue;
    const auto answer = static_cast<Answer::Kind>(event.detail);
    if (event.kind == Event::Kind::applied) heard.applied.push_back(answer);
    if (event.kind == Event::Kind::answered) heard.answered.push_back(answer);
  }
  return heard;
}
Heard renewal_in(const Scenario& scenario) { return heard_of(trace_of(scenario), Call::renew, 1); }

// The first renewal leaves at 50 ms, comes at 51 ms and is heard of at 52 ms.
Scenario restarts_at(Length at, Length lasts) {
  Scenario scenario = two_processes();
  scenario.faults = {{.at = at, .kind = TimedFault::Kind::store_restart, .lasts = lasts}};
  return scenario;
}
using Kinds = std::vector<Answer::Kind>;

TEST(StoreRestart, RefusesWhoComesWhileItIsDown) {
  const Heard heard = renewal_in(restarts_at(40ms, 60ms));
  EXPECT_EQ(heard.applied, Kinds{Answer::Kind::not_applied});
  EXPECT_EQ(heard.answered, Kinds{Answer::Kind::not_applied});
}

TEST(StoreRestart, LeavesWhoIsOnHisWayThereInDoubt) {
  const Heard heard = renewal_in(restarts_at(50ms + 500us, 60ms));
  EXPECT_EQ(heard.applied, Kinds{Answer::Kind::unknown});
  EXPECT_EQ(heard.answered, Kinds{Answer::Kind::unknown});
}

TEST(StoreRestart, LeavesWhoseAnswerIsOnItsWayInDoubtOfWhatTookEffect) {
  const Heard heard = renewal_in(restarts_at(51ms + 500us, 60ms));
  EXPECT_EQ(heard.applied, Kinds{Answer::Kind::renewed});
  EXPECT_EQ(heard.answered, Kinds{Answer::Kind::unknown});
}

TEST(StoreRestart, BreaksOffWhoWaitsForTheWriter) {
  Scenario scenario = restarts_at(60ms, 5ms);
  scenario.faults.push_back({.at = 45ms, .kind = TimedFault::Kind::writer_stall, .lasts = 50ms});
  const Heard heard = renewal_in(scenario);
  EXPECT_EQ(heard.applied, Kinds{Answer::Kind::unknown});
  EXPECT_EQ(heard.answered, Kinds{Answer::Kind::unknown});
}

// The other copy may come when the store is up again, so this one can't be said not to be applied.
TEST(StoreRestart, LeavesWhoAskedTwiceInDoubt) {
  Scenario scenario = restarts_at(40ms, 60ms);
  scenario.choices = {{{0, Site::renew, 1, Purpose::duplicate}, 50'000'000}};
  const Heard heard = renewal_in(scenario);
  ASSERT_EQ(heard.applied.size(), 2U);
  EXPECT_EQ(heard.applied.front(), Answer::Kind::unknown);
  EXPECT_NE(heard.applied.back(), Answer::Kind::unknown);
}

TEST(StoreRestart, KeepsWhatItAcknowledged) {
  const auto trace = trace_of(restarts_at(60ms, 100ms));
  EXPECT_EQ(count(trace, Event::Kind::lost, 0ms, 2s), 0);
  EXPECT_GE(count(trace, Event::Kind::renewed, 160ms, 300ms), 1);
  EXPECT_TRUE(std::none_of(trace.begin(), trace.end(), [](const Event& event) {
    return event.kind == Event::Kind::granted && event.process == 1;
  })) << "B does not get what A had before and has again";
}

std::uint64_t activations(const Scenario& scenario, FaultKind kind) {
  return sim::run(scenario, "leasehold", {}).activations.of(kind);
}

TEST(Activation, CountsAFaultThatMetSomethingAndNotOneThatWasOnlyPlanned) {
  Scenario scenario = two_processes();
  EXPECT_EQ(activations(scenario, FaultKind::cut), 0U);
  scenario.faults = {{.at = 90ms, .kind = TimedFault::Kind::cut, .lasts = 200ms}};
  EXPECT_GE(activations(scenario, FaultKind::cut), 3U);
  EXPECT_EQ(activations(scenario, FaultKind::requests_cut), 0U);
  scenario.faults.front().lasts = 1ns;
  EXPECT_EQ(activations(scenario, FaultKind::cut), 0U) << "nothing was sent in that nanosecond";
}

// A's second renewal waits for 80 ms on its way; the third, after 40 ms without an answer, does
// not.
TEST(Activation, CountsAMessageThatWasOvertaken) {
  Scenario scenario = two_processes();
  EXPECT_EQ(activations(scenario, FaultKind::reordering), 0U);
  scenario.choices = {{{0, Site::renew, 2, Purpose::request_delay}, 80'000'000}};
  EXPECT_EQ(activations(scenario, FaultKind::request_delay), 1U);
  EXPECT_GE(activations(scenario, FaultKind::reordering), 1U);
}

}  // namespace
}  // namespace leasehold::sim
