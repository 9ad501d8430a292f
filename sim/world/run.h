// Runs a scenario under one algorithm: a pure function from the scenario to a history.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <leasehold/clock.h>
#include <leasehold/random.h>
#include <leasehold/store.h>
#include "sim/engine/hash128.h"
#include "sim/oracles/oracle.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/event.h"
#include "sim/world/activations.h"

namespace leasehold::sim {

/// What an oracle said at the end.
struct Judgement {
  Invariant invariant = Invariant::I1;
  Verdict verdict = Verdict::never_exercised;
  std::optional<Finding> finding{};
};

/// What the run was about, for classification.
struct Tally {
  /// New tenures, and those of them in which the key went to another process than before.
  std::uint64_t tenures = 0;
  std::uint64_t hand_overs = 0;
  /// Times at which a process was refused because another had the key.
  std::uint64_t contended = 0;
  std::uint64_t losses = 0;
  std::uint64_t events = 0;
};

/// What came of one key.
struct KeyRun {
  std::uint64_t tenures = 0;
  /// Of every event that was about this key, if there are several.
  Digest hash;
};

struct Run {
  /// In the order of `all_invariants`.
  std::vector<Judgement> judgements;
  /// Of every event and the final state; equal on every compiler and build.
  Digest hash;
  Tally tally;
  /// In the order in which the scenario names them.
  std::vector<KeyRun> keys;
  /// How often the oracles met what a suite of worlds must not be without.
  Marks marks;
  /// How often each kind of fault was active.
  Activations activations;
  /// How often the heal ended a fault of each kind, or cut a delay short.
  Activations cut_short;
  /// Every choice that was not benign, given or drawn: the same world without its noise. Empty
  /// unless asked for.
  Choices choices;
  /// With them: how far each process came with what choices are asked for at.
  std::map<std::pair<std::uint32_t, Site>, std::uint32_t> ordinals;
  /// Empty unless asked for.
  std::vector<Event> trace;

  const Judgement& of(Invariant invariant) const;
  bool broken(Invariant invariant) const { return of(invariant).verdict == Verdict::broken; }
  /// The first invariant, in order, that is broken.
  std::optional<Invariant> first_broken() const;
};

/// Makes the store of a world, anew for each; both doors outlive it. `clock` judges under
/// host_clock and store_clock, and its tick is the resolution that the store must have; `random`
/// draws from the scenario. For the run to repeat, the store must be empty, go by no other clock,
/// and have no other user.
using StoreMaker = std::function<std::unique_ptr<Store>(const Clock& clock, Random& random)>;

struct RunOptions {
  bool keep_trace = false;
  bool keep_choices = false;
  /// Empty: the memory store, which is the model of all others.
  StoreMaker store{};
};

/// Requires: `scenario` is as `read_scenario` accepts it, and `algorithm` one of
/// `algorithm_names()`.
Run run(const Scenario& scenario, const std::string& algorithm, const RunOptions& options);

}  // namespace leasehold::sim
