#include "sim/algorithms/matrix_sdk.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::Request;
using core::Tell;

// INITIAL_BACKOFF_MS, and MAX_BACKOFF_MS, which is what `spin_lock(None)` takes for `max_backoff`.
constexpr Length first_wait = 10ms;
constexpr Length last_wait = 1000ms;

}  // namespace

MatrixSdk::MatrixSdk(const Shell::Doors& doors, const Config& config, std::string key,
                     std::string process)
    : doors_(doors),
      config_(config),
      key_(std::move(key)),
      process_(std::move(process)),
      backoff_(first_wait) {}

MatrixSdk::MatrixSdk(const Shell::Doors& doors, const MatrixSdk& original)
    : doors_(doors),
      config_(original.config_),
      key_(original.key_),
      process_(original.process_),
      owner_(original.owner_),
      callers_(original.callers_),
      holders_(original.holders_),
      guards_(original.guards_),
      generation_(original.generation_),
      dirty_(original.dirty_),
      told_dirty_(original.told_dirty_),
      nominal_deadline_(original.nominal_deadline_),
      renewal_(original.renewal_),
      mutex_(original.mutex_),
      attempt_(original.attempt_),
      backoff_(original.backoff_),
      backoff_mutex_(original.backoff_mutex_),
      requests_(original.requests_) {
  set_alarm();
}

std::unique_ptr<Algorithm> MatrixSdk::clone(const Shell::Doors& doors) const {
  return std::make_unique<MatrixSdk>(doors, *this);
}

MatrixSdk::~MatrixSdk() { doors_.scheduler.cancel(*this); }

void MatrixSdk::acquire(CallId call, std::optional<Length> within) {
  const bool once = within && *within <= Length::zero();
  const Moment until = within && !once ? now() + on<LocalClock>(*within) : Moment::never();
  callers_.push_back({call, once, until});
  mutex_.push_back(call);
  act();
}

// A future that is dropped: what it had asked the store for may still be carried out.
void MatrixSdk::cancel(CallId call) {
  forget(call);
  act();
}

// `Drop for CrossProcessLockGuard`. A guard of another tenure is one that `release` took away: no
// tenure begins while one is counted.
void MatrixSdk::drop(const core::TenureId& dropped) {
  if (dropped != tenure() || guards_ == 0) return;
  --guards_;
  --holders_;
}

// The seed has no such call: its user drops every guard.
void MatrixSdk::release(const core::TenureId& released) {
  if (released == tenure()) holders_ -= std::exchange(guards_, 0);
}

bool MatrixSdk::is_held(const core::TenureId& asked) const {
  return guards_ > 0 && asked == tenure();
}

std::optional<Holding> MatrixSdk::holding() const {
  if (guards_ == 0) return std::nullopt;
  return Holding{.tenure = tenure(), .deadline = nominal_deadline_};
}

bool MatrixSdk::unchanged(CallId call, const core::TenureId&, Term) const {
  return call != told_dirty_;
}

void MatrixSdk::acknowledge() { dirty_ = false; }

void MatrixSdk::wake() { act(); }

void MatrixSdk::act() {
  let_late_callers_go();
  wake_sleepers();
  serve_mutex();
  serve_backoff();
  set_alarm();
}

// `spin_lock` has no such end: it is what a user's timeout around it does, who drops the future.
void MatrixSdk::let_late_callers_go() {
  for (;;) {
    const auto late = std::find_if(callers_.begin(), callers_.end(),
                                   [this](const Caller& one) { return one.until <= now(); });
    if (late == callers_.end()) return;
    const CallId call = late->call;
    forget(call);
    doors_.listener.on_refused(call, ShellListener::Ending::timed_out, core::Refusal::busy);
  }
}

// It leaves both mutexes, and a guard that it was not handed yet is dropped.
void MatrixSdk::forget(CallId call) {
  const bool has_mutex = !mutex_.empty() && mutex_.front() == call;
  std::erase(mutex_, call);
  if (has_mutex) attempt_ = 0;
  std::erase(backoff_mutex_, call);
  const Caller* const caller = find(call);
  if (caller != nullptr && caller->counted) --holders_;
  std::erase_if(callers_, [call](const Caller& one) { return one.call == call; });
}

void MatrixSdk::wake_sleepers() {
  for (Caller& caller : callers_) {
    if (!caller.sleeps_until || now() < *caller.sleeps_until) continue;
    caller.sleeps_until.reset();
    backoff_mutex_.pop_front();
    mutex_.push_back(caller.call);
  }
  if (renewal_ && renewal_->at == Renewal::At::sleeps && now() >= renewal_->until) {
    renewal_->at = Renewal::At::asks;
    renewal_->ordinal = ask(Request::Kind::renew);
  }
}

// `locking_attempt`: whoever comes first has it until the store has answered. The renewal task has
// it to look at the count and to release, and neither while it sleeps nor while it renews.
void MatrixSdk::serve_mutex() {
  while (!mutex_.empty() && attempt_ == 0) {
    const Ticket ticket = mutex_.front();
    if (ticket != renewal_task) {
      try_once(ticket);
      continue;
    }
    if (renewal_->at == Renewal::At::releases) return;
    if (holders_ > 0) {
      renewal_->at = Renewal::At::sleeps;
      renewal_->until = now() + on<LocalClock>(config_.timing.renew_every);
      leave_mutex();
    } else {
      renewal_->at = Renewal::At::releases;
      renewal_->ordinal = ask(Request::Kind::release);
      return;
    }
  }
}

void MatrixSdk::try_once(CallId call) {
  if (holders_ == 0) {
    attempt_ = ask(Request::Kind::acquire);
    return;
  }
  leave_mutex();
  get_guard(call);
}

void MatrixSdk::leave_mutex() {
  mutex_.pop_front();
  attempt_ = 0;
}

std::uint64_t MatrixSdk::ask(Request::Kind kind) {
  const Request request{
      .kind = kind,
      .ordinal = ++requests_,
      .sent = doors_.clock.now(),
      .owner = kind == Request::Kind::acquire ? doors_.random.id<OwnerId>() : owner_,
      .term = generation_};
  doors_.store.send(StoreCall{key_, config_.timing.lease, process_, request}, *this);
  return request.ordinal;
}

void MatrixSdk::on_reply(const Request& request, const StoreReply& reply) {
  if (attempt_ != 0 && request.ordinal == attempt_) {
    on_attempt(request, reply);
  } else if (renewal_ && request.ordinal == renewal_->ordinal) {
    on_renewal(request, reply.answer);
  }
  act();
}

void MatrixSdk::on_attempt(const Request& request, const StoreReply& reply) {
  const CallId call = mutex_.front();
  leave_mutex();
  switch (reply.answer.kind) {
    case Answer::Kind::granted:
      owner_ = request.owner;
      if (generation_ != 0 && generation_ != reply.answer.term) dirty_ = true;
      if (dirty_) told_dirty_ = call;
      generation_ = reply.answer.term;
      nominal_deadline_ = request.sent.at + on<LocalClock>(config_.timing.lease);
      start_renewal();
      return get_guard(call);
    case Answer::Kind::busy:
      return wait_or_give_up(call);
    default:
      return refuse(call, ShellListener::Ending::store_error, core::Refusal::unknown);
  }
}

// Counted at once. `spin_lock` hands it out when it has reset the waiting time; `try_lock_once`
// alone does not touch that.
void MatrixSdk::get_guard(CallId call) {
  Caller* const caller = find(call);
  if (caller == nullptr) return;
  ++holders_;
  caller->counted = true;
  if (caller->once) return hand_out(call);
  backoff_mutex_.push_back(call);
  serve_backoff();
}

void MatrixSdk::hand_out(CallId call) {
  std::erase_if(callers_, [call](const Caller& one) { return one.call == call; });
  const bool first = ++guards_ == 1;
  if (first) doors_.listener.on_tell({.kind = Tell::Kind::granted, .tenure = tenure()});
  doors_.listener.on_granted(call, tenure());
}

void MatrixSdk::wait_or_give_up(CallId call) {
  const Caller* const caller = find(call);
  if (caller == nullptr) return;
  if (caller->once) {
    return refuse(call, ShellListener::Ending::busy, core::Refusal::busy);
  }
  backoff_mutex_.push_back(call);
  serve_backoff();
}

// `backoff`, the mutex around the waiting time. `spin_lock` keeps it while it sleeps, so the
// waiters of a process sleep one after another, and who got the lock meanwhile returns only when
// the present sleep is over.
void MatrixSdk::serve_backoff() {
  while (!backoff_mutex_.empty()) {
    const CallId call = backoff_mutex_.front();
    Caller& caller = *find(call);
    if (caller.sleeps_until) return;
    if (!caller.counted && backoff_) {
      const Length wait = *backoff_;
      backoff_ = 2 * wait >= last_wait ? std::nullopt : std::optional(2 * wait);
      caller.sleeps_until = now() + on<LocalClock>(wait);
      return;
    }
    backoff_mutex_.pop_front();
    if (caller.counted) {
      backoff_ = first_wait;
      hand_out(call);
    } else {
      refuse(call, ShellListener::Ending::timed_out, core::Refusal::busy);
    }
  }
}

void MatrixSdk::refuse(CallId call, ShellListener::Ending ending, core::Refusal why) {
  std::erase_if(callers_, [call](const Caller& one) { return one.call == call; });
  doors_.listener.on_refused(call, ending, why);
}

// The task before is aborted wherever it stands; what it asked for may still be carried out (a
// statement on a thread of its own), and the answer reaches nobody.
void MatrixSdk::start_renewal() {
  std::erase(mutex_, renewal_task);
  renewal_ = Renewal{};
  mutex_.push_back(renewal_task);
}

void MatrixSdk::on_renewal(const Request& request, const Answer& answer) {
  renewal_->ordinal = 0;
  if (request.kind == Request::Kind::release) {
    leave_mutex();
    renewal_.reset();
    return;
  }
  const bool taken = answer.kind == Answer::Kind::renewed || answer.kind == Answer::Kind::granted;
  if (!taken) {
    // `Ok(None)` and `Err` alike: logged, and that is all. The guards live on.
    renewal_.reset();
    doors_.listener.on_tell({.kind = Tell::Kind::renew_failed, .tenure = tenure()});
    return;
  }
  nominal_deadline_ = request.sent.at + on<LocalClock>(config_.timing.lease);
  // Its generation is not looked at: taking over another's lapsed lease looks like a renewal.
  if (guards_ > 0) doors_.listener.on_tell({.kind = Tell::Kind::renewed, .tenure = tenure()});
  renewal_->at = Renewal::At::wants_mutex;
  mutex_.push_back(renewal_task);
}

void MatrixSdk::set_alarm() {
  Moment next = Moment::never();
  for (const Caller& caller : callers_) {
    next = std::min({next, caller.until, caller.sleeps_until.value_or(Moment::never())});
  }
  if (renewal_ && renewal_->at == Renewal::At::sleeps) next = std::min(next, renewal_->until);
  if (next == Moment::never()) return doors_.scheduler.cancel(*this);
  doors_.scheduler.wake_at(next, *this);
}

MatrixSdk::Caller* MatrixSdk::find(CallId call) {
  const auto found = std::find_if(callers_.begin(), callers_.end(),
                                  [call](const Caller& one) { return one.call == call; });
  return found == callers_.end() ? nullptr : &*found;
}

}  // namespace leasehold::sim
