// `leasehold-sim diff`: the first event in which two histories differ.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"
#include "sim/cli/words.h"
#include "sim/report/first_difference.h"
#include "sim/report/recording.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;

struct DiffOptions {
  std::vector<std::string> files;
  std::vector<std::string> algorithms;
  std::vector<std::string> ignored;
  std::size_t context = 3;
  bool json = false;
};

/// One of the two things that are compared.
struct Side {
  std::string file;
  /// A trace: as it was recorded. A scenario: as it was asked for, else as the other side's trace
  /// was recorded, else leasehold.
  std::optional<std::string> algorithm{};
  std::optional<std::vector<Recording>> trace{};
};

// Fails on a trace that can't be read; what is no trace may be a scenario.
Result<Side> side_of(const std::string& path, std::optional<std::string> algorithm) {
  Side side{path, std::move(algorithm)};
  std::ifstream file(path, std::ios::binary);
  std::string head(recording_mark.size(), '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (!file || head != recording_mark) return side;
  Result<std::vector<Recording>> read = read_recordings(head, file, path);
  if (!read) return read.error();
  for (const Recording& recording : *read) {
    if (side.algorithm && recording.algorithm != *side.algorithm) {
      return Error{Errc::misuse, path + ": recorded under \"" + recording.algorithm +
                                     "\"; accepted with it: no other --algorithm"};
    }
  }
  side.trace = std::move(read).value();
  return side;
}

Result<std::vector<Recording>> recordings_of(Side side, const Side& other) {
  if (side.trace) return std::move(*side.trace);
  const Result<Scenario> scenario = read_scenario_file(side.file);
  if (!scenario) return scenario.error();
  const std::string fallback =
      other.trace && other.trace->size() == 1 ? other.trace->front().algorithm : "leasehold";
  const std::string algorithm = side.algorithm.value_or(fallback);
  // A trace names what it was recorded under, and that may be from another version.
  const auto& known = algorithm_names();
  if (std::find(known.begin(), known.end(), algorithm) == known.end()) {
    return Error{Errc::misuse, other.file + ": recorded under \"" + algorithm +
                                   "\", which this program does not know; compare it to a trace"};
  }
  std::vector<Recording> one;
  one.push_back(recording_of(*scenario, side.file, algorithm,
                             run(*scenario, algorithm, {.keep_trace = true})));
  return one;
}

std::string title(const Recording& recording) {
  return recording.file + " under " + recording.algorithm;
}

class Diff {
 public:
  Diff(const DiffOptions& options, std::vector<Recording> a, std::vector<Recording> b)
      : options_(options), a_(std::move(a)), b_(std::move(b)) {}

  int run_all() {
    const std::size_t both = std::min(a_.size(), b_.size());
    for (std::size_t index = 0; index < both; ++index) {
      const auto found = first_difference(a_[index], b_[index], options_.ignored);
      if (!found) continue;
      report(a_[index], b_[index], *found);
      return exit_not_deterministic;
    }
    return a_.size() == b_.size() ? report_same() : report_missing(both);
  }

 private:
  int report_same() const {
    std::size_t events = 0;
    for (const Recording& recording : a_) events += recording.events.size();
    if (options_.json) {
      print(Json{{"same", true}, {"runs", a_.size()}, {"events", events}});
    } else {
      std::cout << "the same: " << events << " events"
                << (a_.size() == 1 ? "" : " of " + std::to_string(a_.size()) + " runs") << "\n";
    }
    return exit_as_expected;
  }

  int report_missing(std::size_t both) const {
    const std::string extra = title(a_.size() > both ? a_[both] : b_[both]);
    if (options_.json) {
      print(Json{{"same", false}, {"runs", both}, {"only_in_one", extra}});
    } else {
      std::cout << "the same for " << both << " runs; only the "
                << (a_.size() > both ? "first" : "second") << " goes on, with " << extra << "\n";
    }
    return exit_not_deterministic;
  }

  void report(const Recording& a, const Recording& b, const FirstDifference& found) const {
    if (options_.json) {
      print(Json{{"same", false},
                 {"event", found.same + 1},
                 {"fields", found.fields},
                 {"first", side(a, found.same)},
                 {"second", side(b, found.same)}});
      return;
    }
    const std::size_t width = std::max(a.cast.widest(), b.cast.widest());
    std::cout << "< " << title(a) << "\n> " << title(b) << "\n";
    std::cout << "events before it that are the same: " << found.same << "\n";
    const std::size_t shown = std::min(found.same, options_.context);
    for (std::size_t index = found.same - shown; index < found.same; ++index) {
      std::cout << "  " << told(a.events[index], a.cast, width) << "\n";
    }
    std::cout << "event " << found.same + 1 << " differs" << in_fields(a, b, found) << "\n";
    print_event("< ", a, found.same, width);
    print_event("> ", b, found.same, width);
  }

  // " in term (1, 2), owner (absent, ...)": a sentence does not tell every field.
  static std::string in_fields(const Recording& a, const Recording& b,
                               const FirstDifference& found) {
    if (found.fields.empty()) return "; one history ends";
    const Json first = json_of(a.events[found.same], a.cast);
    const Json second = json_of(b.events[found.same], b.cast);
    const auto value = [](const Json& event, const std::string& field) {
      if (!event.contains(field)) return std::string("absent");
      const Json& there = event.at(field);
      return there.is_string() ? there.get<std::string>() : there.dump();
    };
    std::string text;
    for (const std::string& field : found.fields) {
      text += (text.empty() ? " in " : ", ") + field + " (" + value(first, field) + ", " +
              value(second, field) + ")";
    }
    return text;
  }

  static void print_event(const char* mark, const Recording& recording, std::size_t index,
                          std::size_t width) {
    std::cout << mark
              << (index < recording.events.size()
                      ? told(recording.events[index], recording.cast, width)
                      : left_out("ends here"))
              << "\n";
  }

  static Json side(const Recording& recording, std::size_t index) {
    Json json{{"file", recording.file}, {"algorithm", recording.algorithm}, {"event", nullptr}};
    if (index < recording.events.size()) {
      json["event"] = json_of(recording.events[index], recording.cast);
    }
    return json;
  }

  static void print(const Json& json) {
    std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  }

  const DiffOptions& options_;
  const std::vector<Recording> a_;
  const std::vector<Recording> b_;
};

int diff(const DiffOptions& options) {
  const std::vector<std::string>& files = options.files;
  const std::vector<std::string>& algorithms = options.algorithms;
  if (files.size() > 2 || algorithms.size() > 2 || (files.size() == 1 && algorithms.size() != 2)) {
    return complain("diff: found " + std::to_string(files.size()) + " files and " +
                    std::to_string(algorithms.size()) +
                    " algorithms; accepted: two files (and up to two --algorithm), or one file and "
                    "two --algorithm");
  }
  const auto asked = [&algorithms](bool first) -> std::optional<std::string> {
    if (algorithms.empty()) return std::nullopt;
    return first ? algorithms.front() : algorithms.back();
  };
  const Result<Side> first = side_of(files.front(), asked(true));
  if (!first) return complain(first.error().detail);
  const Result<Side> second = side_of(files.back(), asked(false));
  if (!second) return complain(second.error().detail);
  Result<std::vector<Recording>> a = recordings_of(*first, *second);
  if (!a) return complain(a.error().detail);
  Result<std::vector<Recording>> b = recordings_of(*second, *first);
  if (!b) return complain(b.error().detail);
  const int code = Diff(options, std::move(a).value(), std::move(b).value()).run_all();
  std::cout.flush();
  return code;
}

}  // namespace

void add_diff(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb =
      app.add_subcommand("diff", "Name the first event in which two histories differ");
  const auto options = std::make_shared<DiffOptions>();
  verb->add_option("FILE", options->files,
                   "Two scenario files or recorded traces, or one scenario and two algorithms")
      ->required();
  verb->add_option("--algorithm", options->algorithms,
                   "Run scenarios under this algorithm; twice: the first and the second side")
      ->allow_extra_args(false)
      ->check(one_of(algorithm_names()));
  verb->add_option(
          "--ignore", options->ignored,
          "A field that may differ, as in owner, which is drawn from the seed; may be repeated")
      ->allow_extra_args(false)
      ->check(one_of(event_fields()));
  verb->add_option("--context", options->context, "How many events before it are printed")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  verb->add_flag("--json", options->json, "Print JSON");
  verb->footer(
      "  leasehold-sim diff a.json b.json\n"
      "  leasehold-sim diff a.json --algorithm leasehold --algorithm matrix-sdk\n"
      "  gcc/leasehold-sim replay --trace scenarios >gcc.trace, the same with clang, then:\n"
      "  leasehold-sim diff gcc.trace clang.trace\n"
      "Exit codes: 0 the same, 3 bad input or usage, 4 the histories differ.");
  verb->callback([options, &chosen] { chosen = [options] { return diff(*options); }; });
}

}  // namespace leasehold::sim
