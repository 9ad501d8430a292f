// How a tenure is given up on purpose, and who works under it until then.
#include <memory>

#include "lib/src/client/client_state.h"
#include "lib/src/client/key_lock.h"

namespace leasehold::detail {
namespace {

ReleaseOutcome outcome_of(core::EndOutcome outcome, Length free_within) {
  using What = ReleaseOutcome::What;
  switch (outcome) {
    case core::EndOutcome::released:
      return {What::released};
    case core::EndOutcome::already_lost:
      return {What::already_lost};
    case core::EndOutcome::unknown:
      break;
  }
  return {What::unknown, free_within};
}

}  // namespace

// Whoever works under `run_while_held` is told to stop, and has S to do so before the key is free
// for others. The rest has no way of saying that it has stopped: its guards are dead, that is all.
ReleaseOutcome KeyLock::release(TenureView& tenure) {
  if (forked()) return {ReleaseOutcome::What::already_lost};
  const Config& config = client_->config;
  std::unique_lock lock(client_->mutex);
  const bool somebody_works = tenure.notes.users > 0;
  if (shell_ && !tenure.lost()) {
    somebody_works ? shell_->stop(tenure.id) : shell_->release(tenure.id);
  }
  if (tenure.lost() != LossReason::released) return {ReleaseOutcome::What::already_lost};
  const Length patience =
      config.timing.request_timeout + (somebody_works ? config.timing.stop_budget : Length::zero());
  client_->changed.wait_for(lock, patience, [&] { return tenure.notes.ended || !shell_; });
  // As the core has it: by then a release that was never answered is given up, the row being over.
  const Length free_within = Length(observation_wait(config.timing.lease, config.bounds).ns()) +
                             config.timing.request_timeout;
  return outcome_of(tenure.notes.ended.value_or(core::EndOutcome::unknown), free_within);
}

void KeyLock::note_ended(const core::Tell& tell) {
  const auto found = ending_.find(tell.tenure);
  if (found != ending_.end()) {
    found->second->notes.ended = tell.outcome;
    ending_.erase(found);
  }
  client_->changed.notify_all();
}

void KeyLock::enter(TenureView& tenure) {
  const std::scoped_lock lock(client_->mutex);
  ++tenure.notes.users;
}

void KeyLock::leave(TenureView& tenure) {
  const std::scoped_lock lock(client_->mutex);
  const bool last = --tenure.notes.users == 0;
  if (last && shell_ && tenure.lost() == LossReason::released) shell_->release(tenure.id);
}

Held KeyLock::run_while_held(const std::function<void(std::stop_token)>& work,
                             const AcquireOptions& options, CallSite where) {
  Grant grant = acquire(options, where);
  if (!grant) return {.refusal = grant.refusal()};
  const Guard guard = std::move(grant).guard();
  TenureView& tenure = *guard.tenure_;
  // Leaves before the guard goes, whose destructor may release.
  const auto leaves = [this](TenureView* left) {
    if (!forked()) leave(*left);
  };
  enter(tenure);
  const std::unique_ptr<TenureView, decltype(leaves)> at_work(&tenure, leaves);
  std::stop_source stop;
  const auto ask = [&stop] { stop.request_stop(); };
  const std::stop_callback on_loss(tenure.stop.get_token(), ask);
  const std::stop_callback on_leave(options.stop, ask);
  work(stop.get_token());
  if (guard.is_held()) return {};
  return {.lost = guard.lost().value_or(LossReason::deadline)};
}

}  // namespace leasehold::detail
