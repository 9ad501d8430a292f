// What a world promises in numbers: what the oracles of I4, I10 and I11 judge by.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

struct Bounds {
  Timing timing;
  /// Every clock stays within its bounds, so that what rests on them can be judged.
  bool inside = false;
  /// `takeover_bound`.
  Length takeover{};
  /// How far ahead of true time the fastest clock runs, at least 0, and the step of every clock.
  std::int64_t fastest_ppm = 0;
  Length tick{};
  /// How often a clock jumps.
  int clock_steps = 0;

  /// The least true time that passes while any clock here counts `local`; at least 1 ns.
  Length at_least(Length local) const;
};

Bounds bounds_of(const Scenario& scenario);

}  // namespace leasehold::sim
