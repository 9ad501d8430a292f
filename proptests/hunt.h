// Hunts for a world that breaks a property, shrinks it, and leaves it behind as a scenario file.
//
// RapidCheck draws and shrinks; a case is a whole `Scenario` made from one number, and its shrinks
// are the simulator's own (sim/shrink). The durable artefact is the file, never a seed.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "sim/scenario/generate.h"
#include "sim/scenario/scenario.h"
#include "sim/world/run.h"

namespace leasehold::sim {

/// RapidCheck prints a counterexample through this (found by argument-dependent lookup).
void showValue(const Scenario& scenario, std::ostream& out);

}  // namespace leasehold::sim

namespace leasehold::proptests {

/// What is wrong with a world.
struct Wrong {
  /// The kind of failure: shrinking keeps it. For a broken invariant its name.
  std::string signature;
  std::string sentence;
  /// Written into the scenario file as an expectation, so that a replay says what is still wrong.
  std::optional<sim::Invariant> invariant{};
};

/// Says what is wrong with a world, if anything is.
using Property = std::function<std::optional<Wrong>(const sim::Scenario&)>;
/// Makes a world from one number.
using Maker = std::function<sim::Scenario(std::uint64_t)>;

struct Hunt {
  /// Names the failure file: letters, digits and dashes.
  std::string name;
  std::string algorithm = "leasehold";
  Maker make;
  /// How many worlds, unless LEASEHOLD_WORLDS says otherwise.
  int worlds = 1000;
  /// Ignore LEASEHOLD_WORLDS: the number is part of the claim.
  bool exactly = false;
  /// Where `holds` writes a catch; empty: LEASEHOLD_FAILURES, or "failures".
  std::string failures{};
};

struct Caught {
  Wrong wrong;
  /// The smallest world found that goes wrong in the same way.
  sim::Scenario smallest;
  /// Worlds that passed before the first that did not.
  int after = 0;
};

/// Nothing if every world passes. The seed is LEASEHOLD_SEED, or 1.
std::optional<Caught> hunt(const Hunt& what, const Property& property);

/// As `hunt`, for a property that should hold: a catch is written to a scenario file and told
/// together with the line that replays it. True if nothing was caught.
bool holds(const Hunt& what, const Property& property);

/// The number in an environment variable, if it is set.
std::uint64_t number_from(const char* variable, std::uint64_t otherwise);

/// The first of `judged` that is broken in `run`.
std::optional<Wrong> broken_in(const sim::Run& run, std::initializer_list<sim::Invariant> judged);
/// The first invariant at all.
std::optional<Wrong> broken_in(const sim::Run& run);

}  // namespace leasehold::proptests
