// Reads scenario files, strictly.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <leasehold/result.h>
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// What a scenario can be run under: "leasehold", "answer-anchored".
const std::vector<std::string>& algorithm_names();

/// Reads a scenario from JSON. Anything unknown, missing, doubled, out of range or of the wrong
/// type or unit is `misuse`: one line with `where`, line and column, the JSON pointer, what was
/// found and what is accepted.
Result<Scenario> read_scenario(std::string_view text, const std::string& where);

/// As above, from a file of at most 4 MiB. Under the line stands an excerpt with a caret.
Result<Scenario> read_scenario_file(const std::filesystem::path& path);

}  // namespace leasehold::sim
