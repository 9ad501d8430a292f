// What is written is read back as the same value, and looks as a person would write it.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "sim/engine/stream.h"
#include "sim/scenario/generate.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

/// Draws everything that the format can say: a generated world, and on top of it what no generator
/// of worlds draws.
class AnyScenario {
 public:
  explicit AnyScenario(std::uint64_t seed) : draw_(seed) {
    Profile profile;
    // Only clocks of one's own can be beyond their bounds.
    static constexpr Authority own_clocks[] = {Authority::store_clock, Authority::wall_clock,
                                               Authority::observation};
    if (draw_.chance(70)) profile = {draw_.pick(own_clocks), draw_.chance(50)};
    world_ = generate(draw_.next(), profile);
    drop_clones();
  }

  Scenario make() {
    world_.name = some_text();
    world_.about = some_text();
    if (draw_.chance(50)) world_.source = some_text();
    if (draw_.chance(50)) world_.noise = {};
    add_parts();
    for (ProcessSpec& process : world_.processes) add_steps(process);
    add_faults();
    for (std::int64_t left = draw_.below(12); left > 0; --left) add_choice();
    add_options();
    for (const std::string& algorithm : algorithm_names()) {
      if (draw_.chance(50)) world_.expect[algorithm] = some_expectation();
    }
    set_heal();
    return world_;
  }

 private:
  // After every fault, or none.
  void set_heal() {
    Length after = some_moment();
    for (const TimedFault& fault : world_.faults) after = std::max(after, fault.at + 1ns);
    world_.heal_at.reset();
    if (draw_.chance(50) && after <= world_.run_for) world_.heal_at = after;
  }

  // They come last, after what is added to the world here.
  void drop_clones() {
    std::erase_if(world_.faults, [this](const TimedFault& fault) {
      return world_.processes[fault.process].clone_of.has_value();
    });
    std::erase_if(world_.processes,
                  [](const ProcessSpec& process) { return process.clone_of.has_value(); });
  }

  bool of_host() const { return world_.config.authority == Authority::host_clock; }

  // Of any magnitude, from `least` on.
  std::int64_t some_number(std::int64_t least, std::int64_t most) {
    const std::int64_t width = (most - least) >> draw_.below(63);
    return least + (width == INT64_MAX ? draw_.below(width) : draw_.below(width + 1));
  }
  Length some_length(Length least) {
    return Length(some_number(least.count(), longest_length.count()));
  }
  Length some_moment() { return Length(some_number(0, world_.run_for.count())); }
  std::uint32_t some_process() {
    return static_cast<std::uint32_t>(
        draw_.below(static_cast<std::int64_t>(world_.processes.size())));
  }
  std::uint32_t some_body() { return body_of(world_, some_process()); }
  std::string some_text() {
    static constexpr const char* pieces[] = {"a",  " ", "\"", "\\", "\n", "\x01", ": ",
                                             ", ", "{", "]",  "/",  "~",  "é",    "🔒"};
    std::string text;
    for (std::int64_t left = draw_.below(150); left > 0; --left) text += draw_.pick(pieces);
    return text;
  }

  // Keys and parts in any mixture; a process of its own may ask for another key too.
  void add_parts() {
    static constexpr const char* keys[] = {"lock", "lock", "b", "Long-key_0"};
    for (ProcessSpec& process : world_.processes) process.key = draw_.pick(keys);
    for (std::int64_t left = draw_.below(3); left > 0; --left) {
      ProcessSpec part{.name = "part" + std::to_string(left), .key = draw_.pick(keys)};
      if (draw_.chance(70)) part.part_of = some_body();
      if (draw_.chance(30)) part.known_as = "host1";
      world_.processes.push_back(std::move(part));
    }
  }

  void add_steps(ProcessSpec& process) {
    static constexpr Step::Do verbs[] = {Step::Do::acquire, Step::Do::attempt, Step::Do::drop,
                                         Step::Do::release, Step::Do::cancel,  Step::Do::cycle,
                                         Step::Do::write};
    if (!of_host() && !process.part_of && draw_.chance(30))
      process.clock.offset = -some_length(0ns);
    for (std::int64_t left = draw_.below(4); left > 0; --left) {
      Step step{.at = some_moment(), .what = draw_.pick(verbs)};
      const bool cycle = step.what == Step::Do::cycle;
      const bool waits = cycle || step.what == Step::Do::acquire;
      if (waits && draw_.chance(50)) step.within = some_length(1ns);
      const bool gets = waits || step.what == Step::Do::attempt;
      if (cycle || (gets && draw_.chance(50))) step.hold = some_length(0ns);
      if (cycle) step.think = some_length(0ns);
      if (cycle) step.times = static_cast<std::uint32_t>(some_number(1, 1'000'000));
      if (gets && draw_.chance(50)) step.write_every = some_length(1us);
      if (gets) step.cache = draw_.chance(50);
      if (step.what == Step::Do::write) step.after = some_length(0ns);
      process.program.push_back(step);
    }
  }

  void add_faults() {
    using Kind = TimedFault::Kind;
    static constexpr Kind kinds[] = {Kind::stopped,       Kind::suspended,   Kind::frozen,
                                     Kind::crash,         Kind::starve,      Kind::clock_step,
                                     Kind::clock_rate,    Kind::wall_step,   Kind::cut,
                                     Kind::requests_cut,  Kind::answers_cut, Kind::writer_stall,
                                     Kind::store_restart, Kind::failover};
    for (std::int64_t left = draw_.below(6); left > 0; --left) {
      TimedFault fault{.at = some_moment(), .kind = draw_.pick(kinds)};
      const bool of_clock = fault.kind == Kind::clock_step || fault.kind == Kind::clock_rate;
      const bool alone = fault.kind == Kind::suspended || fault.kind == Kind::frozen;
      if (of_host() && alone) fault.kind = Kind::stopped;
      if ((!of_host() || !of_clock) && !meets_store(fault.kind)) fault.process = some_body();
      const bool failover = fault.kind == Kind::failover;
      const Length least = fault.kind == Kind::crash || failover ? 0ns : 1ns;
      if (!of_clock && fault.kind != Kind::wall_step) fault.lasts = some_length(least);
      if (failover) fault.loses = some_length(0ns);
      const bool judges = world_.config.authority == Authority::store_clock;
      if (failover && judges) fault.value = -some_length(0ns).count();
      if (fault.kind == Kind::wall_step) fault.value = -some_length(0ns).count();
      if (fault.kind == Kind::clock_step) fault.value = -some_length(0ns).count();
      if (fault.kind == Kind::clock_rate) fault.value = draw_.within(-500'000, 500'000);
      world_.faults.push_back(fault);
    }
    // Last, since a clone is of a process with all its parts; what meets it may stand before it.
    for (std::int64_t left = draw_.below(3); left > 0; --left) {
      const std::uint32_t copy =
          add_clone(world_, some_body(), "clone" + std::to_string(world_.processes.size()));
      world_.faults.push_back({.at = some_moment(), .kind = Kind::clone, .process = copy});
      if (draw_.chance(50)) {
        world_.faults.insert(world_.faults.begin(),
                             {.at = some_moment(), .kind = Kind::crash, .process = copy});
      }
    }
  }

  void add_choice() {
    static constexpr Site calls[] = {Site::acquire, Site::renew, Site::release, Site::abandon};
    static constexpr Purpose of_calls[] = {
        Purpose::request_delay, Purpose::answer_delay,        Purpose::request_loss,
        Purpose::answer_loss,   Purpose::duplicate,           Purpose::request_tie,
        Purpose::answer_tie,    Purpose::error_before_effect, Purpose::error_after_effect};
    static constexpr Purpose of_writes[] = {Purpose::request_delay, Purpose::request_loss,
                                            Purpose::duplicate, Purpose::request_tie};
    static constexpr Purpose of_wakes[] = {Purpose::late, Purpose::wake_tie};
    ChoiceKey key{.process = some_process(),
                  .site = draw_.pick(calls),
                  .ordinal = static_cast<std::uint32_t>(some_number(1, UINT32_MAX)),
                  .purpose = draw_.pick(of_calls)};
    if (draw_.chance(30)) {
      key.site = Site::wake;
      key.purpose = draw_.pick(of_wakes);
    } else if (draw_.chance(20)) {
      key.site = Site::draw;
      key.purpose = Purpose::value;
    } else if (draw_.chance(20)) {
      key.site = Site::write;
      key.purpose = draw_.pick(of_writes);
    }
    world_.choices[key] = some_value(key.purpose);
  }
  std::int64_t some_value(Purpose purpose) {
    switch (purpose) {
      case Purpose::request_loss:
      case Purpose::answer_loss:
      case Purpose::error_before_effect:
      case Purpose::error_after_effect:
        return 1;
      case Purpose::value:
      case Purpose::request_tie:
      case Purpose::answer_tie:
      case Purpose::wake_tie:
        return some_number(1, INT64_MAX);
      default:
        return some_length(1ns).count();
    }
  }

  void add_options() {
    AnswerAnchoredOptions& options = world_.answer_anchored;
    if (draw_.chance(30)) options.renew_every = some_length(1ns);
    if (draw_.chance(30)) options.believes_for = some_length(1ns);
    if (draw_.chance(30)) options.request_timeout = some_length(1ns);
    options.waits_for_request = draw_.chance(30);
    options.error_is_loss = draw_.chance(30);
    options.error_renews = !options.error_is_loss && draw_.chance(30);
  }

  Expectation some_expectation() {
    Expectation expectation;
    for (const Invariant invariant : all_invariants) {
      const std::int64_t fate = draw_.below(3);
      if (fate == 1) expectation.holds.push_back(invariant);
      if (fate == 2) expectation.violates.push_back(invariant);
    }
    return expectation;
  }

  Stream draw_;
  Scenario world_;
};

void expect_read_back(const Scenario& scenario) {
  const std::string text = write_scenario(scenario);
  const Result<Scenario> again = read_scenario(text, "written.json");
  ASSERT_TRUE(again) << again.error().detail << "\n" << text;
  EXPECT_EQ(*again, scenario) << text;
  EXPECT_EQ(write_scenario(*again), text);
}

TEST(ScenarioWrite, AnyScenarioIsReadBackAsItWas) {
  std::set<Step::Do> verbs;
  std::set<TimedFault::Kind> faults;
  std::set<std::pair<Site, Purpose>> choices;
  int parts = 0;
  int heals = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    const Scenario scenario = AnyScenario(seed).make();
    ASSERT_NO_FATAL_FAILURE(expect_read_back(scenario));
    for (const ProcessSpec& process : scenario.processes) {
      for (const Step& step : process.program) verbs.insert(step.what);
      parts += process.part_of ? 1 : 0;
    }
    heals += scenario.heal_at ? 1 : 0;
    for (const TimedFault& fault : scenario.faults) faults.insert(fault.kind);
    for (const auto& [key, value] : scenario.choices) choices.emplace(key.site, key.purpose);
  }
  // All that there is was met: four calls with nine purposes, two for wakes, one for draws, four
  // for writes.
  EXPECT_EQ(verbs.size(), 7U);
  EXPECT_GE(parts, 100);
  EXPECT_GE(heals, 100);
  EXPECT_EQ(faults.size(), 17U);
  EXPECT_EQ(choices.size(), 4U * 9U + 2U + 1U + 4U);
}

TEST(ScenarioWrite, TheLargestNumbersAreReadBack) {
  Scenario scenario = AnyScenario(1).make();
  scenario.seed = (std::uint64_t{1} << 53) - 1;
  scenario.run_for = 24h;
  scenario.heal_at = 24h;
  scenario.config.authority = Authority::observation;
  scenario.host = {};
  scenario.store = {};
  scenario.config.bounds.skew = {};
  scenario.processes.resize(1'000);
  for (std::size_t index = 0; index < scenario.processes.size(); ++index) {
    scenario.processes[index].name = std::string(28, 'A') + std::to_string(index);
    scenario.processes[index].part_of.reset();
    scenario.processes[index].clone_of.reset();
    scenario.processes[index].wall = {};
    scenario.processes[index].clock = {.offset = -8760h, .rate_ppm = -500'000};
  }
  scenario.faults = {{24h - 1ns, TimedFault::Kind::clock_step, 999, {}, -Length(8760h).count()}};
  scenario.choices = {{{999, Site::renew, UINT32_MAX, Purpose::duplicate}, 168 * 3'600'000'000'000},
                      {{999, Site::draw, UINT32_MAX, Purpose::value}, INT64_MAX}};
  expect_read_back(scenario);
}

TEST(ScenarioWrite, LooksAsAPersonWouldWriteIt) {
  Scenario scenario;
  scenario.name = "one: two, \"three\"";
  scenario.about = "A is late.";
  scenario.seed = 7;
  scenario.config.authority = Authority::observation;
  scenario.config.timing = {500ms, 50ms, 40ms, 10ms, 1s, 0ms, 10ms, 2};
  scenario.config.bounds.resolution = 1ns;
  scenario.processes = {
      {.name = "A",
       .clock = {-5ms, 3},
       .program = {{.at = 0ms}, {.at = 1s, .what = Step::Do::attempt, .hold = 2ms}}},
      {.name = "B"},
      {.name = "B2", .key = "other", .part_of = 1}};
  scenario.faults = {{1s, TimedFault::Kind::frozen, 1, 2s}};
  scenario.choices = {{{0, Site::renew, 2, Purpose::answer_loss}, 1},
                      {{0, Site::wake, 3, Purpose::late}, 520'000'000},
                      {{0, Site::draw, 7, Purpose::value}, 11}};
  scenario.run_for = 3s;
  scenario.expect["leasehold"] = {{Invariant::I3}, {Invariant::I1}};
  EXPECT_EQ(write_scenario(scenario), R"({
  "$schema": "../schema.json",
  "format": 1,
  "name": "one: two, \"three\"",
  "about": "A is late.",
  "seed": 7,
  "authority": "observation",
  "timing": {
    "lease": "500ms",
    "renew_every": "50ms",
    "request_timeout": "40ms",
    "retry_pause": "10ms",
    "longest_wait": "1s",
    "stop_budget": "0ms",
    "min_useful": "10ms",
    "tolerated_failures": 2,
    "max_drift_ppm": 0,
    "resolution": "1ns",
    "tick": "1ns"
  },
  "network": {"request": "0ms", "answer": "0ms"},
  "processes": [
    {
      "name": "A",
      "clock": {"offset": "-5ms", "rate_ppm": 3},
      "program": [
        {"at": "0ms", "do": "acquire"},
        {"at": "1s", "do": "try", "hold": "2ms"}
      ]
    },
    {
      "name": "B",
      "program": []
    },
    {
      "name": "B2",
      "part_of": "B",
      "key": "other",
      "program": []
    }
  ],
  "faults": [
    {"at": "1s", "kind": "pause", "process": "B", "how": "frozen", "for": "2s"},
    {"on": {"process": "A", "call": "renew", "nth": 2}, "kind": "answer_loss"},
    {"on": {"process": "A", "wake": 3}, "kind": "late", "by": "520ms"}
  ],
  "choices": {"A/draw/7/value": 11},
  "run_for": "3s",
  "expect": {"leasehold": {"holds": ["I3"], "violates": ["I1"]}}
}
)");
}

}  // namespace
}  // namespace leasehold::sim
