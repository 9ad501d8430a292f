// The moments of the boot clock between which a process ran, in a file that it shares.
#pragma once

#include <atomic>
#include <cstdint>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace leasehold {

struct Stamps {
  std::atomic<std::int64_t> first;
  std::atomic<std::int64_t> last;
};

/// Of the file `path`, made if it is not there; null if it can't be. Never unmapped.
inline Stamps* map_stamps(const char* path) {
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, sizeof(Stamps)) != 0) return nullptr;
  void* const page = mmap(nullptr, sizeof(Stamps), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return page == MAP_FAILED ? nullptr : static_cast<Stamps*>(page);
}

}  // namespace leasehold
