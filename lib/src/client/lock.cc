#include <utility>

#include <leasehold/lock.h>
#include "lib/src/client/cache_state.h"
#include "lib/src/client/key_lock.h"
#include "lib/src/client/tenure_view.h"

namespace leasehold {

Guard::Guard(std::shared_ptr<detail::KeyLock> lock, std::shared_ptr<detail::TenureView> tenure,
             std::size_t place)
    : lock_(std::move(lock)), tenure_(std::move(tenure)), place_(place) {}

Guard::Guard(Guard&&) noexcept = default;

Guard& Guard::operator=(Guard&& other) noexcept {
  if (this == &other) return *this;
  drop();
  lock_ = std::move(other.lock_);
  tenure_ = std::move(other.tenure_);
  listener_ = std::move(other.listener_);
  place_ = other.place_;
  return *this;
}

Guard::~Guard() { drop(); }

void Guard::drop() {
  if (!lock_) return;
  if (listener_) std::exchange(listener_, nullptr)->silence();
  const auto lock = std::exchange(lock_, nullptr);
  const auto tenure = std::exchange(tenure_, nullptr);
  if (!lock->forked()) lock->drop(*tenure, place_);
}

bool Guard::is_held() const { return tenure_ && tenure_->is_held(); }

Length Guard::remaining() const { return tenure_ ? tenure_->remaining() : Length::zero(); }

std::stop_token Guard::stop_token() const {
  return tenure_ ? tenure_->stop_token() : std::stop_token();
}

Fence Guard::fence() const { return tenure_ ? tenure_->fence : Fence{}; }

std::optional<LossReason> Guard::lost() const { return tenure_ ? tenure_->lost() : std::nullopt; }

void Guard::on_lost(std::function<void(LossReason)> callback) {
  if (!lock_) return;
  if (listener_) listener_->silence();
  listener_ = std::make_shared<detail::LossListener>(std::move(callback));
  lock_->listen(*tenure_, listener_);
}

std::optional<Change> Guard::changed() const {
  return lock_ ? changed(lock_->cache()) : changed(Cache());
}

// Held is asked last: who is held now was held while the rest was looked at, so that nobody else
// can have begun a tenure meanwhile.
std::optional<Change> Guard::changed(const Cache& cache) const {
  if (!tenure_) return Change(cache.state_, Stamp{});
  const Stamp now{tenure_->fence.incarnation, tenure_->fence.term};
  const std::optional<Stamp> valid_at = cache.state_->valid_at();
  const bool same =
      valid_at && core::unchanged(tenure_->run, valid_at->incarnation, valid_at->term);
  if (same && is_held()) return std::nullopt;
  return Change(cache.state_, now);
}

void Guard::progress() const {
  if (tenure_) tenure_->progress();
}

ReleaseOutcome Guard::release() {
  if (!lock_) return {ReleaseOutcome::What::already_lost};
  return lock_->release(*tenure_);
}

// A lock without a key lock was asked for in a forked child.
Grant Lock::acquire(const AcquireOptions& options, CallSite where) const {
  if (!lock_) return Grant(Refusal{.why = Refusal::Why::forked});
  return lock_->acquire(options, where);
}

Grant Lock::try_acquire(CallSite where) const { return acquire({.within = Length::zero()}, where); }

void Lock::acquire_async(const AcquireOptions& options, std::function<void(Grant)> done,
                         CallSite where) const {
  if (!lock_) return done(Grant(Refusal{.why = Refusal::Why::forked}));
  lock_->acquire_async(options, std::move(done), where);
}

Held Lock::run_while_held(const std::function<void(std::stop_token)>& work,
                          const AcquireOptions& options, CallSite where) const {
  if (!lock_) return {.refusal = Refusal{.why = Refusal::Why::forked}};
  return lock_->run_while_held(work, options, where);
}

void Lock::progress() const {
  if (lock_) lock_->progress();
}

Result<Stamp> Lock::term() const {
  if (!lock_) return Error{Errc::misuse, "term: " + Refusal{Refusal::Why::forked}.text()};
  return lock_->term();
}

const std::string& Lock::key() const {
  static const std::string* const none = new std::string;
  return lock_ ? lock_->key() : *none;
}

std::string Refusal::text() const {
  const std::string by = who.empty() ? "somebody else" : who;
  switch (why) {
    case Why::busy:
      return "the lock is held by " + by;
    case Why::timed_out:
      return "the wait is over; the lock was last held by " + by;
    case Why::cancelled:
      return "the caller was asked to leave";
    case Why::store_error:
      return "the store could not be asked: " + detail;
    case Why::closed:
      return "the client is closed";
    case Why::forked:
      return "the client is that of the process that forked this one: open another";
  }
  return "?";
}

}  // namespace leasehold
