// The `leasehold` command.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "lib/cli/components.h"
#include "lib/cli/exit_code.h"
#include "lib/cli/explain.h"
#include "lib/cli/generate.h"
#include "lib/cli/say.h"
#include "lib/cli/verbs.h"

namespace leasehold::cli {
namespace {

// For the build, which makes the manual page and the completion with it. Not in the help.
void add_generate(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("generate")->group("");
  verb->require_subcommand(1);
  verb->add_subcommand("manual-page")->callback([&] {
    chosen = [&app] {
      std::cout << manual_page(app, LEASEHOLD_VERSION);
      return exit_ok;
    };
  });
  verb->add_subcommand("bash-completion")->callback([&] {
    chosen = [&app] {
      std::cout << bash_completion(app);
      return exit_ok;
    };
  });
}

int leasehold_command(int argc, char** argv) {
  add_components();
  // What stands behind "--" is a command of the user's, byte for byte, and not for the parser.
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto split = std::find(words.begin(), words.end(), "--");
  const std::vector<std::string> command(split == words.end() ? split : split + 1, words.end());
  // The parser wants them last to first.
  std::vector<std::string> ours(words.begin(), split);
  std::reverse(ours.begin(), ours.end());

  CLI::App app{"Runs commands under leases that are kept in a store, and shows who has which"};
  app.name("leasehold");
  app.set_version_flag("--version", LEASEHOLD_VERSION);
  app.require_subcommand(1);
  Chosen chosen;
  add_run(app, chosen, command);
  add_status(app, chosen);
  add_inspect(app, chosen);
  add_watch(app, chosen);
  add_release(app, chosen);
  add_check(app, chosen);
  add_generate(app, chosen);
  try {
    app.parse(ours);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    return complain(explained(app, error) + "; see leasehold --help");
  }
  if (!command.empty() && !app.got_subcommand("run")) {
    return complain("only run takes a command behind \"--\": leave it out, or say leasehold run");
  }
  return chosen();
}

}  // namespace
}  // namespace leasehold::cli

int main(int argc, char** argv) {
  try {
    const int code = leasehold::cli::leasehold_command(argc, argv);
    // What was asked for may not have come through: a full disk.
    std::cout.flush();
    if (std::cout.fail() || std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      return leasehold::cli::complain(
          "can't write all of the answer to standard output: make room where it goes, or let its "
          "reader live");
    }
    return code;
  } catch (const std::exception& error) {
    // Not bad input, which is told where it is found.
    return leasehold::cli::complain(error);
  }
}
