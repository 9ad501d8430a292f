#include <utility>

#include <leasehold/lock.h>
#include "lib/src/client/key_lock.h"
#include "lib/src/client/tenure_view.h"

namespace leasehold {

Guard::Guard(std::shared_ptr<detail::KeyLock> lock, std::shared_ptr<detail::TenureView> tenure)
    : lock_(std::move(lock)), tenure_(std::move(tenure)) {}

Guard::Guard(Guard&&) noexcept = default;

Guard& Guard::operator=(Guard&& other) noexcept {
  if (this == &other) return *this;
  drop();
  lock_ = std::move(other.lock_);
  tenure_ = std::move(other.tenure_);
  return *this;
}

Guard::~Guard() { drop(); }

void Guard::drop() {
  if (!lock_) return;
  const auto lock = std::exchange(lock_, nullptr);
  const auto tenure = std::exchange(tenure_, nullptr);
  if (!lock->forked()) lock->drop(*tenure);
}

bool Guard::is_held() const { return tenure_ && tenure_->is_held(); }

Length Guard::remaining() const { return tenure_ ? tenure_->remaining() : Length::zero(); }

std::stop_token Guard::stop_token() const {
  return tenure_ ? tenure_->stop.get_token() : std::stop_token();
}

Fence Guard::fence() const { return tenure_ ? tenure_->fence : Fence{}; }

std::optional<LossReason> Guard::lost() const { return tenure_ ? tenure_->lost() : std::nullopt; }

// A lock without a key lock was asked for in a forked child.
Grant Lock::acquire(const AcquireOptions& options) const {
  if (!lock_) return Grant(Refusal{.why = Refusal::Why::forked});
  return lock_->acquire(options);
}

Grant Lock::try_acquire() const { return acquire({.within = Length::zero()}); }

void Lock::acquire_async(const AcquireOptions& options, std::function<void(Grant)> done) const {
  if (!lock_) return done(Grant(Refusal{.why = Refusal::Why::forked}));
  lock_->acquire_async(options, std::move(done));
}

const std::string& Lock::key() const {
  static const std::string none;
  return lock_ ? lock_->key() : none;
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

const char* to_string(LossReason reason) {
  switch (reason) {
    case LossReason::deadline:
      return "deadline";
    case LossReason::superseded:
      return "superseded";
    case LossReason::suspended:
      return "suspended";
    case LossReason::forked:
      return "forked";
    case LossReason::cloned:
      return "cloned";
    case LossReason::store_gone:
      return "store_gone";
    case LossReason::released:
      return "released";
    case LossReason::closed:
      return "closed";
    case LossReason::jeopardy:
      return "jeopardy";
  }
  return "?";
}

}  // namespace leasehold
