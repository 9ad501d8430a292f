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

// INITIAL_BACKOFF_MS and MAX_BACKOFF_MS of the seed.
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
  std::erase_if(callers_, [call](const Caller& one) { return one.call == call; });
  const bool has_mutex = !mutex_.empty() && mutex_.front() == call;
  std::erase(mutex_, call);
  if (has_mutex) attempt_ = 0;
  act();
}

void MatrixSdk::drop(const core::TenureId&) {
  // What `release` took away is not counted any more.
  std::uint32_t& counted = forgotten_ > 0 ? forgotten_ : holders_;
  if (counted > 0) --counted;
}

// The seed has no such call: its user drops every guard.
void MatrixSdk::release(const core::TenureId&) { forgotten_ += std::exchange(holders_, 0); }

bool MatrixSdk::is_held(const core::TenureId& asked) const {
  return holders_ > 0 && asked == tenure();
}

std::optional<Holding> MatrixSdk::holding() const {
  if (holders_ == 0) return std::nullopt;
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
  set_alarm();
}

void MatrixSdk::let_late_callers_go() {
  for (;;) {
    const auto late = std::find_if(callers_.begin(), callers_.end(),
                                   [this](const Caller& one) { return one.until <= now(); });
    if (late == callers_.end()) return;
    const CallId call = late->call;
    const bool has_mutex = !mutex_.empty() && mutex_.front() == call;
    std::erase(mutex_, call);
    if (has_mutex) attempt_ = 0;
    refuse(call, ShellListener::Ending::timed_out, core::Refusal::busy);
  }
}

void MatrixSdk::wake_sleepers() {
  for (Caller& caller : callers_) {
    if (!caller.sleeps_until || now() < *caller.sleeps_until) continue;
    caller.sleeps_until.reset();
    mutex_.push_back(caller.call);
  }
  if (renewal_ && renewal_->at == Renewal::At::sleeps && now() >= renewal_->until) {
    renewal_->at = Renewal::At::asks;
    renewal_->ordinal = ask(Request::Kind::renew);
  }
}

// Whoever comes first has the mutex until the store has answered it.
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

void MatrixSdk::get_guard(CallId call) {
  const Caller* const caller = find(call);
  if (caller == nullptr) return;
  // `spin_lock` resets the waiting time; `try_lock_once` alone does not.
  if (!caller->once) backoff_ = first_wait;
  std::erase_if(callers_, [call](const Caller& one) { return one.call == call; });
  const bool first = ++holders_ == 1;
  if (first) doors_.listener.on_tell({.kind = Tell::Kind::granted, .tenure = tenure()});
  doors_.listener.on_granted(call, tenure());
}

void MatrixSdk::wait_or_give_up(CallId call) {
  Caller* const caller = find(call);
  if (caller == nullptr) return;
  if (caller->once) {
    return refuse(call, ShellListener::Ending::busy, core::Refusal::busy);
  }
  if (!backoff_) return refuse(call, ShellListener::Ending::timed_out, core::Refusal::busy);
  const Length wait = *backoff_;
  backoff_ = 2 * wait >= last_wait ? std::nullopt : std::optional(2 * wait);
  caller->sleeps_until = now() + on<LocalClock>(wait);
}

void MatrixSdk::refuse(CallId call, ShellListener::Ending ending, core::Refusal why) {
  std::erase_if(callers_, [call](const Caller& one) { return one.call == call; });
  doors_.listener.on_refused(call, ending, why);
}

// The task before is aborted wherever it stands; the answer to what it asked reaches nobody.
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
    // Logged, and that is all: the guards live on.
    renewal_.reset();
    doors_.listener.on_tell({.kind = Tell::Kind::renew_failed, .tenure = tenure()});
    return;
  }
  nominal_deadline_ = request.sent.at + on<LocalClock>(config_.timing.lease);
  if (holders_ > 0) doors_.listener.on_tell({.kind = Tell::Kind::renewed, .tenure = tenure()});
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
