#include "sim/algorithms/leasehold_lock.h"

namespace leasehold::sim {

LeaseholdLock::LeaseholdLock(const Shell::Doors& doors, const Config& config, std::string_view key,
                             std::string_view process)
    : shell_(doors, config, key, process) {}

LeaseholdLock::LeaseholdLock(const Shell::Doors& doors, const LeaseholdLock& original)
    : shell_(doors, original.shell_) {}

std::unique_ptr<Algorithm> LeaseholdLock::clone(const Shell::Doors& doors) const {
  return std::make_unique<LeaseholdLock>(doors, *this);
}

void LeaseholdLock::acquire(CallId call, std::optional<Length> within) {
  shell_.acquire(call, within);
}

void LeaseholdLock::cancel(CallId call) { shell_.cancel(call); }

void LeaseholdLock::drop(const core::TenureId& tenure) { shell_.drop(tenure); }

void LeaseholdLock::release(const core::TenureId& tenure) { shell_.release(tenure); }

bool LeaseholdLock::is_held(const core::TenureId& tenure) const { return shell_.is_held(tenure); }

std::optional<Holding> LeaseholdLock::holding() const {
  const core::State& state = shell_.state();
  // One that was released, and is kept for its minimum hold, is believed in by nobody.
  if (!state.tenure || state.tenure->release_at) return std::nullopt;
  return Holding{.tenure = state.tenure->id(),
                 .deadline = state.tenure->deadline,
                 .soft_deadline = core::soft_deadline(shell_.config(), state),
                 .stop_told = state.tenure->jeopardy};
}

// As Guard::changed, which has these from the tenure's beginning.
bool LeaseholdLock::unchanged(CallId, const core::TenureId& tenure, Term valid_at) const {
  const core::State& state = shell_.state();
  return state.tenure && state.tenure->id() == tenure && state.run &&
         core::unchanged(*state.run, state.tenure->incarnation, valid_at);
}

}  // namespace leasehold::sim
