#include "sim/cli/replay.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/cli/colour.h"
#include "lib/src/text/suggest.h"
#include "sim/cli/common.h"
#include "sim/cli/status_line.h"
#include "sim/report/junit.h"
#include "sim/report/page.h"
#include "sim/report/recording.h"
#include "sim/report/timeline.h"
#include "sim/report/verdict.h"
#include "sim/report/write_file.h"
#include "sim/scenario/duration.h"
#include "sim/scenario/read.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;

/// One scenario under one algorithm.
struct Replayed {
  std::string algorithm;
  Run run;
  std::vector<Compared> compared;
  int code = 0;
};

// Whatever is not among `only` is as if there were no oracle for it.
void keep_only(const std::vector<Invariant>& only, std::vector<Judgement>& judgements) {
  if (only.empty()) return;
  std::erase_if(judgements, [&](const Judgement& judgement) {
    return std::find(only.begin(), only.end(), judgement.invariant) == only.end();
  });
}

Expectation expectation_of(const Scenario& scenario, const std::string& algorithm) {
  const auto expected = scenario.expect.find(algorithm);
  return expected == scenario.expect.end() ? Expectation{} : expected->second;
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
    if (options_.to && options_.from > *options_.to) {
      return complain("replay: --from " + write_duration(options_.from) + " lies after --to " +
                      write_duration(*options_.to) + "; accepted: a --from that does not");
    }
    with_timeline_ = options_.timeline == ReplayOptions::Timeline::automatic
                         ? files.size() == 1 || is_windowed()
                         : options_.timeline != ReplayOptions::Timeline::never;
    with_timeline_ = with_timeline_ && options_.output == ReplayOptions::Output::text;
    int code = exit_as_expected;
    StatusLine status;
    for (std::size_t index = 0; index < files.size(); ++index) {
      // What the runs print would stand behind it.
      if (isatty(STDOUT_FILENO) == 0) status.show(index, files.size(), "files");
      code = worse(code, run_file(files[index]));
    }
    status.clear();
    if (options_.output == ReplayOptions::Output::json) std::cout << documents_.dump(2) << "\n";
    std::cout.flush();
    return options_.junit.empty() ? code : worse(code, write_cases());
  }

 private:
  int write_cases() const {
    const std::optional<Error> error = write_file(options_.junit, [this](std::ostream& out) {
      write_junit(out, "leasehold-sim replay", cases_);
    });
    return error ? complain("replay: --junit: " + error->detail) : exit_as_expected;
  }

  bool is_windowed() const {
    return options_.from > Length::zero() || options_.to || !options_.processes.empty();
  }

  int run_file(const std::filesystem::path& file) {
    const Result<Scenario> scenario = read_scenario_file(file);
    if (!scenario) {
      cases_.push_back({file.string(), "is a scenario", scenario.error().detail});
      return complain(scenario.error().detail);
    }
    const Result<Window> window = window_in(*scenario, file);
    if (!window) return complain(window.error().detail);
    if (with_timeline_) {
      std::cout << file.string() << "\n"
                << scenario->name << "\n"
                << scenario->about << "\n"
                << "a silent holder is replaced within "
                << write_duration(takeover_bound(scenario->config)) << " while the store answers\n";
    }
    int code = exit_as_expected;
    for (const std::string& algorithm : algorithms_of(*scenario, options_.algorithm)) {
      Replayed replayed = replay_under(*scenario, algorithm);
      code = worse(code, replayed.code);
      cases_.push_back({file.string(), algorithm, differences(replayed)});
      if (!options_.pages.empty()) code = worse(code, write_picture(file, *scenario, replayed));
      switch (options_.output) {
        case ReplayOptions::Output::hash:
          std::cout << to_string(replayed.run.hash) << "  " << algorithm << "  " << file.string()
                    << "\n";
          break;
        case ReplayOptions::Output::trace:
          write_recording(std::cout, recording_of(*scenario, file.string(), algorithm,
                                                  std::move(replayed.run)));
          break;
        case ReplayOptions::Output::json:
          add_document(file, *scenario, replayed);
          break;
        case ReplayOptions::Output::text:
          print(file, *scenario, *window, replayed);
          break;
      }
    }
    return code;
  }

  Replayed replay_under(const Scenario& scenario, const std::string& algorithm) const {
    const bool keep = with_timeline_ || options_.output == ReplayOptions::Output::trace ||
                      !options_.pages.empty();
    Replayed replayed{algorithm, run(scenario, algorithm, {.keep_trace = keep}), {}, 0};
    keep_only(options_.only, replayed.run.judgements);
    replayed.compared = compare(replayed.run, expectation_of(scenario, algorithm));
    replayed.code = exit_code(replayed.compared);
    if (run(scenario, algorithm, {}).hash != replayed.run.hash) {
      replayed.code = exit_not_deterministic;
    }
    return replayed;
  }

  int write_picture(const std::filesystem::path& file, const Scenario& scenario,
                    const Replayed& replayed) const {
    const bool broken = std::any_of(
        replayed.run.judgements.begin(), replayed.run.judgements.end(),
        [](const Judgement& judgement) { return judgement.verdict == Verdict::broken; });
    if (!broken) return exit_as_expected;
    Page page = page_of(scenario, file.string());
    page.runs.push_back(page_run(scenario, replayed.algorithm, replayed.run));
    // Files of one name in two folders are two pages.
    std::string name = file.lexically_normal().replace_extension().string();
    std::replace(name.begin(), name.end(), '/', '-');
    std::error_code ignored;
    std::filesystem::create_directories(options_.pages, ignored);
    const std::optional<Error> error = write_page_file(
        std::filesystem::path(options_.pages) / (name + "-" + replayed.algorithm + ".html"), page);
    return error ? complain("replay: --timelines: " + error->detail) : exit_as_expected;
  }

  Result<Window> window_in(const Scenario& scenario, const std::filesystem::path& file) const {
    Window window{.from = TrueTime{} + on<TrueClock>(options_.from)};
    if (options_.to) window.to = TrueTime{} + on<TrueClock>(*options_.to);
    const std::vector<std::string> names = names_of(scenario);
    for (const std::string& wanted : options_.processes) {
      const auto found = std::find(names.begin(), names.end(), wanted);
      if (found == names.end()) {
        return Error{Errc::misuse, "replay: --process: found \"" + wanted + "\"; accepted in " +
                                       file.string() + ": " + quoted_list(names) +
                                       suggestion(wanted, names)};
      }
      window.processes.push_back(static_cast<std::uint32_t>(found - names.begin()));
    }
    return window;
  }

  void print(const std::filesystem::path& file, const Scenario& scenario, const Window& window,
             const Replayed& replayed) const {
    if (with_timeline_) {
      std::cout << "\n--- " << replayed.algorithm << " ---\n";
      const bool colour = cli::wants_colours();
      const bool everything = options_.timeline == ReplayOptions::Timeline::everything;
      write_timeline(std::cout, scenario, replayed.run, {everything, colour, window});
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
    const std::string why = differences(replayed);
    return why.empty() ? text : text + "; " + why;
  }

  // Why it is not as expected; "" if it is.
  static std::string differences(const Replayed& replayed) {
    std::string text = sentences(replayed.compared);
    if (replayed.code != exit_not_deterministic) return text;
    return text + (text.empty() ? "" : "; ") + "two runs gave two histories";
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
  std::vector<TestCase> cases_;
};

}  // namespace

int replay(const ReplayOptions& options) { return Replay(options).run_all(); }

}  // namespace leasehold::sim
