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
  /// How long a tenure of which nobody has a guard may be kept, from its grant: its minimum hold on
  /// the slowest clock.
  Length longest_hold{};
  /// How far ahead of true time the fastest clock runs, at least 0, and the step of every clock.
  std::int64_t fastest_ppm = 0;
  Length tick{};
  /// How often a clock jumps.
  int clock_steps = 0;
  /// `progress_bound`, if it is promised: every clock is within its bounds, and a request on its
  /// least way is answered within the request timeout.
  std::optional<Length> progress{};

  /// The least true time that passes while any clock here counts `local`; at least 1 ns.
  Length at_least(Length local) const;
};

/// After a heal, while somebody waits all the time, nobody holds the key and no caller leaves:
/// somebody is served at most this long (true time) after that began.
///   host_clock, store_clock, wall_clock   W + (E + 4q_l)/(1 - rho) - L + takeover_bound + Q + H
///   observation                           W + (E + 4q_l)/(1 - rho) + takeover_bound + Q + H
/// with W `way`, the least way there and back, E the time after which a release is given up
/// (`core::longest_aftermath`), and H `longest_hold`.
Length progress_bound(const Config& config, Length way);
Length longest_hold(const Config& config);

Bounds bounds_of(const Scenario& scenario);

}  // namespace leasehold::sim
