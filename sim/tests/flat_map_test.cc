// The map that holds what grows with a history, against one of the standard library.
#include "sim/engine/flat_map.h"

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "sim/engine/stream.h"

namespace leasehold::sim {
namespace {

using Key = std::pair<std::uint32_t, OwnerId>;

// Few enough that most of them are met again, and more than are looked through.
Key drawn(Stream& draw) {
  const auto process = static_cast<std::uint32_t>(draw.below(3));
  return {process, OwnerId{0, static_cast<std::uint64_t>(draw.below(200))}};
}

void expect_same(const FlatMap<Key, int>& flat, const std::map<Key, int>& model) {
  ASSERT_EQ(flat.size(), model.size());
  for (const auto& [key, value] : flat) {
    const auto found = model.find(key);
    ASSERT_NE(found, model.end());
    EXPECT_EQ(found->second, value);
  }
  for (const auto& [key, value] : model) {
    ASSERT_NE(flat.find(key), nullptr);
    EXPECT_EQ(*flat.find(key), value);
  }
}

TEST(FlatMap, HoldsWhatAMapHolds) {
  Stream draw(3);
  FlatMap<Key, int> flat;
  std::map<Key, int> model;
  for (int step = 0; step < 20'000; ++step) {
    const Key key = drawn(draw);
    // It grows in some stretches and shrinks in others, down to few and to none.
    const bool grows = step / 2'000 % 2 == 0;
    if (draw.chance(grows ? 70 : 20)) {
      flat[key] = step;
      model[key] = step;
    } else {
      EXPECT_EQ(flat.erase(key), model.erase(key) == 1);
    }
    if (step % 2'000 == 1'999) {
      const auto of_a = [](const auto& entry) { return entry.first.first == 0; };
      flat.erase_if(of_a);
      std::erase_if(model, of_a);
    }
    if (step % 50 == 0) expect_same(flat, model);
  }
  flat.clear();
  EXPECT_TRUE(flat.empty());
  EXPECT_FALSE(flat.contains(drawn(draw)));
}

TEST(FlatMap, FindsNothingThatIsNotThere) {
  for (const std::uint64_t size : {0U, 1U, 8U, 9U, 1'000U}) {
    FlatMap<std::uint64_t, int> flat;
    for (std::uint64_t key = 0; key < size; ++key) flat[2 * key] = 1;
    for (std::uint64_t key = 0; key <= size; ++key) {
      EXPECT_EQ(flat.contains(2 * key), key < size);
      EXPECT_FALSE(flat.contains(2 * key + 1));
    }
  }
}

TEST(FlatSet, TakesWhatOthersHoldAndKeepsWhatIsNotOver) {
  FlatSet<OwnerId> some;
  FlatSet<OwnerId> others;
  for (std::uint64_t low = 1; low <= 30; ++low) {
    some.add(OwnerId{0, low});
    others.add(OwnerId{0, low + 20});
  }
  some.add(others);
  EXPECT_EQ(some.size(), 50U);
  some.erase_if([](const OwnerId& id) { return id.low % 2 == 0; });
  EXPECT_EQ(some.size(), 25U);
  EXPECT_TRUE(some.contains(OwnerId{0, 49}));
  EXPECT_FALSE(some.contains(OwnerId{0, 50}));
  EXPECT_EQ(some.all().front(), (OwnerId{0, 1}));
}

}  // namespace
}  // namespace leasehold::sim
