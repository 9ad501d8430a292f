#include "sim/scenario/starter.h"

#include <chrono>

#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

constexpr const char* about =
    "A takes the lock and is killed at 300 ms without a word. B waits, and gets it once A's lease "
    "is over. To tell a story of your own, change who asks when (program), what goes wrong "
    "(faults) "
    "and what must come of it (expect), replay it, and read the timeline. "
    "`leasehold-sim schema` describes every key.";

Config config_of(Authority authority) {
  Config config;
  config.authority = authority;
  config.timing.lease = 1s;
  config.timing.renew_every = 200ms;
  config.timing.request_timeout = 100ms;
  config.timing.retry_pause = 10ms;
  config.timing.longest_wait = 200ms;
  config.timing.stop_budget = 100ms;
  config.timing.min_useful = 110ms;
  config.timing.tolerated_failures = 2;
  config.bounds.resolution = config.bounds.tick = 1ns;
  // Under host_clock there is one clock, which agrees with itself.
  if (authority != Authority::host_clock) config.bounds.drift = DriftBound::ppm(500);
  if (authority == Authority::wall_clock) config.bounds.skew = 20ms;
  if (authority == Authority::store_clock) config.bounds.jump_forward = 20ms;
  return config;
}

// What came of it: who changes the story sees at once what changes with it.
Expectation seen(const Scenario& scenario, const std::string& algorithm) {
  Expectation expectation;
  for (const Judgement& judgement : run(scenario, algorithm, {}).judgements) {
    if (judgement.verdict == Verdict::holds) expectation.holds.push_back(judgement.invariant);
    if (judgement.verdict == Verdict::broken) expectation.violates.push_back(judgement.invariant);
  }
  return expectation;
}

}  // namespace

Scenario starter(const std::string& name, Authority authority,
                 const std::vector<std::string>& algorithms) {
  Scenario scenario;
  scenario.name = name;
  scenario.about = about;
  scenario.config = config_of(authority);
  scenario.request_way = scenario.answer_way = 5ms;
  scenario.processes = {
      {.name = "A", .program = {{.at = 0ms, .what = Step::Do::acquire}}},
      {.name = "B", .program = {{.at = 100ms, .what = Step::Do::acquire, .hold = 500ms}}}};
  scenario.faults = {{.at = 300ms, .kind = TimedFault::Kind::crash, .process = 0}};
  scenario.run_for = 5s;
  for (const std::string& algorithm : algorithms) {
    scenario.expect[algorithm] = seen(scenario, algorithm);
  }
  return scenario;
}

}  // namespace leasehold::sim
