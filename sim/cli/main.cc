// The `leasehold-sim` command.
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "lib/cli/explain.h"
#include "sim/cli/common.h"
#include "sim/cli/verbs.h"

namespace leasehold::sim {
namespace {

int run_command(int argc, char** argv) {
  // A reader that went away (`| head`) is no reason to die without a word: writing just fails.
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app{"Deterministic simulator of the Leasehold lock"};
  app.name("leasehold-sim");
  app.set_version_flag("--version", LEASEHOLD_VERSION);
  app.require_subcommand(1);
  Chosen chosen;
  add_replay(app, chosen);
  add_timeline(app, chosen);
  add_explain(app, chosen);
  add_sweep(app, chosen);
  add_shrink(app, chosen);
  add_explore(app, chosen);
  add_diff(app, chosen);
  add_list(app, chosen);
  add_new(app, chosen);
  add_schema(app, chosen);
#ifdef LEASEHOLD_PLANTED
  add_planted(app, chosen);
#endif
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    return complain("leasehold-sim: " + cli::explained(app, error) + "; see leasehold-sim --help");
  }
  return chosen();
}

}  // namespace
}  // namespace leasehold::sim

int main(int argc, char** argv) {
  try {
    return leasehold::sim::run_command(argc, argv);
  } catch (const std::exception& error) {
    // Not bad input, which is told where it is found: memory ran out, or there is a bug.
    std::fprintf(stderr, "leasehold-sim: %s\n", error.what());
    return leasehold::sim::exit_bad_input;
  }
}
