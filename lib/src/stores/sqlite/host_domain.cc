#include "lib/src/stores/sqlite/host_domain.h"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace leasehold::stores {
namespace {

std::optional<std::string> contents(const char* path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Error refused(const std::string& why, const std::string& remedy = "mount /proc") {
  return Error{Errc::misuse,
               "host_clock: " + why +
                   ": expiries could not be compared with those of other processes; " + remedy +
                   ", or use a store that judges by its own clock"};
}

// Namespaces are the same if the files that name them are: proc(5).
bool same_namespace(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

std::optional<Span<LocalClock>> boot_offset(const std::string& timens_offsets) {
  std::istringstream lines(timens_offsets);
  std::string clock;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  while (lines >> clock >> seconds >> nanoseconds) {
    if (clock == "boottime") return Span<LocalClock>::ns(seconds * 1'000'000'000 + nanoseconds);
  }
  return std::nullopt;
}

Result<HostDomain> host_domain() {
  const auto boot_id = contents("/proc/sys/kernel/random/boot_id");
  if (!boot_id || boot_id->size() < 36)
    return refused("/proc/sys/kernel/random/boot_id can't be read");
  HostDomain domain{"boot:" + boot_id->substr(0, 36), {}};
  struct stat own {};
  struct stat children {};
  if (stat("/proc/self/ns/time", &own) != 0) {
    // Before Linux 5.6 there are no time namespaces, and every process reads the one clock.
    if (errno == ENOENT) return domain;
    return refused("the time namespace can't be read");
  }
  if (stat("/proc/self/ns/time_for_children", &children) != 0 || !same_namespace(own, children)) {
    return refused("this process and its children have different time namespaces",
                   "start it inside the new one (unshare --time --fork)");
  }
  const auto offsets = contents("/proc/self/timens_offsets");
  const auto offset = offsets ? boot_offset(*offsets) : std::nullopt;
  if (!offset) return refused("the offset of the time namespace can't be read");
  domain.offset = *offset;
  return domain;
}

}  // namespace leasehold::stores
