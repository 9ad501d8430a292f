// `leasehold-sim planted`, in the build of that name only: which of the planted bugs are found.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"
#include "sim/cli/words.h"
#include "sim/planted/in_a_child.h"
#include "sim/planted/matrix.h"
#include "sim/planted/plants.h"
#include "sim/planted/test_run.h"
#include "sim/planted/trial.h"

namespace leasehold::sim {
namespace {

/// Of processor time: a bug that takes longer hangs the simulator.
constexpr unsigned most_seconds = 3'600;
/// Worlds of each ground that are run without the bug too.
constexpr std::uint64_t compared = 400;

struct PlantedOptions {
  std::vector<std::string> only;
  std::uint64_t worlds = 20'000;
  unsigned jobs = 1;
  bool explore = false;
  /// 0: none.
  std::uint64_t ablation = 0;
};

std::string told(const Trial& trial, double shrink_seconds, double seconds) {
  std::ostringstream line;
  line << trial.killed_after.value_or(0) << ' ';
  line << (trial.killer ? static_cast<int>(*trial.killer) : 0) << ' ';
  line << trial.infected << ' ' << trial.choices << ' ' << trial.faults << ' ' << trial.events
       << ' ' << trial.shrink_runs << ' ' << shrink_seconds << ' ' << seconds << ' ' << trial.broken
       << ' ' << trial.killers.size();
  for (const auto& [invariant, worlds] : trial.killers) {
    const auto alone = trial.alone.find(invariant);
    line << ' ' << static_cast<int>(invariant) << ' ' << worlds << ' '
         << (alone == trial.alone.end() ? 0 : alone->second);
  }
  return line.str();
}

/// What a trial in a child came to, as it was told to the parent.
struct Found {
  Trial trial;
  /// Of processor time, for shrinking; and all together.
  double shrink_seconds = 0;
  double seconds = 0;
};

Found read(const std::string& told) {
  std::istringstream in(told);
  Found found;
  Trial& trial = found.trial;
  std::uint64_t after = 0;
  int killer = 0;
  std::size_t killers = 0;
  in >> after >> killer >> trial.infected >> trial.choices >> trial.faults >> trial.events >>
      trial.shrink_runs >> found.shrink_seconds >> found.seconds >> trial.broken >> killers;
  if (after > 0) {
    trial.killed_after = after;
    trial.killer = static_cast<Invariant>(killer);
  }
  for (; killers > 0; --killers) {
    int invariant = 0;
    std::uint64_t worlds = 0;
    std::uint64_t alone = 0;
    in >> invariant >> worlds >> alone;
    trial.killers[static_cast<Invariant>(invariant)] = worlds;
    if (alone > 0) trial.alone[static_cast<Invariant>(invariant)] = alone;
  }
  return found;
}

// The least value that `percent` of all do not exceed.
template <class Value>
Value percentile(std::vector<Value> of, std::size_t percent) {
  std::sort(of.begin(), of.end());
  return of[(of.size() * percent + 99) / 100 - 1];
}

// "median 1, 95th percentile 4, most 6"
template <class Value>
std::string spread(const std::vector<Value>& of) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << "median " << percentile(of, 50)
       << ", 95th percentile " << percentile(of, 95) << ", most " << percentile(of, 100);
  return text.str();
}

class PlantedCommand {
 public:
  explicit PlantedCommand(const PlantedOptions& options) : options_(options) {}

  int run_all() {
    std::cout << "at most " << options_.worlds << " worlds of each ground; infected: of the first "
              << compared << " the share that differs from the unharmed program\n"
              << "bug  ground     after  by  infected  shrunk: choices faults events   runs      s"
                 "  in all\n";
    planted_bug = Bug::none;
    // Its threads are gone before a child is forked.
    for (const Ground& ground : grounds()) {
      unharmed_.push_back(unharmed(ground, compared, options_.jobs));
    }
    const auto& only = options_.only;
    for (const Plant& plant : plants()) {
      const bool asked = std::find(only.begin(), only.end(), to_string(plant.bug)) != only.end();
      if (only.empty() || asked) try_plant(plant);
    }
    return sum_up();
  }

 private:
  // On one ground after another, until one shows it, and then by tests.
  void try_plant(const Plant& plant) {
    ++tried_;
    bool infected = false;
    const std::size_t last = plant.in_tests_only ? 0 : grounds().size();
    for (std::size_t ground = 0; ground < last; ++ground) {
      const ChildEnd end = in_a_child([&] { return try_in_child(plant, ground); }, most_seconds);
      if (end.asserted) return crashed(plant);
      if (!end.ended_well) return no_trial(plant, end.how);
      const Found found = read(end.said);
      infected = infected || found.trial.infected > 0;
      if (found.trial.killed_after) return killed(plant, ground, found);
    }
    if (!plant.suite.program.empty()) {
      const TestRun run = run_tests(plant.suite, plant.bug);
      if (!run.trouble.empty()) return no_trial(plant, run.trouble);
      if (!run.failed.empty()) return killed_by_a_test(plant, run.failed, infected);
    }
    survived(plant, infected);
  }

  std::string try_in_child(const Plant& plant, std::size_t ground) const {
    const auto began = std::chrono::steady_clock::now();
    planted_bug = plant.bug;
    Trial trial = try_out(grounds()[ground], options_.worlds, unharmed_[ground], options_.jobs);
    const std::clock_t shrinks = std::clock();
    if (trial.killed_after) measure_shrunk(grounds()[ground], trial);
    const double shrunk = static_cast<double>(std::clock() - shrinks) / CLOCKS_PER_SEC;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return told(trial, shrunk, took.count());
  }

  void killed(const Plant& plant, std::size_t ground, const Found& found) {
    const Trial& trial = found.trial;
    std::cout << to_string(plant.bug) << "  " << std::left << std::setw(7) << grounds()[ground].name
              << std::right << std::setw(9) << *trial.killed_after << "  " << std::left
              << std::setw(3) << to_string(*trial.killer) << std::right << std::fixed
              << std::setprecision(1) << std::setw(8)
              << 100 * static_cast<double>(trial.infected) / static_cast<double>(compared) << "%"
              << std::setw(16) << trial.choices << std::setw(7) << trial.faults << std::setw(7)
              << trial.events << std::setw(7) << trial.shrink_runs << std::setw(7)
              << std::setprecision(2) << found.shrink_seconds << std::setprecision(1)
              << std::setw(8) << found.seconds << "  " << plant.what << "\n"
              << std::flush;
    // The grounds before were run in vain.
    after_.push_back(ground * options_.worlds + *trial.killed_after);
    sizes_.push_back(trial.choices + trial.faults);
    events_.push_back(trial.events);
    runs_.push_back(trial.shrink_runs);
    shrink_seconds_.push_back(found.shrink_seconds);
    matrix_.add(to_string(plant.bug), trial);
  }

  void killed_by_a_test(const Plant& plant, const std::string& test, bool infected) {
    std::cout << to_string(plant.bug) << "  "
              << (plant.in_tests_only ? "tests     "
                  : infected          ? "no world, tests "
                                      : "unreached, tests ")
              << test << ": " << plant.what << "\n"
              << std::flush;
    ++by_tests_;
  }

  // A broken assertion of the program is a kill too, but by no oracle.
  void crashed(const Plant& plant) {
    std::cout << to_string(plant.bug) << "  stopped by an assertion: " << plant.what << "\n"
              << std::flush;
    ++crashed_;
  }

  // Nothing is known of it then.
  void no_trial(const Plant& plant, const std::string& how) {
    std::cout << to_string(plant.bug) << "  " << how << ": " << plant.what << "\n" << std::flush;
    survivors_.push_back(std::string(to_string(plant.bug)) + " (" + how + ")");
  }

  void survived(const Plant& plant, bool infected) {
    std::cout << to_string(plant.bug) << "  survives, " << (infected ? "infected" : "unreached")
              << ": " << plant.what << "\n";
    if (plant.argument.empty()) {
      survivors_.emplace_back(to_string(plant.bug));
    } else {
      std::cout << "     why no world shows it: " << plant.argument << "\n";
      ++argued_;
    }
    std::cout << std::flush;
  }

  int sum_up() {
    std::cout << "killed " << after_.size() + crashed_ + by_tests_ << " of " << tried_ << ", "
              << by_tests_ << " of them by tests, and " << argued_ << " argued away\n";
    if (!after_.empty()) {
      const auto soon = std::count_if(after_.begin(), after_.end(),
                                      [](std::uint64_t after) { return after <= 1'000; });
      std::cout << "after worlds: " << spread(after_) << "; " << soon
                << " within 1,000\nshrunk: choices and faults: " << spread(sizes_)
                << "\n        events: " << spread(events_) << "\n        runs: " << spread(runs_)
                << "\n        seconds of processor time: " << spread(shrink_seconds_) << "\n";
    }
    matrix_.print(std::cout);
    for (const std::string& survivor : survivors_) std::cout << "SURVIVED: " << survivor << "\n";
    std::cout << std::flush;
    return survivors_.empty() ? exit_as_expected : 1;
  }

  const PlantedOptions options_;
  // By ground.
  std::vector<std::vector<Digest>> unharmed_;
  std::uint64_t tried_ = 0;
  std::uint64_t crashed_ = 0;
  std::uint64_t argued_ = 0;
  std::vector<std::uint64_t> after_;
  std::vector<std::uint64_t> sizes_;
  std::vector<std::uint64_t> events_;
  std::uint64_t by_tests_ = 0;
  Matrix matrix_;
  std::vector<int> runs_;
  std::vector<double> shrink_seconds_;
  std::vector<std::string> survivors_;
};

std::vector<std::string> names_of_plants() {
  std::vector<std::string> names;
  for (const Plant& plant : plants()) names.emplace_back(to_string(plant.bug));
  return names;
}

}  // namespace

void add_bug(CLI::App& verb, std::string& name) {
  verb.add_option("--bug", name, "Switch on this planted bug")
      ->check(one_of(names_of_plants()))
      ->each([](const std::string& chosen) {
        for (const Plant& plant : plants()) {
          if (chosen == to_string(plant.bug)) planted_bug = plant.bug;
        }
      });
}

void add_planted(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("planted", "Try whether the planted bugs are found");
  const auto options = std::make_shared<PlantedOptions>();
  options->jobs = std::max(1U, std::thread::hardware_concurrency());
  verb->add_option("BUG", options->only, "Only these")->check(one_of(names_of_plants()));
  verb->add_option("--worlds", options->worlds, "At most so many of each ground")
      ->check(CLI::Range(compared, std::uint64_t{10'000'000}))
      ->capture_default_str();
  verb->add_option("--jobs", options->jobs, "Threads")
      ->check(CLI::Range(1U, 1'024U))
      ->capture_default_str();
  verb->add_flag("--explore", options->explore,
                 "Run no worlds: explore small ones, and run the ways to what is broken");
  verb->add_option("--ablation", options->ablation,
                   "Count instead how many are killed within so many worlds, with each ingredient "
                   "of the generator taken out")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000'000}))
      ->excludes("--explore");
  verb->footer("Exit codes: 0 all killed or argued away, 1 one survived, 3 bad usage.");
  verb->callback([options, &chosen] {
    chosen = [options] {
      if (options->ablation > 0) return ablate_planted(options->only, options->ablation);
      return options->explore ? explore_planted(options->only) : PlantedCommand(*options).run_all();
    };
  });
}

}  // namespace leasehold::sim
