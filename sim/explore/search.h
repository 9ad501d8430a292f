// Visits every situation that can come about, nearest first.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/engine/hash128.h"
#include "sim/explore/moves.h"
#include "sim/explore/situation.h"

namespace leasehold::sim {

/// How far a search came.
struct Explored {
  /// Situations that were met, each once; moves that were made from them, and those of which
  /// nothing came because they would have put too much on its way.
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t beyond = 0;
  /// Moves on the way to the farthest situation.
  std::uint32_t depth = 0;
  /// Situations that were met and not left yet.
  std::uint64_t waiting = 0;
  /// About how much memory all of it takes: what was met, what waits, what is remembered of moves.
  std::uint64_t bytes = 0;
};

struct Outcome {
  Explored explored;
  enum class End {
    /// Nothing is left: every situation within the limits was met.
    exhausted,
    /// It stopped at `Limits::states` or `Limits::depth`. What lies beyond is not known.
    capped,
    /// A move broke an invariant.
    broken,
    /// A move broke an invariant, but from the beginning no moves lead there: some situation was
    /// taken for another that has another future. The reductions (clean.h) do not hold for this
    /// code, which reads what they take for unread; `Limits::exact` does without them.
    astray,
  };
  End end = End::exhausted;
  /// The invariants that the last move of `moves` broke; it and those before it lead there from the
  /// beginning, and there is no shorter way. Empty unless `end` is `broken` (`astray`: how far they
  /// lead).
  std::vector<Invariant> broken;
  std::vector<Move> moves;
};

struct SearchHooks {
  /// Called now and then.
  std::function<void(const Explored&)> progress{};
  /// Called with every situation that a move leads to, before it is made canonical.
  std::function<void(const Situation&)> meet{};
};

/// Requires: the authority is one that `Limits` names. The same on every machine.
Outcome explore(const Limits& limits, const SearchHooks& hooks = {});

}  // namespace leasehold::sim
