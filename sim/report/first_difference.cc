#include "sim/report/first_difference.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;

// In the order in which they are written; a field that only one of them has differs.
std::vector<std::string> fields_apart(const Json& a, const Json& b) {
  std::vector<std::string> fields;
  for (const auto& [key, value] : a.items()) {
    if (!b.contains(key) || b.at(key) != value) fields.push_back(key);
  }
  for (const auto& [key, value] : b.items()) {
    if (!a.contains(key)) fields.push_back(key);
  }
  return fields;
}

}  // namespace

std::optional<FirstDifference> first_difference(const Recording& a, const Recording& b,
                                                const std::vector<std::string>& ignored) {
  // Indices mean the same in both: nothing needs to be spelt out.
  const bool same_cast = a.cast == b.cast;
  const std::size_t both = std::min(a.events.size(), b.events.size());
  for (std::size_t index = 0; index < both; ++index) {
    if (same_cast && a.events[index] == b.events[index]) continue;
    std::vector<std::string> fields =
        fields_apart(json_of(a.events[index], a.cast), json_of(b.events[index], b.cast));
    std::erase_if(fields, [&](const std::string& field) {
      return std::find(ignored.begin(), ignored.end(), field) != ignored.end();
    });
    if (!fields.empty()) return FirstDifference{index, std::move(fields)};
  }
  if (a.events.size() == b.events.size()) return std::nullopt;
  return FirstDifference{both};
}

}  // namespace leasehold::sim
