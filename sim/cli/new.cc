// `leasehold-sim new`: a scenario to begin with.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"
#include "sim/cli/words.h"
#include "sim/scenario/names.h"
#include "sim/scenario/read.h"
#include "sim/scenario/starter.h"
#include "sim/scenario/write.h"

namespace leasehold::sim {
namespace {

struct NewOptions {
  std::string name;
  std::string file;
  std::string authority = "host_clock";
  std::vector<std::string> algorithms;
};

int make_new(const NewOptions& options) {
  if (options.name.empty() && options.file.empty()) {
    return complain(
        "new: neither a name nor a file (-o); give the scenario a NAME, or name its file");
  }
  const std::string name =
      options.name.empty() ? std::filesystem::path(options.file).stem().string() : options.name;
  const auto word =
      std::find(authority_words().begin(), authority_words().end(), options.authority);
  const Authority authority =
      simulated_authorities().at(static_cast<std::size_t>(word - authority_words().begin()));
  const auto& algorithms =
      options.algorithms.empty() ? std::vector<std::string>{"leasehold"} : options.algorithms;
  std::string text;
  try {
    text = write_scenario(starter(name, authority, algorithms));
  } catch (const std::exception&) {
    return complain("new: the name is no text in UTF-8; accepted: a NAME that is");
  }
  if (!options.file.empty()) return write_new_file("new: ", options.file, text);
  std::cout << text << std::flush;
  return exit_as_expected;
}

}  // namespace

void add_new(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb =
      app.add_subcommand("new", "Make a scenario to begin with, which replays as expected");
  const auto options = std::make_shared<NewOptions>();
  verb->add_option("NAME", options->name, "What it is called; else as its file is");
  verb->add_option("-o,--output", options->file, "Write it to this new file instead of stdout")
      ->type_name("FILE");
  verb->add_option("--authority", options->authority, "Who says that a lease is over")
      ->check(one_of(authority_words()))
      ->capture_default_str();
  verb->add_option("--algorithm", options->algorithms,
                   "Expect something of this algorithm; may be repeated; else leasehold")
      ->allow_extra_args(false)
      ->check(one_of(algorithm_names()));
  verb->footer(
      "A file that is there is never overwritten. Exit codes: 0 made, 3 bad input or usage.");
  verb->callback([options, &chosen] { chosen = [options] { return make_new(*options); }; });
}

}  // namespace leasehold::sim
