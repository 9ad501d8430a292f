// `leasehold-sim explore`: every interleaving of a small world, nearest first.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "sim/cli/common.h"
#include "sim/cli/status_line.h"
#include "sim/cli/verbs.h"
#include "sim/cli/words.h"
#include "sim/explore/judge.h"
#include "sim/explore/retell.h"
#include "sim/explore/search.h"
#include "sim/scenario/names.h"
#include "sim/scenario/write.h"
#include "sim/sweep/progress_line.h"

namespace leasehold::sim {
namespace {

struct ExploreOptions {
  Limits limits;
  std::string authority = "host_clock";
  std::string out;
  std::string bug;
  bool no_symmetry = false;
};

Authority authority_of(const std::string& word) {
  for (const Authority authority : simulated_authorities()) {
    if (word == to_string(authority)) return authority;
  }
  return Authority::host_clock;
}

std::string in_words(const Limits& limits) {
  const auto count = [](std::uint32_t number, const char* what) {
    return ", " + std::to_string(number) + " " + what;
  };
  std::string text = to_string(limits.authority);
  text += count(limits.processes, "processes") + count(limits.in_flight, "in flight each");
  text += count(limits.guards, "guards each") + "; at most " + std::to_string(limits.drops);
  text += " drops" + count(limits.duplicates, "duplicates") + count(limits.crashes, "crashes");
  return text + count(limits.cancels, "cancels") + count(limits.late, "late ticks");
}

class ExploreCommand {
 public:
  explicit ExploreCommand(const ExploreOptions& options) : options_(options) {
    limits_ = options.limits;
    limits_.authority = authority_of(options.authority);
    limits_.symmetry = !options.no_symmetry;
  }

  int run_all() {
    std::cout << in_words(limits_) << (limits_.symmetry ? "" : "; no symmetry") << "\n"
              << std::flush;
    const Outcome outcome =
        explore(limits_, {.progress = [this](const Explored& explored) { show(explored); }});
    status_.clear();
    tell_how_fast(outcome.explored);
    return sum_up(outcome);
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::uint64_t elapsed_ms() const {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began_).count());
  }

  std::string rate(const Explored& explored) const {
    const std::uint64_t ms = std::max<std::uint64_t>(1, elapsed_ms());
    return grouped(explored.transitions * 1'000 / ms) + " transitions/s";
  }

  void show(const Explored& explored) {
    status_.show(grouped(explored.states) + " states, " + grouped(explored.waiting) +
                 " of them not left yet, depth " + std::to_string(explored.depth) + ", " +
                 rate(explored));
  }

  void tell_how_fast(const Explored& explored) const {
    std::cerr << "explored in " << elapsed_ms() << " ms on 1 thread: " << rate(explored) << ", "
              << grouped(explored.bytes / 1'000'000) << " MB\n";
  }

  int sum_up(const Outcome& outcome) const {
    const Explored& explored = outcome.explored;
    std::cout << grouped(explored.states) << " states, " << grouped(explored.transitions)
              << " transitions (" << grouped(explored.beyond)
              << " more would have put too much on its way), depth " << explored.depth << "\n";
    switch (outcome.end) {
      case Outcome::End::exhausted:
        std::cout << "exhausted: there are no other states within these limits\nhold in all:";
        break;
      case Outcome::End::capped:
        std::cout << "NOT exhausted: stopped with " << grouped(explored.waiting)
                  << " states not left yet, at the limit of --states or --depth\nhold so far:";
        break;
      case Outcome::End::broken:
        return tell_broken(outcome);
      case Outcome::End::astray:
        std::cout << "ASTRAY: an invariant is broken in states that no moves lead to. This code "
                     "reads what\nthe exploration takes for unread; --exact does without that\n"
                  << std::flush;
        return 1;
    }
    for (const Invariant invariant : explored_invariants())
      std::cout << " " << to_string(invariant);
    std::cout << "\n" << std::flush;
    return exit_as_expected;
  }

  int tell_broken(const Outcome& outcome) const {
    std::cout << "BROKEN:";
    for (const Invariant invariant : outcome.broken) {
      std::cout << " " << to_string(invariant) << " (" << meaning(invariant) << ")";
    }
    const std::vector<std::string> steps = steps_of(limits_, outcome.moves);
    std::cout << ", and nothing in fewer moves than " << outcome.moves.size()
              << "; steps but for ticks: " << steps.size() << "\n";
    for (std::size_t step = 0; step < steps.size(); ++step) {
      std::cout << "  " << step + 1 << ". " << steps[step] << "\n";
    }
    std::cout.flush();
    return write_story(outcome, steps);
  }

  int write_story(const Outcome& outcome, const std::vector<std::string>& steps) const {
    std::optional<Scenario> scenario = scenario_of(limits_, outcome.moves);
    const auto shown = scenario ? broken_in(*scenario, outcome.broken) : std::nullopt;
    if (!shown) {
      std::cout << "no scenario can be made of it that breaks the same in the simulator\n"
                << std::flush;
      return 1;
    }
    const std::string bug = options_.bug.empty() ? "" : " with the planted bug " + options_.bug;
    scenario->name = to_string(*shown) + " under " + options_.authority + bug + ", explored";
    scenario->about = "The shortest way to break it";
    for (const std::string& step : steps) scenario->about += ". " + step;
    scenario->about += ".";
    scenario->expect["leasehold"].holds = {*shown};
    std::cout << "the simulator breaks " << to_string(*shown) << " in it too\n";
    if (options_.out.empty()) {
      std::cout << "--out FILE writes it as a scenario\n" << std::flush;
      return 1;
    }
    std::ofstream out(options_.out, std::ios::binary);
    out << write_scenario(*scenario) << std::flush;
    if (!out) {
      return complain("explore: --out: " + options_.out +
                      ": can't be written: " + std::generic_category().message(errno));
    }
    std::cout << "replay it: leasehold-sim replay " << options_.out << "\n" << std::flush;
    return 1;
  }

  const ExploreOptions& options_;
  Limits limits_;
  const Clock::time_point began_ = Clock::now();
  StatusLine status_;
};

std::vector<std::string> explored_authorities() {
  std::vector<std::string> words = authority_words();
  std::erase(words, "wall_clock");
  return words;
}

void add_size(CLI::App& verb, ExploreOptions& options) {
  Limits& limits = options.limits;
  verb.add_option("--processes", limits.processes, "How many there are")
      ->check(CLI::Range(1U, most_explored_processes))
      ->capture_default_str();
  verb.add_option("--in-flight", limits.in_flight,
                  "Messages of one process that are on their way at once")
      ->check(CLI::Range(1U, 8U))
      ->capture_default_str();
  verb.add_option("--guards", limits.guards, "Guards that a process has or waits for together")
      ->check(CLI::Range(1U, 8U))
      ->capture_default_str();
  const auto budget = [&verb](const char* name, std::uint32_t& value, const char* what) {
    verb.add_option(name, value, what)->check(CLI::Range(0U, 255U))->capture_default_str();
  };
  budget("--drops", limits.drops, "At most so many messages are lost");
  budget("--duplicates", limits.duplicates, "At most so many requests come twice");
  budget("--crashes", limits.crashes, "At most so often a process dies; it may start again");
  budget("--cancels", limits.cancels, "At most so often somebody leaves who waits for the lock");
  budget("--late", limits.late,
         "At most so often time goes on by a tick although somebody's alarm is due");
}

}  // namespace

void add_explore(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand(
      "explore",
      "Run a small world in every order of events, to the shortest that breaks something");
  const auto options = std::make_shared<ExploreOptions>();
  add_size(*verb, *options);
  verb->add_option("--authority", options->authority, "Who says that a lease is over")
      ->check(one_of(explored_authorities()))
      ->capture_default_str();
  verb->add_option("--depth", options->limits.depth, "Stop after so many moves in a row")
      ->check(CLI::Range(1U, 0xffff'ffffU));
  verb->add_option("--states", options->limits.states, "Stop at so many states")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{4'000'000'000}))
      ->capture_default_str();
  verb->add_flag("--no-symmetry", options->no_symmetry,
                 "Tell processes apart that differ in their names only");
  verb->add_flag("--exact", options->limits.exact,
                 "Take nothing for unread that the library does not read: many more states");
  verb->add_option("--out", options->out, "Write what breaks an invariant to this scenario file")
      ->type_name("FILE");
#ifdef LEASEHOLD_PLANTED
  add_bug(*verb, options->bug);
#endif
  verb->footer(
      "The library's own core runs on the model store, with leases of four ticks. Messages may be\n"
      "late without end; all other faults have a budget. What a run has not exhausted it has not\n"
      "shown: it says so.\n"
      "Exit codes: 0 nothing broken, 1 invariant broken, 3 bad input or usage.");
  verb->callback(
      [options, &chosen] { chosen = [options] { return ExploreCommand(*options).run_all(); }; });
}

}  // namespace leasehold::sim
