#include "lib/src/runtime/system_random.h"

#include <array>
#include <cerrno>
#include <sys/random.h>

#include "lib/src/assert.h"

namespace leasehold {
namespace {

template <class T>
T drawn() {
  T value{};
  // Up to 256 bytes come whole once the kernel's generator is seeded; a signal can interrupt only
  // the wait for that.
  ssize_t got = -1;
  do {
    got = getrandom(&value, sizeof value, 0);
  } while (got < 0 && errno == EINTR);
  LEASEHOLD_ASSERT(got == static_cast<ssize_t>(sizeof value));
  return value;
}

}  // namespace

SystemRandom& SystemRandom::shared() {
  static SystemRandom* const random = new SystemRandom;
  return *random;
}

// What is drawn here shifts moments, and clones may be in step: so it comes from a stock.
std::uint64_t SystemRandom::below(std::uint64_t bound) {
  thread_local std::array<std::uint64_t, 32> stock{};
  thread_local std::size_t left = 0;
  if (left == 0) {
    stock = drawn<decltype(stock)>();
    left = stock.size();
  }
  // Biased by at most bound / 2^64, for jitters of hours less than 10^-6.
  return stock[--left] % bound;
}

Random::Bits SystemRandom::id_bits() {
  Bits bits{0, 0};
  while (bits.high == 0 && bits.low == 0) {
    if (!on_spree_) {
      bits = drawn<Bits>();
      continue;
    }
    if (left_ == 0) {
      stock_ = drawn<decltype(stock_)>();
      left_ = stock_.size();
    }
    bits = stock_[--left_];
  }
  return bits;
}

}  // namespace leasehold
