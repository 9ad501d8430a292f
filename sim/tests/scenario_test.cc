// The questions that a scenario answers about itself.
#include "sim/scenario/scenario.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

// Two processes whose clocks are assumed to be within 100 ppm of true time.
Scenario world(Authority authority) {
  Scenario scenario;
  scenario.config.authority = authority;
  scenario.config.bounds.drift = DriftBound::ppm(100);
  scenario.processes = {{.name = "A"}, {.name = "B"}};
  return scenario;
}

bool inside_with_rate(std::int64_t rate_ppm) {
  Scenario scenario = world(Authority::observation);
  scenario.processes.back().clock = {.offset = 1h, .rate_ppm = rate_ppm};
  return inside_envelope(scenario);
}

bool inside_with(Authority authority, const TimedFault& fault) {
  Scenario scenario = world(authority);
  scenario.faults = {{.kind = TimedFault::Kind::crash}, fault};
  return inside_envelope(scenario);
}

TEST(Envelope, EndsWhereAClockRunsBeyondTheDriftBound) {
  EXPECT_TRUE(inside_with_rate(100));
  EXPECT_TRUE(inside_with_rate(-100));
  EXPECT_FALSE(inside_with_rate(101));
  EXPECT_FALSE(inside_with_rate(-101));
}

TEST(Envelope, CountsAClockThatChangesItsRate) {
  using Kind = TimedFault::Kind;
  EXPECT_TRUE(inside_with(Authority::observation, {.kind = Kind::clock_rate, .value = -100}));
  EXPECT_FALSE(inside_with(Authority::observation, {.kind = Kind::clock_rate, .value = -101}));
  EXPECT_TRUE(inside_with(Authority::host_clock, {.kind = Kind::clock_rate, .value = -101}))
      << "a host's processes share one clock, which can't disagree with itself";
}

TEST(Envelope, HasNoClockThatStepsOrStandsStill) {
  using Kind = TimedFault::Kind;
  for (const Kind kind : {Kind::stopped, Kind::suspended, Kind::crash, Kind::starve}) {
    EXPECT_TRUE(inside_with(Authority::observation, {.kind = kind, .lasts = 1h}));
  }
  EXPECT_FALSE(inside_with(Authority::observation, {.kind = Kind::frozen, .lasts = 1ms}));
  for (const Authority authority : {Authority::observation, Authority::host_clock}) {
    EXPECT_FALSE(inside_with(authority, {.kind = Kind::clock_step, .value = 1}));
  }
}

// Skew 20 ms: every calendar clock is within 10 ms of true time.
Scenario calendars(Length offset, std::int64_t rate_ppm, Length step) {
  Scenario scenario = world(Authority::wall_clock);
  scenario.config.bounds.skew = 20ms;
  scenario.run_for = 100s;
  scenario.processes.back().wall = {offset, rate_ppm};
  scenario.faults = {
      {.at = 50s, .kind = TimedFault::Kind::wall_step, .process = 1, .value = step.count()}};
  return scenario;
}

TEST(Envelope, EndsWhereACalendarClockIsMoreThanHalfTheSkewOff) {
  EXPECT_TRUE(inside_envelope(calendars(10ms, 0, 0ms)));
  EXPECT_FALSE(inside_envelope(calendars(10ms + 1ns, 0, 0ms)));
  EXPECT_TRUE(inside_envelope(calendars(-10ms, 0, 20ms)));
  EXPECT_FALSE(inside_envelope(calendars(-10ms, 0, 20ms + 1ns)));
  EXPECT_TRUE(inside_envelope(calendars(0ms, 100, 0ms)));
  EXPECT_FALSE(inside_envelope(calendars(0ms, 101, 0ms))) << "after 100 s it is 10.1 ms ahead";
  EXPECT_TRUE(inside_envelope(calendars(0ms, 200, -20ms))) << "put right in between";
}

TEST(Envelope, HasNoFailoverThatLosesSomething) {
  const TimedFault whole{.at = 1s, .kind = TimedFault::Kind::failover, .lasts = 1h};
  for (const Authority authority : {Authority::host_clock, Authority::store_clock,
                                    Authority::wall_clock, Authority::observation}) {
    EXPECT_TRUE(inside_with(authority, whole));
    TimedFault part = whole;
    part.loses = 1ns;
    EXPECT_FALSE(inside_with(authority, part));
  }
}

// A lease of 1 s. The replica's clock and a jump 500 ms before add up.
bool inside_with_replica_ahead(Length jumped, Length ahead) {
  Scenario scenario = world(Authority::store_clock);
  scenario.config.timing.lease = 1s;
  scenario.config.bounds.jump_forward = 100ms;
  scenario.config.bounds.jump_backward = 50ms;
  scenario.faults = {
      {.at = 1s, .kind = TimedFault::Kind::store_clock_step, .value = jumped.count()},
      {.at = 1500ms, .kind = TimedFault::Kind::failover, .value = ahead.count()}};
  return inside_envelope(scenario);
}

TEST(Envelope, CountsAReplicasClockAmongTheJumps) {
  EXPECT_TRUE(inside_with_replica_ahead(0ms, 100ms));
  EXPECT_FALSE(inside_with_replica_ahead(0ms, 100ms + 1ns));
  EXPECT_TRUE(inside_with_replica_ahead(60ms, 40ms));
  EXPECT_FALSE(inside_with_replica_ahead(60ms, 40ms + 1ns));
  EXPECT_TRUE(inside_with_replica_ahead(0ms, -50ms));
  EXPECT_FALSE(inside_with_replica_ahead(0ms, -50ms - 1ns));
}

TEST(Invariant, HasANumberAndAMeaningOfItsOwn) {
  EXPECT_EQ(to_string(Invariant::I13), "I13");
  EXPECT_STREQ(meaning(Invariant::I1), "no overlap");
  std::set<std::string> meanings;
  for (const Invariant invariant : all_invariants) {
    EXPECT_STRNE(meaning(invariant), "?");
    meanings.insert(meaning(invariant));
  }
  EXPECT_EQ(meanings.size(), std::size(all_invariants));
}

}  // namespace
}  // namespace leasehold::sim
