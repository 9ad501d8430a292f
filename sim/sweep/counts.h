// What a number of worlds was about, counted.
#pragma once

#include <array>
#include <cstdint>

#include "sim/oracles/marks.h"
#include "sim/world/activations.h"
#include "sim/world/run.h"

namespace leasehold::sim {

/// In how many worlds something was so, but for `events`.
struct Counts {
  std::uint64_t worlds = 0;
  /// An invariant is broken.
  std::uint64_t broken = 0;
  std::uint64_t hand_over = 0;
  std::uint64_t contended = 0;
  std::uint64_t nobody_held = 0;
  std::uint64_t lossy = 0;
  /// Of all worlds in sum.
  std::uint64_t events = 0;
  std::array<std::uint64_t, mark_count> marks{};
  std::array<std::uint64_t, fault_kind_count> faults{};

  void count(const Run& run);
  void add(const Counts& other);

  friend bool operator==(const Counts&, const Counts&) = default;
};

}  // namespace leasehold::sim
