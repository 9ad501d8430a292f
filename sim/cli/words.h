// Checks of option values; each refusal says what was found and what is accepted.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace leasehold::sim {

/// One of these words.
CLI::Validator one_of(const std::vector<std::string>& words);
/// A length of time from 0 on, as scenario files write them.
CLI::Validator moment();

}  // namespace leasehold::sim
