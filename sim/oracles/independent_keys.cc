#include "sim/oracles/independent_keys.h"

#include <algorithm>
#include <iterator>

namespace leasehold::sim {
namespace {

std::vector<Event> about(std::uint32_t key, const std::vector<Event>& history) {
  std::vector<Event> events;
  std::copy_if(history.begin(), history.end(), std::back_inserter(events), [key](const Event& one) {
    return one.key == key && one.kind != Event::Kind::batched;
  });
  return events;
}

std::string told(const std::vector<Event>& history, std::size_t index, const Names& names) {
  if (index >= history.size()) return "nothing more happened";
  const Event& event = history[index];
  std::string text = "\"" + std::string(to_string(event.kind)) + "\"";
  if (event.process != nobody) text += " of " + names.at(event.process);
  if (event.ordinal > 0) text += " #" + std::to_string(event.ordinal);
  return text + " at " + moment(event.at) + " (detail " + std::to_string(event.detail) + ", term " +
         std::to_string(event.term) + ")";
}

}  // namespace

std::optional<Finding> difference_of_key(std::uint32_t key, const std::string& key_name,
                                         const std::vector<Event>& together,
                                         const std::vector<Event>& alone, const Names& names) {
  const std::vector<Event> here = about(key, together);
  const std::vector<Event> there = about(key, alone);
  const auto [first, other] = std::mismatch(here.begin(), here.end(), there.begin(), there.end());
  if (first == here.end() && other == there.end()) return std::nullopt;
  const auto index = static_cast<std::size_t>(first - here.begin());
  const TrueTime at = first != here.end() ? first->at : other->at;
  return Finding{at, "key " + key_name + " fares otherwise beside other keys: " +
                         told(here, index, names) + ", and alone: " + told(there, index, names)};
}

}  // namespace leasehold::sim
