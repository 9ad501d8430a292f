#include "lib/src/runtime/fork_epoch.h"

#include <atomic>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace leasehold {
namespace {

using Page = std::atomic<std::uint64_t>;

// Null where the kernel does not wipe pages.
Page* wiped_on_fork() {
  constexpr std::size_t size = sizeof(Page);
  void* const page =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  if (madvise(page, size, MADV_WIPEONFORK) != 0) {
    munmap(page, size);
    return nullptr;
  }
  return new (page) Page(0);
}

// Made once and never unmapped: what is left of a client may ask to the very end.
Page* page() {
  static Page* const one = wiped_on_fork();
  return one;
}

std::uint64_t pid() { return static_cast<std::uint64_t>(getpid()); }

// The number of this process among its forefathers. A child inherits the last number that was given
// and finds the page wiped, so it takes the next.
std::uint64_t enter() {
  static std::atomic<std::uint64_t> given{0};
  if (page() == nullptr) return pid();
  std::uint64_t seen = page()->load(std::memory_order_acquire);
  if (seen != 0) return seen;
  const std::uint64_t mine = given.fetch_add(1) + 1;
  return page()->compare_exchange_strong(seen, mine) ? mine : seen;
}

}  // namespace

ForkEpoch::ForkEpoch() : born_(enter()) {}

bool ForkEpoch::changed() const {
  const Page* const now = page();
  return (now != nullptr ? now->load(std::memory_order_acquire) : pid()) != born_;
}

}  // namespace leasehold
