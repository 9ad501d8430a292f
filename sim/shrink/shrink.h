// Makes a failing world smaller while it fails in the same way.
//
// The rule to know: a candidate is always a complete scenario. Since choices are keyed and not
// sequential, taking something out leaves the rest of the world as it was.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// The same world with its noise written out as choices, under `algorithm`.
Scenario without_noise(const Scenario& scenario, const std::string& algorithm);

/// Turns a scenario into a simpler one, or leaves it as it is.
using Edit = std::function<void(Scenario&)>;

/// Edits of `scenario`, the boldest first: horizon, whole kinds of fault, processes, halves and
/// smaller parts of the choices and faults, programs, and then values towards none and round
/// numbers. Repeating any that changes something ends. Requires: no noise.
std::vector<Edit> simplifications(const Scenario& scenario);

/// Shrinks greedily to a fixpoint of `simplifications`, or until `most_runs` candidates were tried.
/// `fails` says whether a candidate still shows the failure; it is true of `scenario`.
Scenario shrink(Scenario scenario, const std::function<bool(const Scenario&)>& fails,
                int most_runs);

}  // namespace leasehold::sim
