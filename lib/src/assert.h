// Checks of what must be true in every build. They stay on in release: a lock that went on with a
// broken invariant would be worse than one that stopped.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace leasehold::detail {

[[noreturn]] inline void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "leasehold: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace leasehold::detail

#define LEASEHOLD_ASSERT(condition) \
  ((condition) ? void(0) : ::leasehold::detail::assertion_failed(#condition, __FILE__, __LINE__))
