#include "lib/cli/store_url.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace leasehold::cli {
namespace {

namespace fs = std::filesystem;

fs::path absolute_from(const char* variable) {
  const char* const value = std::getenv(variable);
  // The specification wants relative ones to be ignored.
  if (value == nullptr || value[0] != '/') return {};
  return value;
}

}  // namespace

Result<std::string> store_url(const std::string& named) {
  if (!named.empty()) return named;
  fs::path state = absolute_from("XDG_STATE_HOME");
  if (state.empty()) {
    const fs::path home = absolute_from("HOME");
    if (home.empty()) {
      return Error{Errc::misuse,
                   "no store: neither XDG_STATE_HOME nor HOME names a directory to keep locks in; "
                   "name one with --store sqlite:PATH or LEASEHOLD_STORE"};
    }
    state = home / ".local" / "state";
  }
  const fs::path directory = state / "leasehold";
  std::error_code error;
  if (fs::create_directories(directory, error)) {
    fs::permissions(directory, fs::perms::owner_all, error);
  }
  if (error) {
    return Error{Errc::misuse, "no store: the directory " + directory.string() +
                                   " can't be made: " + error.message() +
                                   "; name another place with --store sqlite:PATH"};
  }
  return "sqlite:" + (directory / "locks.db").string();
}

}  // namespace leasehold::cli
