// The way to a broken invariant, told to people and as a world that the simulator can run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/explore/limits.h"
#include "sim/explore/moves.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// One line for each move but the ticks, which are told with the next.
std::vector<std::string> steps_of(const Limits& limits, const std::vector<Move>& moves);

/// The same history as a scenario: a tick is a microsecond, and what happens in one tick is ten
/// nanoseconds apart, which no clock of that world can tell. Alarms that ring late are starved
/// until then.
///
/// nullopt: not every history can be told so. More than 99 moves in a tick are too many, the
/// answers to two copies of one request take the same time in a scenario, and a program that waits
/// twice leaves both.
std::optional<Scenario> scenario_of(const Limits& limits, const std::vector<Move>& moves);

/// The first of `broken` that Leasehold breaks in that scenario too; nullopt: none.
std::optional<Invariant> broken_in(const Scenario& scenario, const std::vector<Invariant>& broken);

}  // namespace leasehold::sim
