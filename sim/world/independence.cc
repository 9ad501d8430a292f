#include "sim/world/independence.h"

#include <algorithm>

#include "sim/oracles/independent_keys.h"
#include "sim/world/world.h"

namespace leasehold::sim {
namespace {

/// The same world, in which nobody asks for any key but one.
Scenario alone(const Scenario& scenario, const std::string& key) {
  Scenario left = scenario;
  for (ProcessSpec& process : left.processes) {
    if (process.key != key) process.program.clear();
  }
  return left;
}

std::optional<Finding> find_difference(const Scenario& scenario, const Scenario& left,
                                       const std::string& algorithm, const RunOptions& options,
                                       std::uint32_t key) {
  RunOptions traced = options;
  traced.keep_trace = true;
  const Run here = World(scenario, algorithm, traced).run();
  const Run there = World(left, algorithm, traced).run();
  return difference_of_key(key, Keys(scenario).names[key], here.trace, there.trace,
                           names_of(scenario));
}

}  // namespace

Judgement judge_independence(const Scenario& scenario, const std::string& algorithm,
                             const RunOptions& options, const Run& together) {
  Judgement judgement{.invariant = Invariant::I18};
  const auto had_a_tenure = [](const KeyRun& key) { return key.tenures > 0; };
  const auto& keys = together.keys;
  if (std::count_if(keys.begin(), keys.end(), had_a_tenure) < 2) return judgement;
  judgement.verdict = Verdict::holds;
  const std::vector<std::string> names = Keys(scenario).names;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    const Scenario left = alone(scenario, names[key]);
    const Run there = World(left, algorithm, {.store = options.store}).run();
    if (there.keys[key].hash == keys[key].hash) continue;
    judgement.verdict = Verdict::broken;
    judgement.finding =
        find_difference(scenario, left, algorithm, options, static_cast<std::uint32_t>(key));
    return judgement;
  }
  return judgement;
}

}  // namespace leasehold::sim
