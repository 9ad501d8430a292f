#include "lib/src/stores/sqlite/fork_apart.h"

#include <atomic>
#include <cstdint>
#include <sys/stat.h>

#include <sqlite3.h>

#include "lib/src/runtime/fork_epoch.h"

namespace leasehold::stores {
namespace {

/// A process among its forefathers: the first that asked is number 0.
struct Home {
  const ForkEpoch epoch{};
  const std::uint64_t number = 0;
  /// Kept, because a thread may be reading it.
  const Home* const parents = nullptr;
};

// Without a mutex, which a fork could leave locked in the child.
const Home& home() {
  static std::atomic<const Home*> current{new Home};
  const Home* seen = current.load();
  while (seen->epoch.changed()) {
    const Home* const mine = new Home{.number = seen->number + 1, .parents = seen};
    if (current.compare_exchange_strong(seen, mine)) return *mine;
    delete mine;
  }
  return *seen;
}

using Fstat = int (*)(int, struct stat*);
std::atomic<Fstat> systems_fstat{nullptr};

// SQLite compares the device with nothing but what this said before. No device of Linux has a
// number that comes near bit 44.
int fstat_apart(int descriptor, struct stat* about) {
  const int code = systems_fstat.load()(descriptor, about);
  if (code == 0) about->st_dev ^= static_cast<dev_t>(home().number << 44U);
  return code;
}

bool install() {
  home();
  if (sqlite3_initialize() != SQLITE_OK) return false;
  sqlite3_vfs* const vfs = sqlite3_vfs_find("unix");
  if (vfs == nullptr || vfs->iVersion < 3) return false;
  const sqlite3_syscall_ptr present = vfs->xGetSystemCall(vfs, "fstat");
  if (present == nullptr) return false;
  systems_fstat = reinterpret_cast<Fstat>(present);
  const auto ours = reinterpret_cast<sqlite3_syscall_ptr>(&fstat_apart);
  return vfs->xSetSystemCall(vfs, "fstat", ours) == SQLITE_OK;
}

}  // namespace

bool keep_children_apart() {
  static const bool installed = install();
  return installed;
}

bool in_a_child() { return home().number > 0; }

}  // namespace leasehold::stores
