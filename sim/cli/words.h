// Checks of option values; each refusal says what was found and what is accepted.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// "I1" ... and back. Requires of the word: it is one of them.
std::vector<std::string> invariant_words();
Invariant invariant_of(const std::string& word);

/// One of these words.
CLI::Validator one_of(const std::vector<std::string>& words);
/// A length of time from 0 on, as scenario files write them.
CLI::Validator moment();

}  // namespace leasehold::sim
