// The `leasehold-sim` command.
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"
#include "sim/scenario/suggest.h"

namespace leasehold::sim {
namespace {

// The verbs, or the options of the verb that was named.
std::vector<std::string> words_after(const CLI::App& app) {
  std::vector<std::string> words;
  const std::vector<CLI::App*> named = app.get_subcommands();
  if (named.empty()) {
    for (const CLI::App* verb : app.get_subcommands({})) words.push_back(verb->get_name());
    return words;
  }
  for (const CLI::Option* option : named.front()->get_options()) {
    if (!option->get_positional()) words.push_back(option->get_name());
  }
  return words;
}

// The parser's own words, unless a word is one too many: then the nearest that is known helps more.
std::string explained(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> left = app.remaining(true);
  const bool is_of_word = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError) ||
                          app.get_subcommands().empty();
  if (left.empty() || !is_of_word) return error.what();
  const std::vector<std::string> words = words_after(app);
  return "found \"" + left.front() + "\"; accepted here: " + quoted_list(words) +
         suggestion(left.front(), words);
}

int run_command(int argc, char** argv) {
  // A reader that went away (`| head`) is no reason to die without a word: writing just fails.
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app{"Deterministic simulator of the Leasehold lock"};
  app.name("leasehold-sim");
  app.set_version_flag("--version", LEASEHOLD_VERSION);
  app.require_subcommand(1);
  Chosen chosen;
  add_replay(app, chosen);
  add_sweep(app, chosen);
  add_diff(app, chosen);
  add_list(app, chosen);
  add_new(app, chosen);
  add_schema(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    return complain("leasehold-sim: " + explained(app, error) + "; see leasehold-sim --help");
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
