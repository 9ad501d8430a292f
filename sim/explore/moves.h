// What can happen next in an explored world, and what then becomes of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/explore/situation.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

struct Move {
  enum class Kind : std::uint8_t {
    /// Time passes by a tick.
    tick,
    // Of a process: its program asks for the lock and waits; leaves; drops a guard.
    join,
    cancel,
    drop_guard,
    /// Its alarm, which is due, rings.
    wake,
    crash,
    restart,
    // Of a letter: it arrives, is lost, or is doubled (requests only).
    arrive,
    lose,
    duplicate,
  };
  Kind kind = Kind::tick;
  /// Of the process or of the letter.
  std::uint8_t index = 0;

  friend bool operator==(const Move&, const Move&) = default;
};

/// All that can happen, in a fixed order. Some of it may turn out to be beyond `in_flight`.
std::vector<Move> moves_from(const Limits& limits, const Config& config, const Situation& from);

/// What came of a move.
struct Moved {
  Situation situation;
  /// The invariants that it broke, in order.
  std::vector<Invariant> broken;
};
/// nullopt: a process would have more letters on their way than `in_flight`.
/// A new letter stands at the end; an answer stands where its request stood.
/// Requires: `move` is one of `moves_from(limits, config, from)`.
std::optional<Moved> make(const Limits& limits, const Config& config, const Situation& from,
                          const Move& move);

}  // namespace leasehold::sim
