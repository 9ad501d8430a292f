// Taking a lock and holding it: Lock, Grant, Guard.
//
// The rule to know: a lock is counted within a process, it is not a mutex between threads. All
// threads that ask share one lease and get a guard each.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include <leasehold/cache.h>
#include <leasehold/call_site.h>
#include <leasehold/export.h>
#include <leasehold/fence.h>
#include <leasehold/ids.h>
#include <leasehold/loss.h>
#include <leasehold/result.h>
#include <leasehold/store.h>
#include <leasehold/timing.h>

namespace leasehold {

namespace detail {
class KeyLock;
class LossListener;
class TenureView;
}  // namespace detail

/// Why an acquire ended without a guard.
struct LEASEHOLD_API Refusal {
  /// The reasons.
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
  /// Which of them.
  Why why = Why::busy;
  /// busy, timed_out: what the one who has the lock says of itself, as far as it was heard.
  std::string who{};
  /// store_error: what happened.
  std::string detail{};

  /// One line for people: what was refused and why.
  std::string text() const;
};

/// A counted handle on the lock. While any guard lives the lease is renewed; the last one to go
/// releases it in the background, once `Timing::min_hold` is over.
///
/// Movable, not copyable. Thread-safe, but for moving and destroying. May outlive its Lock and its
/// Client: it is then simply not held. In a forked child it is not held either, and its destructor
/// does nothing.
class LEASEHOLD_API Guard {
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
  /// Calls back once, on the client's callback thread: with `jeopardy` when the deadline is near
  /// (the guard is still held, for `remaining()`, and won't be for long), or with the reason of the
  /// loss if that comes first. At once if it came before. Not after the guard was dropped, but a
  /// call that is under way then still ends; never in a forked child. Replaces an earlier one. An
  /// exception from `callback` is counted (`Counters::callbacks_thrown`) and ends there.
  void on_lost(std::function<void(LossReason)> callback);
  /// Whether the data may have changed since this process last acknowledged that it had loaded it,
  /// because others had the lock meanwhile. Nullopt: it has not. For processes with one cache per
  /// key; the next one is for those with several.
  std::optional<Change> changed() const;
  /// The same for one cache of several. A guard that is not held always says "changed".
  std::optional<Change> changed(const Cache& cache) const;
  /// Whoever works under this guard gets on: counts for the whole tenure, see
  /// `Client::Options::max_silence`. Costs a clock reading and takes no lock, so a loop may call it
  /// at every turn. Does nothing once the guard is lost.
  void progress() const;
  /// Ends the tenure for every guard of it and waits for the store's word: at most the request
  /// timeout, and before that at most the stop budget for `run_while_held` to return. Guards are
  /// dead and stop tokens fire at once, the key is free for others only after that wait. Within
  /// `Timing::min_hold` it does not wait: the key is kept until that is over (`kept`).
  ReleaseOutcome release();
  /// Drops this guard now; afterwards it is empty. Never blocks on the store.
  void drop();

 private:
  friend class Grant;
  friend class detail::KeyLock;
  Guard(std::shared_ptr<detail::KeyLock> lock, std::shared_ptr<detail::TenureView> tenure,
        std::size_t place);

  std::shared_ptr<detail::KeyLock> lock_;
  std::shared_ptr<detail::TenureView> tenure_;
  std::shared_ptr<detail::LossListener> listener_;
  /// In the tenure's list of guards.
  std::size_t place_ = 0;
};

/// What an acquire came to: a guard, or why there is none.
class [[nodiscard]] Grant {
 public:
  /// Granted.
  explicit Grant(Guard guard) : guard_(std::move(guard)) {}
  /// Refused.
  explicit Grant(Refusal refusal) : refusal_(std::move(refusal)) {}

  /// True if granted.
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

/// What `Lock::run_while_held` came to.
struct [[nodiscard]] Held {
  /// Set: the lock was not acquired, and nothing ran.
  std::optional<Refusal> refusal{};
  /// Set: the lock was lost or released before the work had returned.
  std::optional<LossReason> lost{};

  /// True if the work ran and held the lock until it returned.
  explicit operator bool() const { return !refusal && !lost; }
};

/// A handle on one key of one client; cheap to copy. Two Locks of one key share one lease.
/// Thread-safe. `where` is how `Client::dump` names who acquires or waits: leave it away.
class LEASEHOLD_API Lock {
 public:
  /// Blocks until this process holds the lock or `options` says to leave. If it holds it already,
  /// joins without asking the store.
  Grant acquire(const AcquireOptions& options, CallSite where = CallSite::here()) const;
  /// One try: asks the store once, and anew only if the lock changed hands under the question.
  /// Blocks for the answer, at most `request_timeout`, and as long again for that to a release by
  /// this process that is still under way. While another call of this process waits for the lock it
  /// shares that one's next try, which comes within `longest_wait`.
  Grant try_acquire(CallSite where = CallSite::here()) const;
  /// Never blocks: `done` gets the grant on the client's callback thread. An exception from `done`
  /// is counted (`Counters::callbacks_thrown`) and ends there; a guard that it leaves behind goes.
  /// Of a client that is closed already, or belongs to the parent of a forked process, `done` hears
  /// here and now.
  void acquire_async(const AcquireOptions& options, std::function<void(Grant)> done,
                     CallSite where = CallSite::here()) const;
  /// Acquires, as `acquire` does, and runs `work` on this thread: what a leader does while it
  /// leads. Its token fires when the deadline is near, the lock is lost or released, or
  /// `options.stop` asks to leave; `work` should then return within the stop budget. Afterwards the
  /// lock is released in the background. An exception from `work` does so too and goes to the
  /// caller.
  Held run_while_held(const std::function<void(std::stop_token)>& work,
                      const AcquireOptions& options = {}, CallSite where = CallSite::here()) const;
  /// As `Guard::progress`, for the tenure that this process has now, if it has one: for who works
  /// under `run_while_held`. Takes a lock for a moment, but never waits for the store.
  void progress() const;
  /// Where the key's history stands: ask before loading a cache without the lock, and tell
  /// `Cache::loaded`. Blocks for the store's answer, at most the request timeout.
  Result<Stamp> term() const;
  /// Without the client's prefix.
  const std::string& key() const;

 private:
  friend class Client;
  explicit Lock(std::shared_ptr<detail::KeyLock> lock) : lock_(std::move(lock)) {}

  std::shared_ptr<detail::KeyLock> lock_;
};

}  // namespace leasehold
