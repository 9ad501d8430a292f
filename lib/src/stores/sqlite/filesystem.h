// Which file systems can carry a lock file that one kernel judges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace leasehold::stores {

/// The magic number of the file system that `directory` is on; nullopt if that can't be told.
std::optional<std::uint32_t> magic_of(const std::string& directory);

/// The name of a file system that other machines may mount too, by its magic number as statfs(2)
/// tells it; nullopt for all others. On such a one two kernels, with two boot clocks, could open
/// the file, and its locks may not reach across.
std::optional<std::string> shared_filesystem(std::uint32_t magic);

/// The same for the file system that `directory` is on. nullopt too if that can't be told.
std::optional<std::string> shared_filesystem_of(const std::string& directory);

/// What people call a file system; its number in hexadecimal if that is not known here.
std::string filesystem_name(std::uint32_t magic);

}  // namespace leasehold::stores
