// Baseline: the cross-process store lock of the Matrix Rust SDK, where Leasehold began.
//
// Modelled on `CrossProcessLock` with `CrossProcessLockConfig::MultiProcess`, matrix-rust-sdk,
// crates/matrix-sdk-common/src/cross_process_lock.rs (read at commit 0b6d00cf; at 2490bba5 it was
// CrossProcessStoreLock in store_locks.rs); its store: matrix_sdk_store.h. What is modelled, and
// where it is there:
//   - `try_lock_once` runs under one mutex, `locking_attempt`. If a guard lives (`num_holders`), it
//     counts one more and asks nobody; else it asks the store once. An error goes to the caller.
//   - `spin_lock` tries, and waits 10 ms (INITIAL_BACKOFF_MS), doubled each time. When the next
//     wait would be 1000 ms or more (MAX_BACKOFF_MS, its `max_backoff` by default) it tries once
//     more and gives up: eight tries in 1.27 s. The waiting time (`backoff`) belongs to the lock
//     and not to the call: after a give-up it stays "stop" until a `spin_lock` gets the lock, and
//     all waiters share it. It lies in a mutex that `spin_lock` keeps while it sleeps, so they
//     sleep one after another, and whoever gets the lock meanwhile returns after the sleep.
//   - A grant starts the renewal task and aborts the one before (`renew_task`, in `try_lock_once`).
//     The task, again and again: under `locking_attempt`, if no guard is left, takes a lease of 0
//     whatever comes of it, and ends; sleeps for the period (EXTEND_LEASE_EVERY_MS); takes a lease
//     anew, and ends at the first error or refusal, which it only logs. What it takes may be
//     another's lapsed lease: it does not look at the generation. (In store_locks.rs it went on
//     after a refusal and ended only at an error. The newer one, which ends, is modelled.)
//   - `CrossProcessLockGuard`: its drop only counts. It has no deadline: while one lives the lock
//     looks held.
//   - Who it is, is a name (`lock_holder`). The generation moves only when the name changes.
//   - A grant of the store with another generation than the last one's makes the lock dirty, the
//     first ever does not (NO_CROSS_PROCESS_LOCK_GENERATION). `CrossProcessLockState` says so to
//     whom it was granted, until `clear_dirty`, which clears it for all. Who joins a guard that
//     lives is told "clean", though `is_dirty()` would say more: what was returned counts here, as
//     it does for the SDK's own callers (crates/matrix-sdk/src/event_cache).
//   - No call is given up while it is unanswered.
//
// What is not the seed's: lease and period are the world's (there 500 ms and 50 ms, as in the
// calibration of proptests/baseline_test.cc); sleeps pass on the clock that runs in suspend, so
// that after one it renews at once and not up to a period later; `try` and `acquire` with `within`
// are `try_lock_once` and `spin_lock` under a timeout of the user's. Its guard's derived `Clone`,
// which counts a drop that it never counted in, is left out: nobody makes one here.
//
// It breaks I15 and I16 by design, not by a fault of a world: the last drop only counts, the task
// releases at its next tick, and asks once whatever becomes of it.
//
// For the oracles its nominal deadline is the end of the lease that was last confirmed, counted
// from the send, which the seed itself never looks at. Nobody should use it.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "sim/algorithms/algorithm.h"

namespace leasehold::sim {

class MatrixSdk final : public Algorithm, public Sleeper, public ReplySink {
 public:
  MatrixSdk(const Shell::Doors& doors, const Config& config, std::string key, std::string process);
  /// As Algorithm::clone. A call that was under way is never answered, so its caller waits on.
  MatrixSdk(const Shell::Doors& doors, const MatrixSdk& original);
  MatrixSdk(const MatrixSdk&) = delete;
  MatrixSdk& operator=(const MatrixSdk&) = delete;
  ~MatrixSdk() override;

  void acquire(CallId call, std::optional<Length> within) override;
  void cancel(CallId call) override;
  void drop(const core::TenureId& tenure) override;
  void release(const core::TenureId& tenure) override;
  bool is_held(const core::TenureId& tenure) const override;
  std::optional<Holding> holding() const override;
  bool unchanged(CallId call, const core::TenureId& tenure, Term valid_at) const override;
  /// All that the seed has for a token is the generation.
  std::uint64_t token_digest(const core::TenureId&) const override { return 0; }
  void acknowledge() override;
  std::unique_ptr<Algorithm> clone(const Shell::Doors& doors) const override;

  void wake() override;
  void on_reply(const core::Request& request, const StoreReply& reply) override;

 private:
  using Moment = Instant<LocalClock>;

  /// A task that waits for a lock: `spin_lock`, or `try_lock_once` alone.
  struct Caller {
    CallId call = 0;
    bool once = false;
    Moment until = Moment::never();
    /// Set: it sleeps between two tries, and has the waiting time's mutex.
    std::optional<Moment> sleeps_until{};
    /// It got the lock, and has only to reset the waiting time.
    bool counted = false;
  };
  /// The task that renews.
  struct Renewal {
    enum class At { wants_mutex, sleeps, asks, releases };
    At at = At::wants_mutex;
    Moment until{};
    /// Of the request that it waits for.
    std::uint64_t ordinal = 0;
  };
  /// Who wants or has the attempt's mutex: a caller, or (0) the renewal task.
  using Ticket = CallId;
  static constexpr Ticket renewal_task = 0;

  Moment now() const { return doors_.clock.now().at; }
  void act();
  void let_late_callers_go();
  void forget(CallId call);
  void wake_sleepers();
  void serve_mutex();
  void try_once(CallId call);
  void leave_mutex();
  std::uint64_t ask(core::Request::Kind kind);
  void on_attempt(const core::Request& request, const StoreReply& reply);
  void on_renewal(const core::Request& request, const core::Answer& answer);
  void get_guard(CallId call);
  void hand_out(CallId call);
  void wait_or_give_up(CallId call);
  void serve_backoff();
  void refuse(CallId call, ShellListener::Ending ending, core::Refusal why);
  void start_renewal();
  void set_alarm();
  Caller* find(CallId call);
  core::TenureId tenure() const { return {owner_, generation_}; }

  Shell::Doors doors_;
  const Config config_;
  const std::string key_;
  const std::string process_;
  /// Names this tenure to the oracles alone: the table goes by the process's name.
  OwnerId owner_{};

  std::vector<Caller> callers_;
  /// `num_holders`: the guards, and who is about to be handed one.
  std::uint32_t holders_ = 0;
  std::uint32_t guards_ = 0;
  Term generation_ = 0;
  bool dirty_ = false;
  // The last caller to whom the store granted the lock while it was dirty; 0: none.
  CallId told_dirty_ = 0;
  Moment nominal_deadline_{};
  std::optional<Renewal> renewal_;
  // The first has the mutex.
  std::deque<Ticket> mutex_;
  // The request of the caller that has the mutex; 0: it has not asked.
  std::uint64_t attempt_ = 0;
  /// The next waiting time; nullopt: stop.
  std::optional<Length> backoff_;
  // The first has the mutex of the waiting time.
  std::deque<CallId> backoff_mutex_;
  std::uint64_t requests_ = 0;
};

}  // namespace leasehold::sim
