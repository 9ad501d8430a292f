// Files that reports go to.
#pragma once

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <system_error>

#include <leasehold/result.h>

namespace leasehold::sim {

/// Has `write` write to `file`, whatever was there. What went wrong, in words: "FILE: can't be
/// written: ...".
template <typename Write>
std::optional<Error> write_file(const std::filesystem::path& file, const Write& write) {
  std::ofstream out(file, std::ios::binary);
  if (out) write(static_cast<std::ostream&>(out));
  if (out.flush()) return std::nullopt;
  return Error{Errc::misuse,
               file.string() + ": can't be written: " + std::generic_category().message(errno)};
}

}  // namespace leasehold::sim
