#include "lib/src/stores/sqlite/futex.h"

#include <climits>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace leasehold::stores {

void wait_on(const Word& word, std::uint32_t expected, std::chrono::nanoseconds most) {
  timespec timeout{};
  timeout.tv_sec = static_cast<time_t>(most.count() / 1'000'000'000);
  timeout.tv_nsec = static_cast<long>(most.count() % 1'000'000'000);
  // Not FUTEX_PRIVATE: those that wake us live in other processes.
  syscall(SYS_futex, &word, FUTEX_WAIT, expected, &timeout, nullptr, 0);
}

bool wake_one(const Word& word) {
  return syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0) > 0;
}

void wake_all(const Word& word) {
  syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace leasehold::stores
