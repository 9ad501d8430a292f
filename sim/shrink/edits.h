// The ways in which a world is made simpler, sorted into passes.
//
// The rule to know: an edit may propose anything, since a search (search.h) takes only what still
// fails and is smaller. It leaves behind a scenario that `read_scenario` accepts, but for its
// configuration, which whoever applies it checks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// One proposal. Applied to the scenario that it was made for, it makes a simpler one of it, or
/// leaves it as it is.
struct Edit {
  std::function<void(Scenario&)> apply;
  /// Where it stands in its pass, rising. Once an edit was taken, the pass is made anew for the
  /// simpler scenario and goes on at `resume`.
  std::uint64_t place = 0;
  std::uint64_t resume = 0;
};
using Edits = std::vector<Edit>;

/// What a pass knows of the run that failed.
struct Known {
  /// Under which it failed.
  std::string algorithm;
  /// When what fails was first seen; absent: not known.
  std::optional<Length> at;
};

/// Makes the edits of one kind for a scenario without noise, the boldest first.
using Pass = Edits (*)(const Scenario&, const Known&);

/// In the order in which they pay: the horizon, whole kinds of fault, processes, the time before a
/// tenure, parts of the choices, of the faults and of the programs (delta debugging), then what the
/// programs do, a configuration that makes less happen, pieces of time and time in which nothing
/// happens, and round numbers.
const std::vector<Pass>& passes();

/// Appends an edit that stays at its place when it is taken.
void propose(Edits& edits, std::function<void(Scenario&)> apply);

// removals.cc
Edits shorter_horizons(const Scenario& from, const Known& known);
Edits without_kinds_of_fault(const Scenario& from, const Known& known);
Edits without_processes(const Scenario& from, const Known& known);
Edits without_parts_of_choices(const Scenario& from, const Known& known);
Edits without_parts_of_faults(const Scenario& from, const Known& known);
Edits without_parts_of_programs(const Scenario& from, const Known& known);
// beginnings.cc
Edits later_beginnings(const Scenario& from, const Known& known);
Edits without_calls(const Scenario& from, const Known& known);
// cuts.cc
Edits shorter_middles(const Scenario& from, const Known& known);
// programs.cc
Edits simpler_steps(const Scenario& from, const Known& known);
// timings.cc
Edits calmer_timings(const Scenario& from, const Known& known);
// moments.cc
Edits earlier_moments(const Scenario& from, const Known& known);
Edits earlier_ordinals(const Scenario& from, const Known& known);
// numbers.cc
Edits rounder_numbers(const Scenario& from, const Known& known);

}  // namespace leasehold::sim
