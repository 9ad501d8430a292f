// A history as lines that a person can read.
#pragma once

#include <cstdint>
#include <ostream>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/world/run.h"

namespace leasehold::sim {

/// A part of a history: what is outside is counted and not told.
struct Window {
  /// Both ends are inside.
  TrueTime from{};
  TrueTime to = TrueTime::never();
  /// Indices in Scenario::processes; empty: all. What meets everybody is told all the same.
  std::vector<std::uint32_t> processes{};
};

struct TimelineOptions {
  /// Renewals that went well, polls that found the key taken, and other repetition as well.
  bool everything = false;
  /// Violations in red.
  bool colour = false;
  Window window{};
};

/// Writes one line per event that tells something, with moments in milliseconds of true time, and
/// marks where an invariant is broken, if that lies in the window. Requires: `run` kept its trace.
void write_timeline(std::ostream& out, const Scenario& scenario, const Run& run,
                    const TimelineOptions& options);

}  // namespace leasehold::sim
