// The options of `leasehold-sim sweep`.
#include <algorithm>
#include <memory>
#include <thread>

#include "sim/cli/sweep.h"
#include "sim/cli/verbs.h"
#include "sim/cli/words.h"
#include "sim/scenario/names.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

constexpr unsigned most_jobs = 1'024;
constexpr std::uint64_t most_minutes = std::uint64_t{60} * 24 * 365;

CLI::Validator seeds() {
  const auto check = [](std::string& found) -> std::string {
    if (read_seeds(found)) return {};
    return "found \"" + found + "\"; accepted: FIRST..LAST with whole numbers below 2^53, as in " +
           "\"1..1000\"";
  };
  return {check, "FIRST..LAST"};
}

CLI::Validator shard() {
  const auto check = [](std::string& found) -> std::string {
    if (read_shard(found)) return {};
    return "found \"" + found + "\"; accepted: which of how many parts, as in \"1/2\" and \"2/2\"";
  };
  return {check, "NTH/OF"};
}

/// The options as they are typed.
struct Typed {
  SweepOptions options;
  std::string seeds;
  std::string shard = "1/1";
  std::vector<std::string> authorities;
  std::uint64_t minutes = 0;
  bool has_minutes = false;

  SweepOptions read() const {
    SweepOptions read = options;
    Sweep& sweep = read.sweep;
    sweep.seeds = seeds.empty() ? profile_named(sweep.profile).seeds : read_seeds(seeds).value();
    read.shard = read_shard(shard).value();
    if (has_minutes) read.minutes = minutes;
    const auto& words = authority_words();
    for (std::size_t index = 0; index < words.size(); ++index) {
      const bool asked = authorities.empty() || std::find(authorities.begin(), authorities.end(),
                                                          words[index]) != authorities.end();
      if (asked) sweep.authorities.push_back(simulated_authorities()[index]);
    }
    return read;
  }
};

std::vector<CLI::Option*> add_what(CLI::App& verb, Typed& typed) {
  return {
      verb.add_option("--seeds", typed.seeds, "Worlds to run, both ends too; else the profile's")
          ->check(seeds()),
      verb.add_option("--profile", typed.options.sweep.profile,
                      "ci: 2,000 seeds; nightly: a million; tight: 100,000 of the smallest margins")
          ->check(one_of(profile_words()))
          ->capture_default_str(),
      verb.add_option("--authority", typed.authorities,
                      "Only under this authority; may be repeated; else under all")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->check(one_of(authority_words())),
      verb.add_option("--algorithm", typed.options.sweep.algorithm, "What is run")
          ->check(one_of(algorithm_names()))
          ->capture_default_str()};
}

// What is kept and summed up is of no interest to whoever compares two programs world by world.
void add_each(CLI::App& verb, Typed& typed, const std::vector<CLI::Option*>& of_sums) {
  using Each = SweepOptions::Each;
  SweepOptions& options = typed.options;
  auto* const hash = verb.add_flag_callback(
      "--hash", [&options] { options.each = Each::hash; },
      "Print the hash of each world's history, and nothing else");
  auto* const trace = verb.add_flag_callback(
      "--trace", [&options] { options.each = Each::trace; },
      "Print each world's history, for leasehold-sim diff, and nothing else");
  trace->excludes(hash);
  for (CLI::Option* const other : of_sums) {
    hash->excludes(other);
    trace->excludes(other);
  }
}

std::vector<CLI::Option*> add_how_much(CLI::App& verb, Typed& typed) {
  return {
      verb.add_option("--shard", typed.shard, "Run this part of the seeds only, as in 2/3")
          ->check(shard()),
      verb.add_option("--minutes", typed.minutes, "Stop after that long, and say how far it came")
          ->check(CLI::Range(std::uint64_t{0}, most_minutes))
          ->each([&typed](const std::string&) { typed.has_minutes = true; }),
      verb.add_flag("--stop-on-first", typed.options.stop_on_first,
                    "Stop at the first chunk of worlds with a failure"),
      verb.add_option("--out", typed.options.out,
                      "Write each chunk to this file as a line of JSON; if it is there, go on "
                      "after what it holds")
          ->type_name("FILE")};
}

}  // namespace

void add_sweep(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb =
      app.add_subcommand("sweep", "Run generated worlds by the thousand, on all cores");
  const auto typed = std::make_shared<Typed>();
  SweepOptions& options = typed->options;
  options.jobs = std::clamp(std::thread::hardware_concurrency(), 1U, most_jobs);
  std::vector<CLI::Option*> others = add_what(*verb, *typed);
  std::vector<CLI::Option*> of_sums = add_how_much(*verb, *typed);
  others.insert(others.end(), of_sums.begin(), of_sums.end());
  verb->add_option("--jobs", options.jobs, "Threads")
      ->check(CLI::Range(1U, most_jobs))
      ->capture_default_str();
  of_sums.push_back(
      verb->add_option("--corpus", options.corpus,
                       "Replay this scenario file or folder of them first; may be repeated")
          ->allow_extra_args(false)
          ->type_name("PATH"));
  of_sums.push_back(
      verb->add_option("--failures", options.failures,
                       "The folder for shrunk worlds; else OUT's name with .failures, or failures")
          ->type_name("DIR"));
  of_sums.push_back(verb->add_option("--junit", options.junit,
                                     "Write what came of it to this file too, as JUnit's XML")
                        ->type_name("FILE"));
  auto* const merge = verb->add_option(
      "--merge", options.merged, "Run no seeds: put together what --out wrote, of all shards");
  merge->type_name("FILE ...");
  for (CLI::Option* const option : others) merge->excludes(option);
  of_sums.push_back(merge);
  add_each(*verb, *typed, of_sums);
  verb->footer(
      "What a sweep prints and writes depends neither on the number of threads nor on how it was\n"
      "cut into shards or interrupted; how fast it was goes to stderr.\n"
      "Failures of one kind (their sentences differ in names, terms and moments only) are "
      "counted,\n"
      "and the world of the lowest seed is shrunk to a scenario file.\n"
      "With --hash and --trace each world is run twice.\n"
      "Exit codes: 0 as expected, 1 invariant broken, 2 expectation or vacuity failed, 3 bad "
      "input\n"
      "or usage, 4 two runs gave two histories. Of several the worst counts: 4, 3, 1, 2.");
  verb->callback([typed, &chosen] { chosen = [typed] { return sweep(typed->read()); }; });
}

}  // namespace leasehold::sim
