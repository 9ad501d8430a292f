// How a tenure is given up on purpose, and who works under it until then.
#include <algorithm>
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
//
// A minimum hold is kept all the same, as ShedLock's `unlock` keeps `lockAtLeastFor`: whoever calls
// this means that the work is done, not that another machine should do it again. Who wants the key
// to pass on earlier asks for a shorter hold.
ReleaseOutcome KeyLock::release(TenureView& tenure) {
  if (forked()) return {ReleaseOutcome::What::already_lost};
  const Config& config = client_->config;
  std::unique_lock lock(client_->mutex);
  const bool somebody_works = tenure.notes.users > 0;
  if (shell_ && !tenure.lost()) {
    client_->lanes.stay(
        [&] { somebody_works ? shell_->stop(tenure.id) : shell_->release(tenure.id); });
  }
  if (tenure.lost() != LossReason::released) return {ReleaseOutcome::What::already_lost};
  if (const Length kept = kept_for(tenure); kept > Length::zero()) {
    return {ReleaseOutcome::What::kept, kept};
  }
  const Length patience =
      config.timing.request_timeout + (somebody_works ? config.timing.stop_budget : Length::zero());
  client_->changed.wait_for(lock, patience, [&] { return tenure.notes.ended || !shell_; });
  // By then a release that was never answered is given up, the row being over.
  const Length free_within = Length(core::longest_aftermath(config).ns());
  return outcome_of(tenure.notes.ended.value_or(core::EndOutcome::unknown), free_within);
}

Length KeyLock::kept_for(const TenureView& tenure) const {
  if (!shell_ || !shell_->state().tenure || shell_->state().tenure->id() != tenure.id) return {};
  const Instant<LocalClock> until = core::kept_until(client_->config, shell_->state());
  return Length((until - client_->clock.now().at).ns());
}

void KeyLock::note_ended(const core::Tell& tell) {
  const auto found = std::find_if(ending_.begin(), ending_.end(),
                                  [&tell](const auto& one) { return one->id == tell.tenure; });
  if (found != ending_.end()) {
    (*found)->notes.ended = tell.outcome;
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
  const std::stop_callback on_loss(tenure.stop_token(), ask);
  const std::stop_callback on_leave(options.stop, ask);
  work(stop.get_token());
  if (guard.is_held()) return {};
  return {.lost = guard.lost().value_or(LossReason::deadline)};
}

}  // namespace leasehold::detail
