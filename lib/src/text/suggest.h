// Help for whoever misspelt a word of an option or a scenario file.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace leasehold {

/// `"stopped", "suspended", "frozen"`; of a long list the first words and how many more there are.
std::string quoted_list(const std::vector<std::string>& words);

/// The word that `found` is most likely a slip of; nullopt if none is close.
std::optional<std::string> closest(const std::string& found, const std::vector<std::string>& words);

/// ` (did you mean "stopped"?)`, or nothing if no word is close.
std::string suggestion(const std::string& found, const std::vector<std::string>& words);

}  // namespace leasehold
