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

/// What a process can do by itself.
struct Readiness {
  bool alive = false;
  bool may_join = false;
  bool waits = false;
  bool holds = false;
  bool due = false;
};
Readiness readiness(const Limits& limits, const Config& config, const Actor& actor, LocalTime now);

/// All that can happen, in a fixed order. `view` shows the situation, in whatever form it is kept:
/// ready(process), letters(), is_answered(letter), is_dead(letter), left(), the budget.
template <class View, class Add>
void each_move(const Limits& limits, const View& view, Add add_move) {
  using Kind = Move::Kind;
  const Budget& left = view.left();
  const auto add = [&](Kind kind, std::size_t index) {
    add_move(Move{kind, static_cast<std::uint8_t>(index)});
  };
  bool somebody_is_due = false;
  for (std::size_t index = 0; index < limits.processes; ++index) {
    const Readiness ready = view.ready(index);
    if (!ready.alive) {
      add(Kind::restart, index);
      continue;
    }
    if (ready.may_join) add(Kind::join, index);
    if (ready.waits && left.cancels > 0) add(Kind::cancel, index);
    if (ready.holds) add(Kind::drop_guard, index);
    if (ready.due) add(Kind::wake, index);
    if (left.crashes > 0) add(Kind::crash, index);
    somebody_is_due = somebody_is_due || ready.due;
  }
  for (std::size_t index = 0; index < view.letters(); ++index) {
    add(Kind::arrive, index);
    if (left.drops > 0 && !view.is_dead(index)) add(Kind::lose, index);
    if (left.duplicates > 0 && !view.is_answered(index)) add(Kind::duplicate, index);
  }
  if (left.late > 0 || !somebody_is_due) add(Kind::tick, 0);
}

/// All that can happen, in that order. Some of it may turn out to be beyond `in_flight`.
std::vector<Move> moves_from(const Limits& limits, const Config& config, const Situation& from);

/// What came of a move.
struct Moved {
  Situation situation;
  /// The invariants that it broke, in order.
  std::vector<Invariant> broken;
  /// I9 was looked for among the letters.
  bool may_leave_ghost = false;
};
/// nullopt: a process would have more letters on their way than `in_flight`.
/// A new letter stands at the end; an answer stands where its request stood.
/// Requires: `move` is one of `moves_from(limits, config, from)`.
std::optional<Moved> make(const Limits& limits, const Config& config, const Situation& from,
                          const Move& move);

}  // namespace leasehold::sim
