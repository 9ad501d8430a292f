#include "lib/cli/explain.h"

#include <vector>

#include "lib/src/text/suggest.h"

namespace leasehold::cli {
namespace {

// The verbs, or the options of the verb that was named.
std::vector<std::string> words_after(const CLI::App& app) {
  std::vector<std::string> words;
  const std::vector<CLI::App*> named = app.get_subcommands();
  if (named.empty()) {
    for (const CLI::App* verb : app.get_subcommands({})) {
      if (!verb->get_group().empty()) words.push_back(verb->get_name());
    }
    return words;
  }
  for (const CLI::Option* option : named.front()->get_options()) {
    if (!option->get_positional()) words.push_back(option->get_name());
  }
  return words;
}

}  // namespace

std::string explained(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> left = app.remaining(true);
  const bool is_of_word = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError) ||
                          app.get_subcommands().empty();
  if (left.empty() || !is_of_word) return error.what();
  const std::vector<std::string> words = words_after(app);
  return "found \"" + left.front() + "\"; accepted here: " + quoted_list(words) +
         suggestion(left.front(), words);
}

}  // namespace leasehold::cli
