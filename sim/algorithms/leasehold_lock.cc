#include "sim/algorithms/leasehold_lock.h"

namespace leasehold::sim {

LeaseholdLock::LeaseholdLock(const Shell::Doors& doors, const Config& config,
                             const std::string& process)
    : shell_(doors, config, "lock", process) {}

void LeaseholdLock::acquire(CallId call, std::optional<Length> within) {
  shell_.acquire(call, within);
}

void LeaseholdLock::cancel(CallId call) { shell_.cancel(call); }

void LeaseholdLock::drop(Term term) { shell_.drop(term); }

void LeaseholdLock::release(Term term) { shell_.release(term); }

bool LeaseholdLock::is_held(Term term) const { return shell_.is_held(term); }

std::optional<Holding> LeaseholdLock::holding() const {
  const core::State& state = shell_.state();
  if (!state.tenure) return std::nullopt;
  return Holding{.term = state.tenure->term,
                 .deadline = state.tenure->deadline,
                 .soft_deadline = core::soft_deadline(shell_.config(), state),
                 .stop_told = state.tenure->jeopardy};
}

}  // namespace leasehold::sim
