// What a scenario file says is what the scenario holds; what it leaves out has the stated default.
#include <string>

#include <gtest/gtest.h>

#include "lib/src/text/length.h"
#include "sim/scenario/duration.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

Scenario read(const std::string& text) {
  const Result<Scenario> result = read_scenario(text, "file.json");
  EXPECT_TRUE(result) << result.error().detail;
  return result ? *result : Scenario{};
}

// A scenario with nothing but what is required, `more` standing before its end.
std::string least(const std::string& authority, const std::string& more = "") {
  return R"({"format": 1, "name": "n", "about": "a", "authority": ")" + authority + R"(",
    "timing": {"lease": "500ms", "renew_every": "50ms", "request_timeout": "40ms"},
    "processes": [{"name": "A", "program": []}, {"name": "B", "program": []}], "run_for": "2min")" +
         more + "}";
}

TEST(ScenarioRead, WhatIsLeftOutHasItsDefault) {
  Scenario expected;
  expected.name = "n";
  expected.about = "a";
  expected.config.authority = Authority::host_clock;
  expected.config.timing = {.lease = 500ms,
                            .renew_every = 50ms,
                            .request_timeout = 40ms,
                            .retry_pause = 10ms,
                            .longest_wait = 1s,
                            .stop_budget = 0ms,
                            .min_useful = 10ms,
                            .tolerated_failures = 0};
  expected.config.bounds = {.drift = DriftBound::ppm(0), .resolution = 1ns, .tick = 1ns};
  expected.processes = {{.name = "A"}, {.name = "B"}};
  expected.run_for = 2min;
  EXPECT_EQ(read(least("host_clock")), expected);

  expected.config.authority = Authority::observation;
  EXPECT_EQ(read(least("observation")), expected);
}

TEST(ScenarioRead, TheLeastUsefulGrantFollowsTheStopBudget) {
  const std::string lease = R"("lease": "500ms",)";
  std::string text = least("host_clock");
  text.replace(text.find(lease), lease.size(), lease + R"("stop_budget": "20ms",)");
  EXPECT_EQ(read(text).config.timing.min_useful, 30ms);
}

TEST(ScenarioRead, TheHeadOfAScenarioIsReadToItsFields) {
  const Scenario scenario = read(R"({"$schema": "../schema.json", "format": 1,
    "name": "all \"keys\"", "about": "\u00e9t\u00e9", "source": "here", "seed": 9007199254740991,
    "authority": "host_clock",
    "timing": {"lease": "2s", "renew_every": "200ms", "request_timeout": "100ms",
               "retry_pause": "20ms", "longest_wait": "300ms", "stop_budget": "50ms",
               "min_useful": "80ms", "tolerated_failures": 3, "max_drift_ppm": 100,
               "lock_delay": "4s", "min_hold": "5s", "resolution": "1ms", "tick": "1us"},
    "network": {"request": "2ms", "answer": "3ms"},
    "host": {"clock": {"offset": "-1h", "rate_ppm": -50}},
    "processes": [{"name": "A", "program": []}],
    "noise": {"request_loss_ppm": 1, "answer_loss_ppm": 2, "duplicate_ppm": 3,
              "error_before_ppm": 8, "error_after_ppm": 9,
              "request_delay_ppm": 4, "answer_delay_ppm": 5, "delay_most": "6ms",
              "late_wake_ppm": 7, "late_most": "8ms", "draws": true, "ties": true},
    "options": {"answer-anchored": {"renew_every": "1s", "believes_for": "4s",
                                    "request_timeout": "3s", "waits_for_request": true,
                                    "error_is_loss": false, "error_renews": true}},
    "heal_at": "1h", "run_for": "24h",
    "expect": {"leasehold": {"holds": ["I1", "I13"]},
               "answer-anchored": {"holds": ["I3"], "violates": ["I1", "I14"]}}})");
  EXPECT_EQ(scenario.name, "all \"keys\"");
  EXPECT_EQ(scenario.about, "\xc3\xa9t\xc3\xa9");
  EXPECT_EQ(scenario.source, "here");
  EXPECT_EQ(scenario.seed, (std::uint64_t{1} << 53) - 1);
  EXPECT_EQ(scenario.config.timing,
            (Timing{2s, 200ms, 100ms, 20ms, 300ms, 50ms, 80ms, 3, 0s, 4s, 5s}));
  EXPECT_EQ(scenario.config.bounds, (ClockBounds{DriftBound::ppm(100), 1ms, 1us}));
  EXPECT_EQ(scenario.request_way, 2ms);
  EXPECT_EQ(scenario.answer_way, 3ms);
  EXPECT_EQ(scenario.host, (ClockSpec{-1h, -50}));
  EXPECT_EQ(scenario.noise, (Noise{1, 2, 3, 8, 9, 4, 5, 6ms, 7, 8ms, true, true}));
  EXPECT_EQ(scenario.answer_anchored, (AnswerAnchoredOptions{1s, 4s, 3s, true, false, true}));
  EXPECT_EQ(scenario.heal_at, 1h);
  EXPECT_EQ(scenario.run_for, 24h);
  EXPECT_EQ(scenario.expect.at("leasehold"), (Expectation{{Invariant::I1, Invariant::I13}, {}}));
  EXPECT_EQ(scenario.expect.at("answer-anchored"),
            (Expectation{{Invariant::I3}, {Invariant::I1, Invariant::I14}}));
}

TEST(ScenarioRead, EveryVerbIsReadWithTheFieldsItKnows) {
  std::string text = least("observation");
  const std::string empty = R"({"name": "A", "program": []})";
  text.replace(
      text.find(empty), empty.size(),
      R"({"name": "A-9_z", "known_as": "host1", "clock": {"offset": "5ms", "rate_ppm": 7}, "program": [
    {"at": "0ms", "do": "acquire"},
    {"at": "1ms", "do": "acquire", "within": "2s", "hold": "0ms"},
    {"at": "2ms", "do": "try", "hold": "3s"},
    {"at": "3ms", "do": "drop"},
    {"at": "4ms", "do": "release"},
    {"at": "5ms", "do": "cancel"},
    {"at": "2min", "do": "cycle", "within": "1s", "hold": "2s", "think": "3s", "times": 4}]})");
  const ProcessSpec expected{.name = "A-9_z",
                             .known_as = "host1",
                             .clock = {5ms, 7},
                             .program = {{.at = 0ms, .what = Step::Do::acquire},
                                         {1ms, Step::Do::acquire, 2s, 0ms},
                                         {2ms, Step::Do::attempt, {}, 3s},
                                         {.at = 3ms, .what = Step::Do::drop},
                                         {.at = 4ms, .what = Step::Do::release},
                                         {.at = 5ms, .what = Step::Do::cancel},
                                         {2min, Step::Do::cycle, 1s, 2s, 3s, 4}}};
  EXPECT_EQ(read(text).processes.front(), expected);
}

TEST(ScenarioRead, EveryFaultOfAMomentIsReadToItsKind) {
  using Kind = TimedFault::Kind;
  const Scenario scenario = read(least("observation", R"(, "faults": [
    {"at": "1s", "kind": "pause", "process": "A", "how": "stopped", "for": "2s"},
    {"at": "2s", "kind": "pause", "process": "B", "how": "suspended", "for": "3s"},
    {"at": "3s", "kind": "pause", "process": "B", "how": "frozen", "for": "4s"},
    {"at": "4s", "kind": "crash", "process": "B"},
    {"at": "5s", "kind": "crash", "process": "A", "restart_after": "1s"},
    {"at": "6s", "kind": "starve", "process": "A", "for": "6s"},
    {"at": "7s", "kind": "clock_step", "process": "B", "by": "-365h"},
    {"at": "8s", "kind": "clock_rate", "process": "B", "rate_ppm": -500000},
    {"at": "9s", "kind": "partition", "process": "B", "direction": "both", "for": "5s"},
    {"at": "9s", "kind": "partition", "process": "A", "direction": "requests", "for": "6s"},
    {"at": "9s", "kind": "partition", "process": "B", "direction": "answers", "for": "7s"},
    {"at": "10s", "kind": "writer_stall", "for": "8s"},
    {"at": "10s", "kind": "store_restart", "for": "9s"},
    {"at": "12s", "kind": "crash", "process": "A-clone"},
    {"at": "11s", "kind": "clone", "process": "A", "as": "A-clone"}])"));
  const std::vector<TimedFault> expected{{1s, Kind::stopped, 0, 2s},
                                         {2s, Kind::suspended, 1, 3s},
                                         {3s, Kind::frozen, 1, 4s},
                                         {4s, Kind::crash, 1},
                                         {5s, Kind::crash, 0, 1s},
                                         {6s, Kind::starve, 0, 6s},
                                         {7s, Kind::clock_step, 1, {}, -365 * 3'600'000'000'000},
                                         {8s, Kind::clock_rate, 1, {}, -500'000},
                                         {9s, Kind::cut, 1, 5s},
                                         {9s, Kind::requests_cut, 0, 6s},
                                         {9s, Kind::answers_cut, 1, 7s},
                                         {10s, Kind::writer_stall, 0, 8s},
                                         {10s, Kind::store_restart, 0, 9s},
                                         {12s, Kind::crash, 2},
                                         {11s, Kind::clone, 2}};
  EXPECT_EQ(scenario.faults, expected);
  EXPECT_EQ(names_of(scenario), (std::vector<std::string>{"A", "B", "A-clone"}));
  EXPECT_EQ(scenario.processes[2].clone_of, 0U);
}

TEST(ScenarioRead, CalendarClocksAreReadUnderWallClock) {
  std::string text = least("wall_clock", R"(, "faults": [
    {"at": "1s", "kind": "wall_step", "process": "B", "by": "-3ms"}])");
  const std::string lease = R"("lease": "500ms",)";
  text.replace(text.find(lease), lease.size(), lease + R"("max_clock_skew": "20ms",)");
  const std::string name = R"("name": "A",)";
  text.replace(text.find(name), name.size(), name + R"("wall": {"offset": "5ms"},)");
  const Scenario scenario = read(text);
  EXPECT_EQ(scenario.config.bounds.skew, 20ms);
  EXPECT_EQ(scenario.processes[0].wall, (ClockSpec{5ms, 0}));
  EXPECT_EQ(scenario.faults.at(0),
            (TimedFault{1s, TimedFault::Kind::wall_step, 1, {}, -3'000'000}));
}

TEST(ScenarioRead, UnderHostClockAClockFaultIsTheHosts) {
  const Scenario scenario = read(least("host_clock", R"(, "faults": [
    {"at": "1s", "kind": "clock_step", "by": "1ms"},
    {"at": "1s", "kind": "clock_rate", "rate_ppm": 3}])"));
  const std::vector<TimedFault> expected{{1s, TimedFault::Kind::clock_step, 0, {}, 1'000'000},
                                         {1s, TimedFault::Kind::clock_rate, 0, {}, 3}};
  EXPECT_EQ(scenario.faults, expected);
}

TEST(ScenarioRead, AFaultOfACallIsAnotherWordForAChoice) {
  const Scenario sugar = read(least("host_clock", R"(, "faults": [
    {"on": {"process": "A", "call": "acquire", "nth": 1}, "kind": "request_loss"},
    {"on": {"process": "A", "call": "renew", "nth": 2}, "kind": "answer_loss"},
    {"on": {"process": "A", "call": "release", "nth": 3}, "kind": "request_delay", "by": "1us"},
    {"on": {"process": "B", "call": "abandon", "nth": 4}, "kind": "answer_delay", "by": "2us"},
    {"on": {"process": "B", "call": "renew", "nth": 5}, "kind": "duplicate", "after": "3us"},
    {"on": {"process": "B", "wake": 6}, "kind": "late", "by": "4us"}])"));
  const Scenario plain = read(least("host_clock", R"(, "choices": {
    "A/acquire/1/request_loss": true, "A/renew/2/answer_loss": true,
    "A/release/3/request_delay": "1us", "B/abandon/4/answer_delay": "2us",
    "B/renew/5/duplicate": "3us", "B/wake/6/late": "4us"})"));
  const Choices expected{{{0, Site::acquire, 1, Purpose::request_loss}, 1},
                         {{0, Site::renew, 2, Purpose::answer_loss}, 1},
                         {{0, Site::release, 3, Purpose::request_delay}, 1'000},
                         {{1, Site::abandon, 4, Purpose::answer_delay}, 2'000},
                         {{1, Site::renew, 5, Purpose::duplicate}, 3'000},
                         {{1, Site::wake, 6, Purpose::late}, 4'000}};
  EXPECT_EQ(sugar.choices, expected);
  EXPECT_TRUE(sugar.faults.empty());
  EXPECT_EQ(plain, sugar);
}

TEST(ScenarioRead, DrawsAndTiesAreWholeNumbers) {
  const Scenario scenario = read(least("host_clock", R"(, "choices": {
    "A/draw/7/value": 9223372036854775807, "A/wake/4294967295/wake_tie": 2,
    "B/renew/1/request_tie": 3, "B/renew/1/answer_tie": 4})"));
  const Choices expected{{{0, Site::draw, 7, Purpose::value}, INT64_MAX},
                         {{0, Site::wake, 4294967295U, Purpose::wake_tie}, 2},
                         {{1, Site::renew, 1, Purpose::request_tie}, 3},
                         {{1, Site::renew, 1, Purpose::answer_tie}, 4}};
  EXPECT_EQ(scenario.choices, expected);
}

TEST(Duration, IsReadInEveryUnitAndWrittenInTheLargestThatHoldsItExactly) {
  struct Case {
    const char* text;
    Length length;
    const char* written;
  };
  for (const Case& one :
       {Case{"1ns", 1ns, "1ns"}, Case{"20us", 20us, "20us"}, Case{"500ms", 500ms, "500ms"},
        Case{"3s", 3s, "3s"}, Case{"2min", 2min, "120s"}, Case{"1h", 1h, "3600s"},
        Case{"0ms", 0ms, "0ms"}, Case{"0h", 0ms, "0ms"}, Case{"-3s", -3s, "-3s"},
        Case{"-1500us", -1500us, "-1500us"}, Case{"1000000ns", 1ms, "1ms"},
        Case{"8760h", 8760h, "31536000s"}, Case{"-8760h", -8760h, "-31536000s"},
        Case{"31535999999999999ns", 8760h - 1ns, "31535999999999999ns"}}) {
    SCOPED_TRACE(one.text);
    EXPECT_EQ(parse_length(one.text), one.length);
    EXPECT_EQ(write_duration(one.length), one.written);
    EXPECT_EQ(parse_length(one.written), one.length);
  }
}

TEST(Duration, OfAnyOtherFormIsNone) {
  for (const char* text : {"",
                           "5",
                           "ms",
                           "5 ms",
                           " 5ms",
                           "5ms ",
                           "+5ms",
                           "-0ms",
                           "--5ms",
                           "5.0ms",
                           "5e3ms",
                           "0x5ms",
                           "5MS",
                           "5m",
                           "5d",
                           "5ms5",
                           "8761h",
                           "-8761h",
                           "31536000000000001ns",
                           "9223372036854775807h",
                           "99999999999999999999ns",
                           "\xd9\xa5ms"}) {
    EXPECT_EQ(parse_length(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace leasehold::sim
