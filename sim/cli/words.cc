#include "sim/cli/words.h"

#include <algorithm>

#include "lib/src/text/length.h"
#include "lib/src/text/suggest.h"

namespace leasehold::sim {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return "{" + text + "}";
}

}  // namespace

std::vector<std::string> invariant_words() {
  std::vector<std::string> words;
  for (const Invariant invariant : all_invariants) words.push_back(to_string(invariant));
  return words;
}

Invariant invariant_of(const std::string& word) {
  for (const Invariant invariant : all_invariants) {
    if (to_string(invariant) == word) return invariant;
  }
  return Invariant::I1;
}

CLI::Validator one_of(const std::vector<std::string>& words) {
  const auto check = [words](std::string& found) -> std::string {
    if (std::find(words.begin(), words.end(), found) != words.end()) return {};
    return "found \"" + found + "\"; accepted: " + quoted_list(words) + suggestion(found, words);
  };
  return {check, joined(words)};
}

CLI::Validator moment() {
  const auto check = [](std::string& found) -> std::string {
    const auto length = parse_length(found);
    if (length && *length >= Length::zero()) return {};
    return "found \"" + found +
           "\"; accepted: a duration from 0 on with its unit (ns, us, ms, s, min, h), as in "
           "\"500ms\"";
  };
  return {check, "DURATION"};
}

}  // namespace leasehold::sim
