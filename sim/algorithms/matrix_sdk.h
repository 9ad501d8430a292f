// Baseline: the cross-process store lock of the Matrix Rust SDK, where Leasehold began.
//
// Modelled on the published behaviour of `CrossProcessLock` (formerly CrossProcessStoreLock),
// matrix-rust-sdk, crates/matrix-sdk-common/src/cross_process_lock.rs; store: matrix_sdk_store.h.
// Line by line, what is modelled:
//   - `try_lock_once` runs under one mutex, the locking attempt. If a guard lives, it counts one
//     more and asks nobody; else it asks the store once.
//   - `spin_lock` tries, and waits 10 ms, doubled each time up to 1000 ms; then it gives up. The
//     waiting time belongs to the lock and not to the call: all waiters share it, and after a
//     give-up it stays "stop" until somebody gets the lock.
//   - A grant starts the renewal task and aborts the one before. The task, again and again: under
//     the attempt's mutex, if no guard is left, takes a lease of 0 and ends; sleeps 50 ms; takes a
//     lease anew, and ends at the first error or refusal, which it only logs. What it takes may be
//     another's lapsed lease.
//   - A guard's drop only counts. A guard has no deadline: while one lives the lock looks held.
//   - Who it is, is a name. The generation moves only when the name changes.
//   - A grant of the store with another generation than the last one's makes the lock dirty, the
//     first ever does not; it says so to whom it was granted, until it is cleared for all. Who
//     joins a guard that lives is told "clean".
//   - No call is given up while it is unanswered.
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

  void wake() override;
  void on_reply(const core::Request& request, const StoreReply& reply) override;

 private:
  using Moment = Instant<LocalClock>;

  /// A task that waits for a lock: `spin_lock`, or `try_lock_once` alone.
  struct Caller {
    CallId call = 0;
    bool once = false;
    Moment until = Moment::never();
    /// Set: it sleeps between two tries.
    std::optional<Moment> sleeps_until{};
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
  void wake_sleepers();
  void serve_mutex();
  void try_once(CallId call);
  void leave_mutex();
  std::uint64_t ask(core::Request::Kind kind);
  void on_attempt(const core::Request& request, const StoreReply& reply);
  void on_renewal(const core::Request& request, const core::Answer& answer);
  void get_guard(CallId call);
  void wait_or_give_up(CallId call);
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
  std::uint32_t holders_ = 0;
  std::uint32_t forgotten_ = 0;
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
  std::uint64_t requests_ = 0;
};

}  // namespace leasehold::sim
