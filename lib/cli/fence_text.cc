#include "lib/cli/fence_text.h"

#include <array>
#include <cinttypes>
#include <cstdio>

namespace leasehold::cli {

std::string fence_text(const Fence& fence) {
  std::array<char, 17> digest{};
  std::snprintf(digest.data(), digest.size(), "%016" PRIx64, fence.owner_digest);
  return to_string(fence.incarnation) + ":" + std::to_string(fence.term) + ":" + digest.data();
}

}  // namespace leasehold::cli
