#include "lib/src/stores/sqlite/file_facts.h"

#include <array>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/src/stores/sqlite/filesystem.h"

namespace leasehold::stores {
namespace {

std::string mode_text(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777U));
  return text.data();
}

// By number: a name would be asked of the network on some machines.
std::string owner_text(const struct stat& about) {
  return std::to_string(about.st_uid) + ":" + std::to_string(about.st_gid);
}

// What is wrong when anybody may write `what`; where the sticky bit is set, nobody may take away
// what is another's.
std::string open_to_all(const struct stat& about) {
  if ((about.st_mode & S_IWOTH) == 0) return {};
  if (!S_ISDIR(about.st_mode)) {
    return "anybody on this machine may take, end and forge its locks: chmod o-w it";
  }
  if ((about.st_mode & S_ISVTX) != 0) return {};
  return "anybody on this machine may put another file in the database's place: chmod o-w it, or "
         "keep the locks in a directory of their own";
}

// `prefix` is "file" or "directory".
void add_access(std::vector<Fact>& facts, const std::string& prefix, const std::string& path) {
  facts.push_back({prefix, path});
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return;
  facts.push_back({prefix + "_mode", mode_text(about.st_mode), open_to_all(about)});
  facts.push_back({prefix + "_owner", owner_text(about)});
  Fact writable{prefix + "_writable", "yes"};
  if (faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) {
    writable.value = "no";
    writable.wrong =
        "make it writable for this user, who has to write the database and the -wal, "
        "-shm and -lease beside it";
  }
  facts.push_back(writable);
}

}  // namespace

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::vector<Fact> facts_of_file(const std::string& path) {
  const std::string directory = directory_of(path);
  std::vector<Fact> facts;
  add_access(facts, "file", path);
  add_access(facts, "directory", directory);
  const auto magic = magic_of(directory);
  if (!magic) return facts;
  const bool is_shared = shared_filesystem(*magic).has_value();
  facts.push_back({"filesystem", filesystem_name(*magic)});
  facts.push_back({"filesystem_use", is_shared ? "shared, accepted by any_filesystem" : "local"});
  return facts;
}

}  // namespace leasehold::stores
