// What the clocks of a world show, as lines to draw.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/trace/event.h"

namespace leasehold::sim {

/// Piecewise linear in true time.
struct ClockLine {
  /// From here on it shows `shows_ns` + (true time - at) x (1 + rate_ppm / 10^6).
  struct Piece {
    TrueTime at{};
    std::int64_t shows_ns = 0;
    /// -10^6: it stands still.
    std::int64_t rate_ppm = 0;
  };
  /// Whose: of this process and its parts; nobody: the host's or the store's.
  std::uint32_t process = nobody;
  /// "clock", "monotonic", "calendar", "host's clock", "store's clock".
  std::string name;
  std::vector<Piece> pieces;
};

/// By process, and the shared one first: the clock that each goes by, the monotonic one of a
/// process that is ever suspended, and calendar clocks where they matter or differ from true time.
/// `events`: the history of a run of `scenario`.
std::vector<ClockLine> clock_lines_of(const Scenario& scenario, const std::vector<Event>& events);

}  // namespace leasehold::sim
