// `leasehold-sim list`: which stories there are.
#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"
#include "sim/report/verdict.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;

struct ListOptions {
  std::vector<std::string> paths;
  bool json = false;
};

using Row = std::array<std::string, 4>;

Json words_of(const std::vector<Invariant>& invariants) {
  Json words = Json::array();
  for (const Invariant invariant : invariants) words.push_back(to_string(invariant));
  return words;
}

Json document_of(const std::filesystem::path& file, const Scenario& scenario) {
  Json expect = Json::object();
  for (const auto& [algorithm, expected] : scenario.expect) {
    expect[algorithm] = {{"holds", words_of(expected.holds)},
                         {"violates", words_of(expected.violates)}};
  }
  return {{"file", file.string()},
          {"name", scenario.name},
          {"authority", to_string(scenario.config.authority)},
          {"expect", expect}};
}

Row row_of(const std::filesystem::path& file, const Scenario& scenario) {
  std::string algorithms;
  // In the order in which they run.
  for (const std::string& algorithm : algorithm_names()) {
    if (!scenario.expect.contains(algorithm)) continue;
    algorithms += (algorithms.empty() ? "" : ", ") + algorithm;
  }
  return {file.string(), scenario.name, to_string(scenario.config.authority),
          algorithms.empty() ? "-" : algorithms};
}

// How many characters there are: of UTF-8 the bytes that begin one.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

void print(const std::vector<Row>& rows) {
  std::array<std::size_t, 4> widths{};
  for (const Row& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths.at(column) = std::max(widths.at(column), width_of(row.at(column)));
    }
  }
  for (const Row& row : rows) {
    for (std::size_t column = 0; column + 1 < row.size(); ++column) {
      const std::string& text = row.at(column);
      std::cout << text << std::string(widths.at(column) - width_of(text) + 2, ' ');
    }
    std::cout << row.back() << "\n";
  }
}

int list(const ListOptions& options) {
  const bool by_default = options.paths.empty();
  std::error_code error;
  if (by_default && !std::filesystem::is_directory("scenarios", error)) {
    return complain("list: there is no folder \"scenarios\" here; name files or folders");
  }
  const auto files = files_of(by_default ? std::vector<std::string>{"scenarios"} : options.paths);
  if (files.empty()) return complain("list: no scenario files; name files or folders");
  int code = exit_as_expected;
  std::vector<Row> rows{{"FILE", "NAME", "AUTHORITY", "EXPECTATIONS FOR"}};
  Json documents = Json::array();
  for (const std::filesystem::path& file : files) {
    const Result<Scenario> scenario = read_scenario_file(file);
    if (!scenario) {
      code = worse(code, complain(scenario.error().detail));
      continue;
    }
    rows.push_back(row_of(file, *scenario));
    documents.push_back(document_of(file, *scenario));
  }
  if (options.json) {
    std::cout << documents.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  } else if (rows.size() > 1) {
    print(rows);
  }
  std::cout.flush();
  return code;
}

}  // namespace

void add_list(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("list", "List scenario files");
  const auto options = std::make_shared<ListOptions>();
  verb->add_option("PATH", options->paths, "Scenario files, or folders of them; else ./scenarios");
  verb->add_flag("--json", options->json, "Print JSON, with what is expected of each algorithm");
  verb->footer("Exit codes: 0 listed, 3 bad input or usage (files that can be read are listed).");
  verb->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
}

}  // namespace leasehold::sim
