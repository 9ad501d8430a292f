// What the verbs of `leasehold-sim` share.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace leasehold::sim {

// 1 and 2 are `exit_code`'s, in sim/report/verdict.h.
inline constexpr int exit_as_expected = 0;
inline constexpr int exit_bad_input = 3;
/// Two runs that should have been the same were not.
inline constexpr int exit_not_deterministic = 4;

/// One line to stderr; returns `exit_bad_input`.
int complain(const std::string& what);

/// Writes to a file that must not be there yet; `who` begins the complaint if it can't be. Returns
/// the exit code.
int write_new_file(const std::string& who, const std::string& file, const std::string& text);

/// Files and folders; a folder stands for the *.json below it but schema.json, sorted.
std::vector<std::filesystem::path> files_of(const std::vector<std::string>& paths);

}  // namespace leasehold::sim
