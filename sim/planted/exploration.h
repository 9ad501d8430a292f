// Planted bugs against the exhaustive exploration: found or not, and whether the simulator, on the
// scenario that is made of the way there, says the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/explore/limits.h"

namespace leasehold::sim {

/// A small world that is explored.
struct Terrain {
  std::string name;
  Limits limits;
};
/// The smallest first. Each is exhausted, or cut off at a depth, within seconds.
const std::vector<Terrain>& terrains();

struct Expedition {
  /// Where in `terrains()` it was found; absent: nowhere.
  std::optional<std::size_t> terrain;
  /// How many situations were met there; if it was found nowhere, on all together.
  std::uint64_t states = 0;
  /// On the shortest way, with and without the ticks.
  std::size_t moves = 0;
  std::size_t steps = 0;
  /// "I3 I19"
  std::string broken{};
  /// The invariant that the simulator breaks too, and not without the bug; empty: none, or the way
  /// is no scenario.
  std::string shown{};
};

/// Explores one terrain after another under the bug that is planted at this moment, until one shows
/// it. Where the search went astray, it goes on in the next.
Expedition explore_terrains();

}  // namespace leasehold::sim
