#include "sim/cli/replay.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "sim/report/timeline.h"
#include "sim/report/verdict.h"
#include "sim/scenario/duration.h"
#include "sim/scenario/read.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr int bad_input = 3;
constexpr int not_deterministic = 4;

std::vector<std::filesystem::path> files_of(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.emplace_back(path);
      continue;
    }
    std::vector<std::filesystem::path> below;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path, error)) {
      const bool scenario =
          entry.path().extension() == ".json" && entry.path().filename() != "schema.json";
      if (scenario) below.push_back(entry.path());
    }
    std::sort(below.begin(), below.end());
    files.insert(files.end(), below.begin(), below.end());
  }
  return files;
}

/// One scenario under one algorithm.
struct Replayed {
  std::string algorithm;
  Run run;
  std::vector<Compared> compared;
  int code = 0;
};

Replayed replay_under(const Scenario& scenario, const std::string& algorithm, bool keep_trace) {
  Replayed replayed{algorithm, run(scenario, algorithm, {.keep_trace = keep_trace}), {}, 0};
  const auto expected = scenario.expect.find(algorithm);
  replayed.compared =
      compare(replayed.run, expected == scenario.expect.end() ? Expectation{} : expected->second);
  replayed.code = exit_code(replayed.compared);
  if (run(scenario, algorithm, {}).hash != replayed.run.hash) replayed.code = not_deterministic;
  return replayed;
}

std::vector<std::string> algorithms_of(const Scenario& scenario, const std::string& asked) {
  if (!asked.empty()) return {asked};
  std::vector<std::string> chosen;
  for (const std::string& name : algorithm_names()) {
    if (scenario.expect.empty() || scenario.expect.contains(name)) chosen.push_back(name);
  }
  return chosen;
}

class Replay {
 public:
  explicit Replay(const ReplayOptions& options) : options_(options) {}

  int run_all() {
    const std::vector<std::filesystem::path> files = files_of(options_.paths);
    if (files.empty()) return complain("replay: no scenario files; name files or folders");
    with_timeline_ = options_.timeline == ReplayOptions::Timeline::automatic
                         ? files.size() == 1
                         : options_.timeline != ReplayOptions::Timeline::never;
    with_timeline_ = with_timeline_ && options_.output == ReplayOptions::Output::text;
    int code = 0;
    for (const std::filesystem::path& file : files) code = worse(code, run_file(file));
    if (options_.output == ReplayOptions::Output::json) std::cout << documents_.dump(2) << "\n";
    std::cout.flush();
    return code;
  }

 private:
  static int complain(const std::string& what) {
    std::cerr << what << "\n";
    return bad_input;
  }

  int run_file(const std::filesystem::path& file) {
    const Result<Scenario> scenario = read_scenario_file(file);
    if (!scenario) return complain(scenario.error().detail);
    if (with_timeline_) {
      std::cout << file.string() << "\n"
                << scenario->name << "\n"
                << scenario->about << "\n"
                << "a silent holder is replaced within "
                << write_duration(takeover_bound(scenario->config)) << " while the store answers\n";
    }
    int code = 0;
    for (const std::string& algorithm : algorithms_of(*scenario, options_.algorithm)) {
      const Replayed replayed = replay_under(*scenario, algorithm, with_timeline_);
      code = worse(code, replayed.code);
      switch (options_.output) {
        case ReplayOptions::Output::hash:
          std::cout << to_string(replayed.run.hash) << "  " << algorithm << "  " << file.string()
                    << "\n";
          break;
        case ReplayOptions::Output::json:
          add_document(file, *scenario, replayed);
          break;
        case ReplayOptions::Output::text:
          print(file, *scenario, replayed);
          break;
      }
    }
    return code;
  }

  void print(const std::filesystem::path& file, const Scenario& scenario,
             const Replayed& replayed) const {
    if (with_timeline_) {
      std::cout << "\n--- " << replayed.algorithm << " ---\n";
      // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread
      const bool colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
      const bool everything = options_.timeline == ReplayOptions::Timeline::everything;
      write_timeline(std::cout, scenario, replayed.run, {everything, colour});
      for (const Compared& one : replayed.compared) {
        const Judgement& judgement = one.judgement;
        std::cout << (one.difference == Difference::none ? "  " : "! ")
                  << to_string(judgement.invariant) << " " << meaning(judgement.invariant) << ": "
                  << to_string(judgement.verdict)
                  << (one.expected_to_break && one.difference == Difference::none ? ", as expected"
                                                                                  : "")
                  << "\n";
      }
    }
    std::cout << summary(file, replayed) << "\n";
  }

  static std::string summary(const std::filesystem::path& file, const Replayed& replayed) {
    std::string text = replayed.code == 0 ? "as expected: " : "DIFFERS: ";
    text += file.string() + " under " + replayed.algorithm;
    for (const Compared& one : replayed.compared) {
      if (one.difference != Difference::none) text += "; " + sentence(one);
    }
    if (replayed.code == not_deterministic) text += "; two runs gave two histories";
    return text;
  }

  void add_document(const std::filesystem::path& file, const Scenario& scenario,
                    const Replayed& replayed) {
    Json invariants = Json::object();
    for (const Compared& one : replayed.compared) {
      Json entry{{"verdict", to_string(one.judgement.verdict)}};
      if (one.judgement.finding) {
        entry["at_ns"] = one.judgement.finding->at.ns();
        entry["sentence"] = one.judgement.finding->sentence;
      }
      if (one.difference != Difference::none) entry["difference"] = sentence(one);
      invariants[to_string(one.judgement.invariant)] = entry;
    }
    const Tally& tally = replayed.run.tally;
    documents_.push_back({{"file", file.string()},
                          {"name", scenario.name},
                          {"algorithm", replayed.algorithm},
                          {"inside_envelope", inside_envelope(scenario)},
                          {"takeover_bound", write_duration(takeover_bound(scenario.config))},
                          {"hash", to_string(replayed.run.hash)},
                          {"exit_code", replayed.code},
                          {"tenures", tally.tenures},
                          {"hand_overs", tally.hand_overs},
                          {"losses", tally.losses},
                          {"events", tally.events},
                          {"invariants", invariants}});
  }

  const ReplayOptions& options_;
  bool with_timeline_ = false;
  Json documents_ = Json::array();
};

}  // namespace

int replay(const ReplayOptions& options) { return Replay(options).run_all(); }

}  // namespace leasehold::sim
