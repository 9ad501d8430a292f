// What is asked of every step of an exploration. The simulator's oracles judge histories; these
// judge one step, so that nothing of the past has to be kept but `Model` and `Actor::asking`. Each
// means what the oracle of its name means.
#pragma once

#include <vector>

#include "lib/src/core/messages.h"
#include "sim/explore/situation.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// The invariants that are judged.
const std::vector<Invariant>& explored_invariants();

/// The store has answered a request: moves the model on, and notes what that answer breaks (I3, I7,
/// I19).
void judge_answer(const Config& config, LocalTime now, const core::Request& request,
                  const core::Answer& answer, Model& model, std::vector<Invariant>& broken);

/// What one process has just done: `event`, and what came of it.
struct Deed {
  std::uint8_t actor = 0;
  const core::Event& event;
  const core::Effects& effects;
};
/// Notes what the deed breaks (I9, I13, I15, I17), given what was before and what is now.
void judge_deed(const Config& config, const Situation& before, const Deed& deed,
                const Situation& after, std::vector<Invariant>& broken);

// What `judge_deed` asks of others than the process itself:
/// Whether the deed may leave a ghost, so that I9 looks for one among the letters.
bool may_leave_ghost(const Actor& was, const Deed& deed, const Actor& is);
/// Whether the process now begins to believe, or believes longer than before, so that I13 is asked.
bool believes_anew(const Config& config, const Actor& was, const Actor& is, LocalTime now);
/// I13, of a process that believes anew.
bool stays_within_lease(const Config& config, const core::Tenure& tenure, const Model& model);

/// Whether a process believes that it has the lock.
bool believes(const Config& config, const Actor& actor, LocalTime now);

/// Notes what the situation itself breaks (I1, I5).
void judge_situation(const Config& config, const Situation& situation,
                     std::vector<Invariant>& broken);

}  // namespace leasehold::sim
