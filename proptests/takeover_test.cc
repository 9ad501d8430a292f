// I4: once renewal stops, a contender that keeps trying holds the lock within the printed bound.
#include <algorithm>

#include <gtest/gtest.h>

#include "proptests/hunt.h"
#include "sim/engine/stream.h"

namespace leasehold::proptests {
namespace {

using namespace std::chrono_literals;
using sim::Event;
using sim::Scenario;
using sim::Step;
using sim::TimedFault;
using sim::TrueTime;

/// A holds and goes silent in one of several ways; the others keep trying, and the store answers
/// them within the request timeout.
Scenario silenced_holder(std::uint64_t seed, Authority authority) {
  Scenario world = sim::generate(seed, {authority, false});
  sim::Stream draw(seed ^ 0x1e9f);
  const Timing& timing = world.config.timing;
  world.choices.clear();
  world.noise = {.draws = true, .ties = true};
  world.request_way = Length(draw.below(timing.request_timeout.count() / 2));
  world.answer_way = Length(draw.below(timing.request_timeout.count() / 2));
  std::erase_if(world.faults, [](const TimedFault& fault) {
    switch (fault.kind) {
      case TimedFault::Kind::clock_rate:
      case TimedFault::Kind::wall_step:
      case TimedFault::Kind::store_clock_rate:
      case TimedFault::Kind::store_clock_step:
        return false;
      default:
        return true;
    }
  });
  for (sim::ProcessSpec& process : world.processes) {
    process.program = {Step{.at = timing.lease, .what = Step::Do::acquire}};
  }
  world.processes[0].program[0].at = 0ns;
  const Length silent_at = timing.lease * 2 + Length(draw.below(timing.lease.count()));
  world.run_for = silent_at + takeover_bound(world.config) * 2;
  static constexpr TimedFault::Kind ways[] = {TimedFault::Kind::crash, TimedFault::Kind::stopped};
  world.faults.push_back({.at = silent_at, .kind = draw.pick(ways), .process = 0, .lasts = 0ns});
  TimedFault& silence = world.faults.back();
  if (silence.kind == TimedFault::Kind::stopped) silence.lasts = world.run_for;
  return world;
}

/// What a history says about the silence of process 0.
struct Silence {
  /// When its last request that made or prolonged a lease was applied, or the first of the others
  /// began to try, whichever is later; absent if nobody else tried.
  std::optional<TrueTime> since;
  /// When another process held the lock.
  std::optional<TrueTime> over;
};

Silence silence_in(const std::vector<Event>& trace) {
  TrueTime last{};
  Silence silence;
  for (const Event& event : trace) {
    const auto answer = static_cast<core::Answer::Kind>(event.detail);
    const bool prolongs =
        event.kind == Event::Kind::applied && event.process == 0 &&
        (answer == core::Answer::Kind::granted || answer == core::Answer::Kind::renewed);
    if (prolongs) last = event.at;
    if (event.process == 0) continue;
    if (event.kind == Event::Kind::acquire && !silence.since) silence.since = event.at;
    if (event.kind == Event::Kind::granted && !silence.over) silence.over = event.at;
  }
  if (silence.since) silence.since = std::max(*silence.since, last);
  return silence;
}

std::optional<Wrong> too_late(const Scenario& world) {
  const sim::Run run = sim::run(world, "leasehold", {.keep_trace = true});
  if (auto wrong = broken_in(run)) return wrong;
  const Silence silence = silence_in(run.trace);
  if (!silence.since) return std::nullopt;
  const Length bound = takeover_bound(world.config);
  const TrueTime due = *silence.since + on<sim::TrueClock>(bound);
  const bool in_time = silence.over && *silence.over <= due;
  const bool not_due_yet = !silence.over && TrueTime{} + on<sim::TrueClock>(world.run_for) < due;
  if (in_time || not_due_yet) return std::nullopt;
  return Wrong{"I4", "a contender tried since " + sim::moment(*silence.since) + " and " +
                         (silence.over ? "held the lock only at " + sim::moment(*silence.over)
                                       : std::string("never held the lock")) +
                         "; the bound is " + to_string(bound)};
}

TEST(Takeover, ComesWithinThePrintedBoundUnderHostClock) {
  EXPECT_TRUE(holds(
      {.name = "takeover-host",
       .make = [](std::uint64_t seed) { return silenced_holder(seed, Authority::host_clock); },
       .worlds = 2'000},
      too_late));
}

TEST(Takeover, ComesWithinThePrintedBoundUnderStoreClock) {
  EXPECT_TRUE(holds(
      {.name = "takeover-store",
       .make = [](std::uint64_t seed) { return silenced_holder(seed, Authority::store_clock); },
       .worlds = 2'000},
      too_late));
}

TEST(Takeover, ComesWithinThePrintedBoundUnderWallClock) {
  EXPECT_TRUE(holds(
      {.name = "takeover-wall",
       .make = [](std::uint64_t seed) { return silenced_holder(seed, Authority::wall_clock); },
       .worlds = 2'000},
      too_late));
}

TEST(Takeover, ComesWithinThePrintedBoundUnderObservation) {
  EXPECT_TRUE(holds(
      {.name = "takeover-observation",
       .make = [](std::uint64_t seed) { return silenced_holder(seed, Authority::observation); },
       .worlds = 2'000},
      too_late));
}

}  // namespace
}  // namespace leasehold::proptests
