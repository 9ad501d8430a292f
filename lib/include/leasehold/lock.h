// Taking a lock and holding it: Lock, Grant, Guard.
//
// The rule to know: a lock is counted within a process, it is not a mutex between threads. All
// threads that ask share one lease and get a guard each.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <leasehold/fence.h>
#include <leasehold/ids.h>
#include <leasehold/store.h>
#include <leasehold/timing.h>

namespace leasehold {

namespace detail {
class KeyLock;
class TenureView;
}  // namespace detail

/// Why an acquire ended without a guard.
struct Refusal {
  enum class Why {
    /// Somebody else has the lock (only `try_acquire` ends so).
    busy,
    /// The time to wait was over.
    timed_out,
    /// The stop token asked to leave.
    cancelled,
    /// The store could not be asked; see `detail`.
    store_error,
    /// The client was closed.
    closed,
    /// The client belongs to the process that this one was forked from: make a new one.
    forked,
  };
  Why why = Why::busy;
  /// busy, timed_out: what the one who has the lock says of itself, as far as it was heard.
  std::string who{};
  /// store_error: what happened.
  std::string detail{};

  /// One line for people: what was refused and why.
  std::string text() const;
};

/// Why a guard is no longer held.
enum class LossReason {
  /// No renewal was confirmed in time.
  deadline,
  /// The store said that the lease is over.
  superseded,
  /// The machine slept, and the lease ran out before a renewal was confirmed.
  suspended,
  /// This process is a child that was forked from the holder.
  forked,
  /// A copy of this process renewed the lease too.
  cloned,
  /// The store's table is gone, or is another one.
  store_gone,
  /// This process released it.
  released,
  /// The client was closed.
  closed,
  /// Not lost yet: the deadline is near. See `Guard::on_lost`.
  jeopardy,
};
/// The reason's name, as written above.
const char* to_string(LossReason reason);

/// A counted handle on the lock. While any guard lives the lease is renewed; the last one to go
/// releases it in the background.
///
/// Movable, not copyable. Thread-safe, but for moving and destroying. May outlive its Lock and its
/// Client: it is then simply not held. In a forked child it is not held either, and its destructor
/// does nothing.
class Guard {
 public:
  Guard() = default;
  Guard(Guard&&) noexcept;
  Guard& operator=(Guard&&) noexcept;
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  /// Drops the guard; never blocks on the store.
  ~Guard();

  /// Whether the holder may act now. Reads the clock and takes no lock, so it is right even when
  /// every timer is late. False for a default or moved-from guard, and for ever once it was lost.
  bool is_held() const;
  /// What is left until the deadline if no renewal succeeds; zero when not held.
  Length remaining() const;
  /// Asks to stop when the deadline is near (`stop_budget` before it) or the guard is lost.
  /// Callbacks registered on it run on the client's callback thread.
  std::stop_token stop_token() const;
  /// Names this tenure to the resource that the lock protects; never changes.
  Fence fence() const;
  /// Why the guard was lost; nullopt while it was not.
  std::optional<LossReason> lost() const;
  /// Drops this guard now; afterwards it is empty. Never blocks on the store.
  void drop();

 private:
  friend class Grant;
  friend class detail::KeyLock;
  Guard(std::shared_ptr<detail::KeyLock> lock, std::shared_ptr<detail::TenureView> tenure);

  std::shared_ptr<detail::KeyLock> lock_;
  std::shared_ptr<detail::TenureView> tenure_;
};

/// What an acquire came to: a guard, or why there is none.
class [[nodiscard]] Grant {
 public:
  explicit Grant(Guard guard) : guard_(std::move(guard)) {}
  explicit Grant(Refusal refusal) : refusal_(std::move(refusal)) {}

  explicit operator bool() const { return !refusal_.has_value(); }
  /// Requires: granted.
  Guard guard() && { return std::move(guard_); }
  /// Requires: refused.
  const Refusal& refusal() const { return *refusal_; }

 private:
  Guard guard_;
  std::optional<Refusal> refusal_;
};

/// How an acquire waits.
struct AcquireOptions {
  /// Absent: without end. 0: one try.
  std::optional<Length> within{};
  /// Leaves when asked to.
  std::stop_token stop{};
};

/// A handle on one key of one client; cheap to copy. Two Locks of one key share one lease.
/// Thread-safe.
class Lock {
 public:
  /// Blocks until this process holds the lock or `options` says to leave. If it holds it already,
  /// joins without asking the store.
  Grant acquire(const AcquireOptions& options) const;
  /// One try: asks the store once, and anew only if the lock changed hands under the question.
  /// Blocks for the answer, at most `request_timeout`, and as long again for that to a release by
  /// this process that is still under way.
  Grant try_acquire() const;
  /// Never blocks: `done` gets the grant on the client's callback thread. Exceptions from `done`
  /// end the program.
  void acquire_async(const AcquireOptions& options, std::function<void(Grant)> done) const;
  const std::string& key() const;

 private:
  friend class Client;
  explicit Lock(std::shared_ptr<detail::KeyLock> lock) : lock_(std::move(lock)) {}

  std::shared_ptr<detail::KeyLock> lock_;
};

}  // namespace leasehold
