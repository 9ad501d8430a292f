#include "lib/src/text/suggest.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace leasehold {
namespace {

// Above every list of words of a format or a command; only names of processes can be more.
constexpr std::size_t most_listed = 20;

// How many letters must be added, taken, changed or swapped with their neighbour to make `b` of `a`
// (Levenshtein, with the swaps of Damerau).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// At most two wrong letters, and two right ones for each: "Z" is not a slip of "A". nullopt: more.
std::optional<std::size_t> slips(const std::string& a, const std::string& b) {
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t most = std::min<std::size_t>(2, longer / 3);
  // Looked at first, because what was found may be a megabyte long.
  if (longer - std::min(a.size(), b.size()) > most) return std::nullopt;
  const std::size_t edits = distance(a, b);
  return edits <= most ? std::optional(edits) : std::nullopt;
}

}  // namespace

std::string quoted_list(const std::vector<std::string>& words) {
  std::string list;
  const std::size_t listed = std::min(words.size(), most_listed);
  for (std::size_t index = 0; index < listed; ++index) {
    list += (index == 0 ? "\"" : ", \"") + words[index] + "\"";
  }
  if (listed < words.size()) list += " and " + std::to_string(words.size() - listed) + " more";
  return list;
}

std::optional<std::string> closest(const std::string& found,
                                   const std::vector<std::string>& words) {
  std::optional<std::string> best;
  std::size_t fewest = 0;
  for (const std::string& word : words) {
    const auto edits = slips(found, word);
    if (!edits || (best && *edits >= fewest)) continue;
    best = word;
    fewest = *edits;
  }
  return best;
}

std::string suggestion(const std::string& found, const std::vector<std::string>& words) {
  const auto word = closest(found, words);
  return word ? " (did you mean \"" + *word + "\"?)" : "";
}

}  // namespace leasehold
