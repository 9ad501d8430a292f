#include "lib/cli/store_url.h"

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <leasehold/client.h>

namespace leasehold::cli {
namespace {

namespace fs = std::filesystem;

fs::path absolute_from(const char* variable) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody writes it meanwhile
  const char* const value = std::getenv(variable);
  // The specification wants relative ones to be ignored.
  if (value == nullptr || value[0] != '/') return {};
  return value;
}

// The directory of the default store.
Result<fs::path> directory() {
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
  return state / "leasehold";
}

std::string url_in(const fs::path& directory) {
  return "sqlite:" + (directory / "locks.db").string();
}

}  // namespace

Result<std::string> store_url(const std::string& named) {
  if (!named.empty()) return named;
  const Result<fs::path> made = directory();
  if (!made) return made.error();
  std::error_code error;
  if (fs::create_directories(*made, error)) fs::permissions(*made, fs::perms::owner_all, error);
  if (error) {
    return Error{Errc::misuse, "no store: the directory " + made->string() +
                                   " can't be made: " + error.message() +
                                   "; name another place with --store sqlite:PATH"};
  }
  return url_in(*made);
}

Result<std::unique_ptr<Store>> store_to_look_at(const std::string& named) {
  std::string url = named;
  if (url.empty()) {
    const Result<fs::path> where = directory();
    if (!where) return where.error();
    url = url_in(*where);
  }
  constexpr std::string_view sqlite = "sqlite:";
  std::error_code error;
  const bool is_missing =
      url.starts_with(sqlite) && !fs::exists(fs::symlink_status(url.substr(sqlite.size()), error));
  if (is_missing && (!error || error == std::errc::no_such_file_or_directory)) {
    return std::unique_ptr<Store>();
  }
  return open_store(url);
}

}  // namespace leasehold::cli
