// Identifiers from the kernel, one by one and in a spree.
#include "lib/src/runtime/system_random.h"

#include <cstring>
#include <new>
#include <set>
#include <utility>

#include <gtest/gtest.h>

namespace leasehold {
namespace {

TEST(SystemRandom, NoTwoIdsAreEqualInASpreeOrOutsideOfOne) {
  SystemRandom random;
  std::set<std::pair<std::uint64_t, std::uint64_t>> ids;
  constexpr int each = 1000;
  const auto draw = [&](int count) {
    for (int n = 0; n < count; ++n) {
      const auto id = random.id<OwnerId>();
      ids.emplace(id.high, id.low);
    }
  };
  draw(each);
  for (int n = 0; n < each; ++n) {
    const SystemRandom::Spree spree(random);
    draw(n % 40);  // some leave a part of what the kernel gave, some ask it twice
  }
  draw(each);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(2 * each + each / 40 * (39 * 40 / 2)));
}

TEST(SystemRandom, ACopyThatIsMadeAfterASpreeDrawsItsOwnIds) {
  SystemRandom random;
  {
    const SystemRandom::Spree spree(random);
    random.id<OwnerId>();
  }
  // What a snapshot of the machine would be: the same memory twice.
  alignas(SystemRandom) unsigned char memory[sizeof(SystemRandom)];
  std::memcpy(memory, static_cast<const void*>(&random), sizeof random);
  auto& copy = *std::launder(reinterpret_cast<SystemRandom*>(memory));
  const SystemRandom::Spree ours(random);
  const SystemRandom::Spree theirs(copy);
  EXPECT_NE(copy.id<OwnerId>(), random.id<OwnerId>());
}

}  // namespace
}  // namespace leasehold
