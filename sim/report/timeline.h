// A history as lines that a person can read.
#pragma once

#include <ostream>

#include "sim/scenario/scenario.h"
#include "sim/world/run.h"

namespace leasehold::sim {

struct TimelineOptions {
  /// Renewals that went well, polls that found the key taken, and other repetition as well.
  bool everything = false;
  /// Violations in red.
  bool colour = false;
};

/// Writes one line per event that tells something, with moments in milliseconds of true time, and
/// marks where an invariant is broken. Requires: `run` kept its trace.
void write_timeline(std::ostream& out, const Scenario& scenario, const Run& run,
                    const TimelineOptions& options);

}  // namespace leasehold::sim
