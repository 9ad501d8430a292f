#include "lib/src/stores/net/wake_up.h"

#include <array>
#include <fcntl.h>
#include <unistd.h>

namespace leasehold::stores {

WakeUp::WakeUp() {
  if (pipe(ends_) != 0) {
    ends_[0] = ends_[1] = -1;
    return;
  }
  for (const int end : ends_) {
    fcntl(end, F_SETFD, FD_CLOEXEC);
    fcntl(end, F_SETFL, O_NONBLOCK);
  }
}

WakeUp::~WakeUp() {
  for (const int end : ends_) {
    if (end >= 0) close(end);
  }
}

void WakeUp::ring() {
  // A full pipe has been rung.
  const char byte = 0;
  [[maybe_unused]] const ssize_t written = write(ends_[1], &byte, 1);
}

void WakeUp::hush() {
  std::array<char, 64> bytes{};
  while (read(ends_[0], bytes.data(), bytes.size()) > 0) {
  }
}

}  // namespace leasehold::stores
