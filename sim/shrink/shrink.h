// Makes a failing world smaller while it fails in the same way.
//
// The rule to know: a candidate is always a complete scenario. Since choices are keyed and not
// sequential, taking something out leaves the rest of the world as it was.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sim/scenario/scenario.h"
#include "sim/shrink/search.h"
#include "sim/world/run.h"

namespace leasehold::sim {

/// The same world with its noise written out as choices, under `algorithm`.
Scenario without_noise(const Scenario& scenario, const std::string& algorithm);

/// What a candidate showed, if it still fails.
using Judge = std::function<std::optional<Shown>(const Scenario&)>;

/// What a run showed of `invariant`, if it is broken in it.
std::optional<Shown> shown_by(const Run& run, Invariant invariant);

/// As many candidates as are tried for one world, where nobody says how many.
inline constexpr int most_shrink_runs = 5'000;

struct Shrunk {
  Scenario scenario;
  /// What it shows.
  Shown shown;
  /// Candidates that were judged.
  int runs = 0;
  /// No edit makes it smaller; false: the runs ended before.
  bool at_fixpoint = false;
};

/// Told of each candidate that was judged: how many were, and how small it is by now.
using ShrinkProgress = std::function<void(int runs, const Size&)>;

/// Shrinks to a fixpoint of all edits (edits.h), or until `most_runs` candidates were judged.
/// Requires: `judge` is a function of the scenario alone and says that this one fails, under
/// `algorithm`; no noise.
Shrunk shrink(Scenario scenario, const std::string& algorithm, const Judge& judge, int most_runs,
              const ShrinkProgress& progress = {});

}  // namespace leasehold::sim
