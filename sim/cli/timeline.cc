// `leasehold-sim timeline`: a world as a page to look at.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"
#include "sim/cli/words.h"
#include "sim/report/page.h"
#include "sim/report/perfetto.h"
#include "sim/report/recording.h"
#include "sim/report/small_picture.h"
#include "sim/report/write_file.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

struct TimelineCommand {
  std::string file;
  std::string output;
  std::string algorithm;
  std::vector<std::string> beside;
  enum class Form { page, perfetto, svg };
  Form form = Form::page;

  const char* ending() const {
    return form == Form::page ? ".html" : form == Form::perfetto ? ".perfetto.json" : ".svg";
  }
};

// More than these on top of each other are no picture.
constexpr std::size_t most_runs = 6;

std::string algorithm_for(const Scenario& scenario, const std::string& asked) {
  if (!asked.empty()) return asked;
  const auto& names = algorithm_names();
  const auto expected = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return scenario.expect.contains(name);
  });
  return expected == names.end() ? "leasehold" : *expected;
}

Result<Page> page_of_scenario(const TimelineCommand& command) {
  const Result<Scenario> scenario = read_scenario_file(command.file);
  if (!scenario) return scenario.error();
  Page page = page_of(*scenario, command.file);
  page.runs.push_back(page_run(*scenario, algorithm_for(*scenario, command.algorithm)));
  for (const std::string& beside : command.beside) page.runs.push_back(page_run(*scenario, beside));
  return page;
}

Result<Page> page_of_recordings(const TimelineCommand& command, const std::string& head,
                                std::istream& rest) {
  Result<std::vector<Recording>> read = read_recordings(head, rest, command.file);
  if (!read) return read.error();
  if (!command.beside.empty()) {
    return Error{Errc::misuse,
                 command.file +
                     ": a recorded history; accepted with --beside: a scenario, which "
                     "can be run again"};
  }
  std::vector<Recording> wanted = std::move(read).value();
  std::erase_if(wanted, [&command](const Recording& recording) {
    return !command.algorithm.empty() && recording.algorithm != command.algorithm;
  });
  if (wanted.empty() || wanted.size() > most_runs) {
    return Error{Errc::misuse, command.file + ": found " + std::to_string(wanted.size()) +
                                   " runs to show; accepted: 1 to " + std::to_string(most_runs) +
                                   ", chosen with --algorithm"};
  }
  return page_of(std::move(wanted), command.file);
}

Result<Page> page_for(const TimelineCommand& command) {
  std::ifstream file(command.file, std::ios::binary);
  std::string head(recording_mark.size(), '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  if (file && head == recording_mark) return page_of_recordings(command, head, file);
  return page_of_scenario(command);
}

void write(std::ostream& out, const TimelineCommand& command, const Page& page) {
  switch (command.form) {
    case TimelineCommand::Form::page:
      return write_page(out, page);
    case TimelineCommand::Form::perfetto:
      return write_perfetto(out, page);
    case TimelineCommand::Form::svg:
      return write_small_picture(out, page.runs.front(),
                                 page.title + ", under " + page.runs.front().algorithm);
  }
}

int timeline(const TimelineCommand& command) {
  if (command.beside.size() + 1 > most_runs) {
    return complain("timeline: found " + std::to_string(command.beside.size()) +
                    " --beside; accepted: up to " + std::to_string(most_runs - 1));
  }
  const Result<Page> page = page_for(command);
  if (!page) return complain(page.error().detail);
  if (command.output == "-") {
    write(std::cout, command, *page);
    return std::cout.flush() ? exit_as_expected : complain("timeline: stdout can't be written");
  }
  const std::filesystem::path output =
      command.output.empty()
          ? std::filesystem::path(command.file).filename().replace_extension(command.ending())
          : std::filesystem::path(command.output);
  const std::optional<Error> error =
      write_file(output, [&](std::ostream& out) { write(out, command, *page); });
  if (error) return complain("timeline: " + error->detail);
  const bool perfetto = command.form == TimelineCommand::Form::perfetto;
  std::cout << (perfetto ? "open in https://ui.perfetto.dev: " : "open in a browser: ")
            << output.string() << "\n"
            << std::flush;
  return exit_as_expected;
}

}  // namespace

void add_timeline(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb =
      app.add_subcommand("timeline", "Make a page that shows a run, to be opened in a browser");
  const auto command = std::make_shared<TimelineCommand>();
  verb->add_option("FILE", command->file, "A scenario file, or a recorded trace")->required();
  verb->add_option("-o,--output", command->output,
                   "Write the page to this file, - for stdout; else to a file here that is called "
                   "as FILE is, with .html or what fits")
      ->type_name("FILE");
  verb->add_option("--algorithm", command->algorithm,
                   "Run the scenario under this algorithm; else the first that it expects "
                   "something of; of a trace, show the runs under it")
      ->check(one_of(algorithm_names()));
  verb->add_option("--beside", command->beside,
                   "Show a run of the same world under this algorithm below; may be repeated")
      ->allow_extra_args(false)
      ->check(one_of(algorithm_names()));
  const auto form = [command](TimelineCommand::Form value) {
    return [command, value](std::int64_t) { command->form = value; };
  };
  CLI::Option* const perfetto =
      verb->add_flag_function("--perfetto", form(TimelineCommand::Form::perfetto),
                              "Write Chrome's trace events (JSON) instead of a page, for Perfetto");
  verb->add_flag_function("--svg", form(TimelineCommand::Form::svg),
                          "Write a small SVG of the first run instead of a page")
      ->excludes(perfetto)
      ->excludes(verb->get_option("--beside"));
  verb->footer(
      "  leasehold-sim timeline scenarios/clocks/b27_suspend_monotonic.json \\\n"
      "      --algorithm answer-anchored --beside leasehold -o laptop.html\n"
      "The page is one file and asks for nothing else. Exit codes: 0 made, whatever the run "
      "shows,\n"
      "3 bad input or usage.");
  verb->callback([command, &chosen] { chosen = [command] { return timeline(*command); }; });
}

}  // namespace leasehold::sim
