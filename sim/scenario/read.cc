#include "sim/scenario/read.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "sim/scenario/excerpt.h"
#include "sim/scenario/json_reader.h"
#include "sim/scenario/read_faults.h"
#include "sim/scenario/read_parts.h"

namespace leasehold::sim {
namespace {

constexpr Length one_day = std::chrono::hours(24);

void read_head(Object& top, Scenario& scenario) {
  if (top.has("$schema")) top.required("$schema").text();
  top.required("format").integer(1, 1);
  scenario.name = top.required("name").text();
  scenario.about = top.required("about").text();
  if (top.has("source")) scenario.source = top.required("source").text();
  // A JSON number holds whole numbers exactly up to 2^53.
  if (top.has("seed")) {
    scenario.seed =
        static_cast<std::uint64_t>(top.required("seed").integer(0, (std::int64_t{1} << 53) - 1));
  }
}

void read_processes(const Value& value, Scenario& scenario) {
  const std::vector<Value> items = value.items();
  if (items.empty() || items.size() > most_processes) {
    throw BadInput(value.pointer(), "found " + std::to_string(items.size()) +
                                        " processes; accepted: 1 to " +
                                        std::to_string(most_processes));
  }
  for (const Value& item : items) {
    ProcessSpec process = read_process(item, scenario);
    refuse_known_name(Object(item).required("name"), process.name, scenario);
    scenario.processes.push_back(std::move(process));
  }
}

Scenario read_top(const Value& value) {
  Scenario scenario;
  Object top(value);
  read_head(top, scenario);
  scenario.run_for = top.required("run_for").duration(Length(1), one_day);
  if (top.has("heal_at")) {
    scenario.heal_at = top.required("heal_at").duration(Length(0), scenario.run_for);
  }
  scenario.config.authority = read_authority(top.required("authority"));
  read_timing(top.required("timing"), scenario.config);
  if (top.has("network")) read_network(top.required("network"), scenario);
  if (top.has("host")) read_host(top.required("host"), scenario);
  if (top.has("store")) read_store(top.required("store"), scenario);
  read_processes(top.required("processes"), scenario);
  if (top.has("faults")) read_faults(top.required("faults"), scenario);
  if (top.has("choices")) read_choices(top.required("choices"), scenario);
  if (top.has("noise")) scenario.noise = read_noise(top.required("noise"));
  if (top.has("options")) read_options(top.required("options"), scenario);
  if (top.has("expect")) read_expect(top.required("expect"), scenario);
  top.done();
  return scenario;
}

// A path may hold a line break; an error is one line.
Error misuse(std::string where, const std::string& what) {
  std::replace_if(
      where.begin(), where.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return Error{Errc::misuse, where + ": " + what};
}

Result<Scenario> read_text(std::string_view text, const std::string& where, bool shows) {
  try {
    const nlohmann::json json = parse_strictly(text);
    return read_top(Value(json, ""));
  } catch (const BadInput& bad) {
    const auto place = bad.place() ? bad.place() : place_of(text, bad.pointer());
    if (!place) return misuse(where, bad.what());
    Error error = misuse(where + ":" + line_and_column(text, *place), bad.what());
    if (shows) error.detail += excerpt(text, *place);
    return error;
  }
}

}  // namespace

const std::vector<std::string>& algorithm_names() {
  static const std::vector<std::string> names{"leasehold", "answer-anchored", "matrix-sdk",
                                              "redis-naive", "version-cas"};
  return names;
}

Result<Scenario> read_scenario(std::string_view text, const std::string& where) {
  return read_text(text, where, false);
}

Result<Scenario> read_scenario_file(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  const std::string where = path.string();
  if (status.type() == std::filesystem::file_type::not_found) return misuse(where, "no such file");
  if (error) return misuse(where, "can't be looked at: " + error.message());
  if (!std::filesystem::is_regular_file(status)) {
    return misuse(where, "not a file; accepted: a scenario in JSON");
  }
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > most_bytes) {
    return misuse(where, "found " + std::to_string(size) + " bytes; accepted: at most " +
                             std::to_string(most_bytes));
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (size > 0) text << file.rdbuf();
  if (!file) return misuse(where, "can't be read; check its permissions");
  return read_text(text.str(), where, true);
}

}  // namespace leasehold::sim
