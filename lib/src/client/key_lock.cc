#include "lib/src/client/key_lock.h"

#include <algorithm>
#include <new>
#include <utility>

#include "lib/src/client/client_state.h"

namespace leasehold::detail {
namespace {

LossReason reason_of(core::Loss loss) {
  switch (loss) {
    case core::Loss::deadline:
      return LossReason::deadline;
    case core::Loss::superseded:
      return LossReason::superseded;
    case core::Loss::suspended:
      return LossReason::suspended;
    case core::Loss::cloned:
      return LossReason::cloned;
    case core::Loss::store_gone:
      return LossReason::store_gone;
    case core::Loss::forgotten:
      return LossReason::forgotten;
  }
  return LossReason::deadline;
}

// A key that is empty stays so: the store refuses it, prefix or no.
std::string stored(const std::string& prefix, const std::string& key) {
  return key.empty() ? key : prefix + key;
}

}  // namespace

KeyLock::KeyLock(std::shared_ptr<ClientState> client, std::string key)
    : client_(std::move(client)),
      key_(std::move(key)),
      stored_key_(stored(client_->options.key_prefix, key_)),
      watch_(*this) {
  ClientState& c = *client_;
  shell_ =
      std::make_unique<Shell>(Shell::Doors{c.clock, c.timer, c.random, c.lanes, *this, &c.scratch},
                              c.config, stored_key_, c.options.info);
}

// In a forked child nothing is called and nothing is freed: what is left lies where it is.
KeyLock::~KeyLock() {
  if (!forked()) return;
  static_cast<void>(shell_.release());
  new (std::nothrow) std::shared_ptr<ClientState>(client_);
}

bool KeyLock::forked() const { return client_->epoch.changed(); }

// The call's answer may come from inside this.
void KeyLock::ask(CallId call, std::optional<Length> within, LocalTime now) {
  if (client_->closed) {
    decide(call, Grant(refusal(Refusal::Why::closed)));
  } else {
    shell_->acquire(call, within, now);
  }
}

std::shared_ptr<KeyLock::Pending> KeyLock::add_pending(CallId call, const Asker& asker,
                                                       const AcquireOptions& options) {
  auto pending = std::make_shared<Pending>();
  pending->asker = asker;
  pending->within = options.within;
  pending_.emplace(call, pending);
  ++undecided_;
  return pending;
}

// With the mutex held, for a guard that the machine has counted.
Guard KeyLock::guard_for(CallSite where, LocalTime now) {
  GuardList& guards = tenure_->notes.guards;
  const bool is_kept = guards.empty();
  const std::size_t place = guards.add({where, now.at});
  if (client_->options.max_silence > Length::zero()) {
    tenure_->progress(now);
    // While nobody had a guard nobody's silence was watched.
    if (is_kept) set_watch();
  }
  return Guard(shared_from_this(), tenure_, place);
}

Grant KeyLock::acquire(const AcquireOptions& options, CallSite where) {
  if (forked()) return Grant(Refusal{.why = Refusal::Why::forked});
  CallId call = 0;
  std::shared_ptr<Pending> pending;
  {
    const std::scoped_lock lock(client_->mutex);
    const LocalTime now = client_->clock.now();
    if (!client_->closed && shell_->join(now)) return Grant(guard_for(where, now));
    Trial trial(*this, {where, now.at});
    client_->lanes.stay([&] { ask(trial.call, options.within, now); });
    if (trial.grant) return std::move(*trial.grant);
    call = trial.call;
    pending = add_pending(call, trial.asker, options);
    set_watch();
  }
  // Made and destroyed without the mutex, which the callback takes: it may run at once, and its
  // destructor waits for one that is running.
  const std::stop_callback on_stop(options.stop, [this, call] { cancel(call); });
  std::unique_lock lock(client_->mutex);
  pending->decided.wait(lock, [&] { return pending->grant.has_value(); });
  pending_.erase(call);
  Grant grant = std::move(*pending->grant);
  lock.unlock();
  return grant;
}

void KeyLock::acquire_async(const AcquireOptions& options, std::function<void(Grant)> done,
                            CallSite where) {
  // There is no thread here that could call it later.
  if (forked()) return done(Grant(Refusal{.why = Refusal::Why::forked}));
  std::shared_ptr<Pending> pending;
  CallId call = 0;
  {
    std::unique_lock lock(client_->mutex);
    if (client_->closed) {
      // Its callback thread may be gone.
      lock.unlock();
      return done(Grant(Refusal{.why = Refusal::Why::closed}));
    }
    const LocalTime now = client_->clock.now();
    call = ++last_call_;
    pending = add_pending(call, {where, now.at}, options);
    pending->done = std::move(done);
    ask(call, options.within, now);
    set_watch();
    if (!pending_.contains(call)) return;
  }
  pending->on_stop.emplace(options.stop, [self = shared_from_this(), call] { self->cancel(call); });
}

void KeyLock::cancel(CallId call) {
  const std::scoped_lock lock(client_->mutex);
  const auto found = pending_.find(call);
  if (found == pending_.end() || found->second->grant) return;
  if (shell_) shell_->cancel(call);
  decide(call, Grant(refusal(Refusal::Why::cancelled)));
}

// Of a call that is not decided; null: it is, or its caller left.
const Asker* KeyLock::asker_of(CallId call) const {
  if (trial_ != nullptr && trial_->call == call) return trial_->grant ? nullptr : &trial_->asker;
  const auto found = pending_.find(call);
  return found == pending_.end() || found->second->grant ? nullptr : &found->second->asker;
}

void KeyLock::decide(CallId call, Grant grant) {
  if (trial_ != nullptr && trial_->call == call) {
    if (trial_->grant) return;
    trial_->grant.emplace(std::move(grant));
    if (undecided_ == 0) set_watch();
    return;
  }
  const auto found = pending_.find(call);
  if (found == pending_.end() || found->second->grant) return;
  Pending& pending = *found->second;
  // A grant decides all calls, so this is also where the silence of a new tenure is first watched.
  if (--undecided_ == 0) set_watch();
  if (!pending.done) {
    pending.grant.emplace(std::move(grant));
    pending.decided.notify_all();
    return;
  }
  // std::function wants what it holds to be copyable, and a grant is not. What is pending goes
  // along, because destroying it may wait for its stop callback, and that waits for the mutex held
  // here.
  const auto shared = std::make_shared<Grant>(std::move(grant));
  client_->callbacks.post([pending = found->second, shared] { pending->done(std::move(*shared)); });
  pending_.erase(found);
}

void KeyLock::on_granted(CallId call, const core::TenureId& tenure) {
  const Asker* const asker = asker_of(call);
  // Its caller left between the grant and this word of it: the guard that it was given goes back.
  if (asker == nullptr) return shell_->drop(tenure);
  TenureNotes& notes = tenure_->notes;
  if (!notes.first) notes.first = asker->where;
  // Its guard is as old as the grant, not as the wait.
  decide(call, Grant(guard_for(asker->where, shell_->fed_at())));
}

void KeyLock::on_refused(CallId call, Ending ending, core::Refusal) {
  switch (ending) {
    case Ending::busy:
      note({.kind = Event::Kind::busy, .detail = shell_->last_who()});
      return decide(call, Grant(refusal(Refusal::Why::busy)));
    case Ending::timed_out:
      return decide(call, Grant(refusal(Refusal::Why::timed_out)));
    case Ending::store_error:
      return decide(call, Grant(refusal(Refusal::Why::store_error)));
  }
}

void KeyLock::on_tell(const core::Tell& tell) {
  using core::Tell;
  switch (tell.kind) {
    case Tell::Kind::granted:
    case Tell::Kind::renewed:
      return believe(tell);
    // A tenure that is told to be over is renewed while its holders stop: nobody needs to hear of
    // it.
    case Tell::Kind::renew_failed:
      if (tenure_ && tenure_->id == tell.tenure && tenure_->lost()) return;
      return note({.kind = Event::Kind::renewal_failed,
                   .term = tell.tenure.term,
                   .detail = shell_->last_detail()});
    case Tell::Kind::jeopardy:
      note({.kind = Event::Kind::jeopardy, .term = tell.tenure.term});
      return tell_listeners(tenure_, LossReason::jeopardy);
    // Of what was given up as silent it was told already.
    case Tell::Kind::lost:
      if (!given_up(tell.tenure)) {
        note({.kind = Event::Kind::lost, .term = tell.tenure.term, .reason = reason_of(tell.loss)});
      }
      return end_tenure(tell.tenure, reason_of(tell.loss));
    case Tell::Kind::stopped:
      if (!given_up(tell.tenure)) {
        note({.kind = Event::Kind::released, .term = tell.tenure.term});
      }
      return end_tenure(tell.tenure, LossReason::released);
    case Tell::Kind::ended:
      return note_ended(tell);
    case Tell::Kind::refused:
    case Tell::Kind::failed:
      return;
  }
}

void KeyLock::on_campaign(bool begins) {
  if (begins) {
    client_->store->watch(stored_key_);
  } else {
    client_->store->unwatch(stored_key_);
  }
}

void KeyLock::on_renewal() { client_->renew_together(); }

// What the guards see follows the machine. The tell may be older than the state: then the state has
// moved on, and there is another tell on its way.
void KeyLock::believe(const core::Tell& tell) {
  const std::optional<core::Tenure>& tenure = shell_->state().tenure;
  if (!tenure) return;
  const Length margin(tell.margin.ns());
  if (!tenure_ || tenure_->id != tenure->id()) {
    const Fence fence{tenure->incarnation, stored_key_, tenure->term, digest_of(tenure->owner)};
    const bool judges_sleep = client_->config.authority != Authority::host_clock;
    const core::Run& run = *shell_->state().run;
    tenure_ = std::make_shared<TenureView>(client_->clock, client_->epoch, *tenure, fence, run,
                                           judges_sleep);
    const LocalTime now = shell_->fed_at();
    tenure_->notes.began = now.at;
    tenure_->progress(now);
    note({.kind = Event::Kind::acquired, .term = tenure->term, .margin = margin});
    const bool others_had_it = run.since == tenure->term && run.since > 1;
    if (others_had_it) note({.kind = Event::Kind::changed, .term = tenure->term});
  } else if (tell.kind == core::Tell::Kind::renewed && !tenure_->lost()) {
    note({.kind = Event::Kind::renewed, .term = tenure->term, .margin = margin});
  }
  tenure_->extend(tenure->deadline, tenure->anchor);
}

bool KeyLock::given_up(const core::TenureId& tenure) const {
  return tenure_ && tenure_->id == tenure && tenure_->lost() == LossReason::silent;
}

void KeyLock::end_tenure(const core::TenureId& tenure, LossReason reason) {
  if (!tenure_ || tenure_->id != tenure) return;
  tenure_->end(reason);
  // Of a record that said "not yours" there is nothing left to release.
  const bool releases = reason == LossReason::released || reason == LossReason::deadline ||
                        reason == LossReason::suspended;
  if (releases) ending_.push_back(tenure_);
  tell_listeners(tenure_, tenure_->lost().value_or(reason));
  set_watch();
}

void KeyLock::drop(TenureView& tenure, std::size_t place) {
  const std::scoped_lock lock(client_->mutex);
  tenure.notes.guards.remove(place);
  if (shell_) client_->lanes.stay([&] { shell_->drop(tenure.id); });
}

Refusal KeyLock::refusal(Refusal::Why why) const {
  const bool heard = why == Refusal::Why::busy || why == Refusal::Why::timed_out;
  return {why, heard && shell_ ? shell_->last_who() : std::string(),
          why == Refusal::Why::store_error ? shell_->last_detail() : std::string()};
}

void KeyLock::close() {
  if (const auto& tenure = shell_->state().tenure) {
    if (tenure_ && tenure_->id == tenure->id()) tenure_->end(LossReason::closed);
    shell_->release(tenure->id());
  }
  const auto pending = pending_;
  for (const auto& [call, one] : pending) {
    shell_->cancel(call);
    decide(call, Grant(refusal(Refusal::Why::closed)));
  }
}

bool KeyLock::ending() const {
  const auto& endings = shell_->state().endings;
  return std::any_of(endings.begin(), endings.end(),
                     [](const auto& one) { return one.has_value(); });
}

void KeyLock::destroy_shell() {
  client_->timer.cancel(watch_);
  shell_.reset();
  ending_.clear();
}

}  // namespace leasehold::detail
