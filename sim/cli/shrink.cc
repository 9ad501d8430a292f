// `leasehold-sim shrink`: makes a scenario smaller that breaks an invariant.
#include "sim/shrink/shrink.h"

#include <chrono>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sim/cli/common.h"
#include "sim/cli/status_line.h"
#include "sim/cli/verbs.h"
#include "sim/cli/words.h"
#include "sim/report/verdict.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/sweep/progress_line.h"

namespace leasehold::sim {
namespace {

using Clock = std::chrono::steady_clock;

struct ShrinkOptions {
  std::string file;
  std::string out;
  std::string algorithm;
  std::string invariant;
  int runs = most_shrink_runs;
#ifdef LEASEHOLD_PLANTED
  std::string bug;
#endif
};

std::uint64_t ms_since(Clock::time_point began) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began).count());
}

std::string progress_of(int runs, int most, const Size& size) {
  return grouped(static_cast<std::uint64_t>(runs)) + " of at most " +
         grouped(static_cast<std::uint64_t>(most)) + " runs, " + std::to_string(size.faults) +
         " choices and faults, " + grouped(size.events) + " events";
}

/// What is to stay broken, and under what.
struct Target {
  std::string algorithm;
  Invariant invariant = Invariant::I1;
  /// The scenario says that it will be.
  bool expected = false;
};

class ShrinkCommand {
 public:
  explicit ShrinkCommand(const ShrinkOptions& options) : options_(options) {}

  int run_all() {
    const Result<Scenario> read = read_scenario_file(options_.file);
    if (!read) return complain("shrink: " + read.error().detail);
    // Before all the work; `write_new_file` sees to it that nothing is overwritten.
    if (!options_.out.empty() && std::filesystem::exists(options_.out)) {
      return write_new_file("shrink: ", options_.out, "");
    }
    const std::optional<Target> target = target_in(*read);
    if (!target) return exit_bad_input;
    return shrink_to(*read, *target);
  }

 private:
  std::vector<std::string> algorithms_of(const Scenario& scenario) const {
    if (!options_.algorithm.empty()) return {options_.algorithm};
    if (scenario.expect.empty()) return {"leasehold"};
    std::vector<std::string> named;
    for (const std::string& name : algorithm_names()) {
      if (scenario.expect.contains(name)) named.push_back(name);
    }
    return named;
  }

  // The first under any algorithm that was not expected, unless one is asked for.
  std::optional<Target> target_in(const Scenario& scenario) const {
    std::string broken;
    for (const std::string& algorithm : algorithms_of(scenario)) {
      const auto expected = scenario.expect.find(algorithm);
      const std::vector<Compared> compared =
          compare(run(scenario, algorithm, {}),
                  expected == scenario.expect.end() ? Expectation{} : expected->second);
      for (const Compared& one : compared) {
        if (one.judgement.verdict != Verdict::broken) continue;
        const Invariant invariant = one.judgement.invariant;
        const bool asked = to_string(invariant) == options_.invariant;
        const bool found = options_.invariant.empty() ? !one.expected_to_break : asked;
        if (found) return Target{algorithm, invariant, one.expected_to_break};
        broken += (broken.empty() ? "" : ", ") + to_string(invariant) + " under " + algorithm;
      }
    }
    complain_of_none(scenario, broken);
    return std::nullopt;
  }

  void complain_of_none(const Scenario& scenario, const std::string& broken) const {
    std::string under;
    for (const std::string& algorithm : algorithms_of(scenario)) {
      under += (under.empty() ? "" : ", ") + algorithm;
    }
    const std::string what = options_.invariant.empty()
                                 ? "no invariant is broken that it does not expect to be broken"
                                 : options_.invariant + " is not broken";
    const std::string accepted =
        broken.empty() ? "a scenario in which one is" : "--invariant with one that is: " + broken;
    complain("shrink: " + options_.file + ": " + what + " (under " + under +
             "); accepted: " + accepted);
  }

  int shrink_to(const Scenario& whole, const Target& target) const {
    const bool inside = inside_envelope(whole);
    const auto judge = [&](const Scenario& world) -> std::optional<Shown> {
      if (inside && !inside_envelope(world)) return std::nullopt;
      return shown_by(run(world, target.algorithm, {}), target.invariant);
    };
    Scenario plain = without_noise(whole, target.algorithm);
    if (!judge(plain)) {
      return complain("shrink: " + options_.file +
                      ": does not break the same without its noise; accepted: a scenario without "
                      "\"noise\"");
    }
    const Clock::time_point began = Clock::now();
    StatusLine status;
    Shrunk shrunk = shrink(
        plain, target.algorithm, judge, options_.runs,
        [&](int runs, const Size& size) { status.show(progress_of(runs, options_.runs, size)); });
    status.clear();
    const std::uint64_t ms = ms_since(began);
    describe(shrunk.scenario, whole, target);
    const std::string text = write_scenario(shrunk.scenario);
    if (options_.out.empty()) {
      tell(plain, shrunk, target, ms);
      std::cout << text << std::flush;
      return exit_as_expected;
    }
    const int code = write_new_file("shrink: ", options_.out, text);
    if (code != exit_as_expected) return code;
    tell(plain, shrunk, target, ms);
    std::cout << "replay it: leasehold-sim replay --algorithm " << target.algorithm << " "
              << options_.out << "\n"
              << std::flush;
    return code;
  }

  // What was expected to be broken is expected so, and then with all that breaks along with it.
  static void describe(Scenario& small, const Scenario& whole, const Target& target) {
    const Run run = sim::run(small, target.algorithm, {});
    small.name =
        to_string(target.invariant) + " under " + to_string(small.config.authority) + ", shrunk";
    small.about =
        "Shrunk from \"" + whole.name + "\". " + run.of(target.invariant).finding->sentence;
    small.expect.clear();
    Expectation& expected = small.expect[target.algorithm];
    if (!target.expected) {
      expected.holds = {target.invariant};
      return;
    }
    for (const Judgement& judgement : run.judgements) {
      if (judgement.verdict == Verdict::broken) expected.violates.push_back(judgement.invariant);
    }
  }

  // A scenario on stdout stands there alone.
  void tell(const Scenario& before, const Shrunk& after, const Target& target,
            std::uint64_t ms) const {
    std::ostream& out = options_.out.empty() ? std::cerr : std::cout;
    const Run was = run(before, target.algorithm, {});
    const Run is = run(after.scenario, target.algorithm, {});
    out << to_string(target.invariant) << " " << meaning(target.invariant) << " under "
        << target.algorithm << ": " << is.of(target.invariant).finding->sentence << "\n"
        << std::left << std::setw(14) << "" << std::right << std::setw(9) << "before"
        << std::setw(9) << "after"
        << "\n";
    const auto row = [&out](const char* what, std::uint64_t from, std::uint64_t to) {
      out << std::left << std::setw(14) << what << std::right << std::setw(9) << grouped(from)
          << std::setw(9) << grouped(to) << "\n";
    };
    row("processes", before.processes.size(), after.scenario.processes.size());
    row("choices", before.choices.size(), after.scenario.choices.size());
    row("timed faults", before.faults.size(), after.scenario.faults.size());
    row("events", was.tally.events, is.tally.events);
    out << grouped(static_cast<std::uint64_t>(after.runs)) << " runs: "
        << (after.at_fixpoint ? "nothing more can be left out or be rounder"
                              : "stopped there, it may get smaller with more --runs")
        << "\n"
        << std::flush;
    std::cerr << "shrunk in " << ms << " ms\n";
  }

  const ShrinkOptions& options_;
};

}  // namespace

void add_shrink(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand(
      "shrink", "Make a scenario smaller that breaks an invariant, while it breaks the same");
  const auto options = std::make_shared<ShrinkOptions>();
  verb->add_option("FILE", options->file, "A scenario file")->required();
  verb->add_option("-o,--output", options->out, "Write it to this new file instead of stdout")
      ->type_name("FILE");
  verb->add_option("--algorithm", options->algorithm,
                   "Break it under this algorithm; else under those that it expects something of, "
                   "or leasehold")
      ->check(one_of(algorithm_names()));
  verb->add_option("--invariant", options->invariant,
                   "Keep this one broken, even if that is expected; else the first that is broken "
                   "and not expected to be")
      ->check(one_of(invariant_words()));
  verb->add_option("--runs", options->runs, "Run at most so many candidates")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
#ifdef LEASEHOLD_PLANTED
  add_bug(*verb, options->bug);
#endif
  verb->footer(
      "What is inside the envelope stays inside. What comes of it expects the invariant to hold, "
      "so\n"
      "that `replay` exits with 1 as long as it is broken; where FILE expects it to be broken, so\n"
      "does what comes of it, with all that breaks along with it, and `replay` exits with 0.\n"
      "A file that is there is never overwritten. Exit codes: 0 shrunk, 3 bad input or usage.");
  verb->callback(
      [options, &chosen] { chosen = [options] { return ShrinkCommand(*options).run_all(); }; });
}

}  // namespace leasehold::sim
