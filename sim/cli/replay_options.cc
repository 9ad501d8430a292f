// The options of `leasehold-sim replay`.
#include <memory>

#include "lib/src/text/length.h"
#include "sim/cli/replay.h"
#include "sim/cli/verbs.h"
#include "sim/cli/words.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

/// The options as they are typed.
struct Typed {
  ReplayOptions options;
  std::string from;
  std::string to;
  std::vector<std::string> only;
#ifdef LEASEHOLD_PLANTED
  std::string bug;
#endif

  ReplayOptions read() const {
    ReplayOptions read = options;
    if (!from.empty()) read.from = parse_length(from).value();
    if (!to.empty()) read.to = parse_length(to).value();
    for (const std::string& word : only) read.only.push_back(invariant_of(word));
    return read;
  }
};

void add_outputs(CLI::App& verb, ReplayOptions& options) {
  const auto output = [&options](ReplayOptions::Output value) {
    return [&options, value](std::int64_t) { options.output = value; };
  };
  auto* const json =
      verb.add_flag_function("--json", output(ReplayOptions::Output::json), "Print JSON");
  auto* const hash = verb.add_flag_function("--hash", output(ReplayOptions::Output::hash),
                                            "Print one line per run: its hash, algorithm and file");
  verb.add_flag_function("--trace", output(ReplayOptions::Output::trace),
                         "Print every event as a line of JSON; `diff` reads it")
      ->excludes(json)
      ->excludes(hash);
  hash->excludes(json);
  const auto timeline = [&options](ReplayOptions::Timeline value) {
    return [&options, value](std::int64_t) { options.timeline = value; };
  };
  verb.add_flag_function("--timeline", timeline(ReplayOptions::Timeline::always),
                         "Print timelines for many files too");
  verb.add_flag_function("--no-timeline,-q", timeline(ReplayOptions::Timeline::never),
                         "Print one line per run only");
  verb.add_flag_function("--everything", timeline(ReplayOptions::Timeline::everything),
                         "Print every event, renewals and busy tries included");
}

void add_window(CLI::App& verb, Typed& typed) {
  CLI::Option* const window[] = {
      verb.add_option("--from", typed.from, "Print the timeline from this moment of true time on")
          ->check(moment()),
      verb.add_option("--to", typed.to, "... and up to this one")->check(moment()),
      verb.add_option("--process", typed.options.processes,
                      "Print what this process does and meets; may be repeated")
          ->allow_extra_args(false)
          ->type_name("NAME")};
  // There would be no timeline to look at through it.
  for (CLI::Option* const option : window) {
    for (const char* other : {"--json", "--hash", "--trace", "--no-timeline"}) {
      option->excludes(verb.get_option(other));
    }
  }
  verb.add_option("--only", typed.only,
                  "Judge these invariants only, as in I1,I5; the others neither print nor count")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(invariant_words()));
}

}  // namespace

void add_replay(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand(
      "replay", "Run scenario files; print what happened and whether it was expected");
  const auto typed = std::make_shared<Typed>();
  verb->add_option("FILE", typed->options.paths, "Scenario files, or folders of them")->required();
  verb->add_option("--algorithm", typed->options.algorithm, "Only under this algorithm")
      ->check(one_of(algorithm_names()));
  add_outputs(*verb, typed->options);
  add_window(*verb, *typed);
  verb->add_option("--timelines", typed->options.pages,
                   "Write a page of each run with a broken invariant to this folder")
      ->type_name("DIR");
  verb->add_option("--junit", typed->options.junit,
                   "Write what came of each run to this file too, as JUnit's XML")
      ->type_name("FILE");
#ifdef LEASEHOLD_PLANTED
  add_bug(*verb, typed->bug);
#endif
  verb->footer(
      "A window (--from, --to, --process) narrows what is printed; verdicts and exit code are\n"
      "those of the whole run.\n"
      "Exit codes: 0 as expected, 1 invariant broken, 2 expectation or vacuity failed,\n"
      "3 bad input or usage, 4 not deterministic. Of several files the worst counts:\n"
      "4, then 3, 1, 2.");
  verb->callback([typed, &chosen] { chosen = [typed] { return replay(typed->read()); }; });
}

}  // namespace leasehold::sim
