// `leasehold-sim explain`: a scenario in sentences.
#include "sim/report/explain.h"

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"
#include "sim/cli/words.h"
#include "sim/scenario/read.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

std::string listed(const std::vector<Invariant>& invariants) {
  std::string text;
  for (const Invariant invariant : invariants) {
    text += (text.empty() ? "" : ", ") + to_string(invariant) + " " + meaning(invariant);
  }
  return text;
}

// What came of it is run anew, and not taken from what the file expects.
void tell_outcome(const Scenario& scenario, const std::string& algorithm) {
  const auto expected = scenario.expect.find(algorithm);
  std::cout << "  - under " << algorithm << "\n";
  if (expected != scenario.expect.end()) {
    const Expectation& expectation = expected->second;
    if (!expectation.holds.empty())
      std::cout << "      expected to hold: " << listed(expectation.holds) << "\n";
    if (!expectation.violates.empty()) {
      std::cout << "      expected to be broken: " << listed(expectation.violates) << "\n";
    }
  }
  bool broken = false;
  for (const Judgement& judgement : run(scenario, algorithm, {}).judgements) {
    if (!judgement.finding) continue;
    broken = true;
    std::cout << "      broken: " << to_string(judgement.invariant) << " "
              << meaning(judgement.invariant) << ": " << judgement.finding->sentence << "\n";
  }
  if (!broken) std::cout << "      no invariant is broken\n";
}

int explain_file(const std::string& file, const std::string& algorithm) {
  const Result<Scenario> scenario = read_scenario_file(file);
  if (!scenario) return complain(scenario.error().detail);
  explain(std::cout, *scenario);
  std::cout << "\nWhat comes of it\n";
  for (const std::string& name : algorithm_names()) {
    const bool wanted = !algorithm.empty()         ? name == algorithm
                        : scenario->expect.empty() ? name == "leasehold"
                                                   : scenario->expect.contains(name);
    if (wanted) tell_outcome(*scenario, name);
  }
  std::cout << "\nSee it: leasehold-sim timeline " << file << "\n" << std::flush;
  return exit_as_expected;
}

}  // namespace

void add_explain(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("explain", "Tell a scenario in sentences");
  const auto file = std::make_shared<std::string>();
  const auto algorithm = std::make_shared<std::string>();
  verb->add_option("FILE", *file, "A scenario file")->required();
  verb->add_option("--algorithm", *algorithm,
                   "What comes of it under this algorithm; else under those that it expects "
                   "something of, or leasehold")
      ->check(one_of(algorithm_names()));
  verb->footer("Exit codes: 0 told, whatever comes of it, 3 bad input or usage.");
  verb->callback([file, algorithm, &chosen] {
    chosen = [file, algorithm] { return explain_file(*file, *algorithm); };
  });
}

}  // namespace leasehold::sim
