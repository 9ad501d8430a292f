// The `leasehold-sim` command.
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "sim/cli/replay.h"
#include "sim/scenario/read.h"

namespace {

constexpr int usage_error = 3;

void add_replay(CLI::App& app, leasehold::sim::ReplayOptions& options) {
  using leasehold::sim::ReplayOptions;
  CLI::App* const replay = app.add_subcommand(
      "replay", "Run scenario files; print what happened and whether it was expected");
  replay->add_option("FILE", options.paths, "Scenario files, or folders of them")->required();
  replay->add_option("--algorithm", options.algorithm, "Only under this algorithm")
      ->check(CLI::IsMember(leasehold::sim::algorithm_names()));
  const auto output = [&options](ReplayOptions::Output value) {
    return [&options, value](std::int64_t) { options.output = value; };
  };
  const auto timeline = [&options](ReplayOptions::Timeline value) {
    return [&options, value](std::int64_t) { options.timeline = value; };
  };
  auto* const json =
      replay->add_flag_function("--json", output(ReplayOptions::Output::json), "Print JSON");
  replay
      ->add_flag_function("--hash", output(ReplayOptions::Output::hash),
                          "Print one line per run: its hash, algorithm and file")
      ->excludes(json);
  replay->add_flag_function("--timeline", timeline(ReplayOptions::Timeline::always),
                            "Print timelines for many files too");
  replay->add_flag_function("--no-timeline,-q", timeline(ReplayOptions::Timeline::never),
                            "Print one line per run only");
  replay->add_flag_function("--everything", timeline(ReplayOptions::Timeline::everything),
                            "Print every event, renewals and busy tries included");
  replay->footer(
      "Exit codes: 0 as expected, 1 invariant broken, 2 expectation or vacuity failed,\n"
      "3 bad input or usage, 4 not deterministic. Of several files the worst counts:\n"
      "4, then 3, 1, 2.");
}

int run_command(int argc, char** argv) {
  // A reader that went away (`| head`) is no reason to die without a word: writing just fails.
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app{"Deterministic simulator of the Leasehold lock"};
  app.name("leasehold-sim");
  app.set_version_flag("--version", LEASEHOLD_VERSION);
  app.require_subcommand(1);
  leasehold::sim::ReplayOptions options;
  add_replay(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    std::cerr << "leasehold-sim: " << error.what() << "; see leasehold-sim --help\n";
    return usage_error;
  }
  return leasehold::sim::replay(options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run_command(argc, argv);
  } catch (const std::exception& error) {
    // Not bad input, which is told where it is found: memory ran out, or there is a bug.
    std::fprintf(stderr, "leasehold-sim: %s\n", error.what());
    return usage_error;
  }
}
