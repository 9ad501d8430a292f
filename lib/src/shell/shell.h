// The lock of one key in one process: the state machine of the core, driven through injected doors.
//
// The rule to know: not thread-safe. All calls come from one thread (or under one mutex), the
// scheduler's wake-ups and the store's replies included. The same object file runs in production
// and in the simulator.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <leasehold/clock.h>
#include <leasehold/random.h>
#include <leasehold/scheduler.h>
#include <leasehold/timing.h>
#include "lib/src/core/machine.h"
#include "lib/src/shell/async_store.h"

namespace leasehold {

/// Names one acquire call of a shell; the caller chooses it.
using CallId = std::uint64_t;

/// What the shell tells its owner, in the order in which it happened. May call the shell back: the
/// machine takes that event at once, and what follows from it is sent and told afterwards.
class ShellListener {
 public:
  ShellListener() = default;
  ShellListener(const ShellListener&) = delete;
  ShellListener& operator=(const ShellListener&) = delete;
  virtual ~ShellListener() = default;

  /// The call has a guard of `tenure`.
  virtual void on_granted(CallId call, const core::TenureId& tenure) = 0;
  /// Why a call ended without a guard.
  enum class Ending { busy, timed_out, store_error };
  /// The call is over. `why` is the store's last word when it is a store_error or busy.
  virtual void on_refused(CallId call, Ending ending, core::Refusal why) = 0;
  /// Everything that the machine tells, in order, before the calls above.
  virtual void on_tell(const core::Tell& tell) = 0;
  /// The machine begins to ask for the key, and from now on a hint is of use; or it ends.
  virtual void on_campaign(bool /*begins*/) {}
  /// A renewal is sent.
  virtual void on_renewal() {}
  /// It hears of a reply in a moment, see `ReplySink::expect_reply`.
  virtual void expect_reply() const {}
};

class Shell final : public Sleeper, public ReplySink {
 public:
  class Scratch;
  /// The world as this lock sees it. All must outlive the shell.
  struct Doors {
    const Clock& clock;
    Scheduler& scheduler;
    Random& random;
    AsyncStore& store;
    ShellListener& listener;
    /// Memory that the shells of one mutex use in turns; null: each fetches its own.
    Scratch* scratch = nullptr;
  };
  /// Requires: `config` passed `checked`. All three must outlive the shell: it refers to them, as
  /// the shells of ten thousand keys have them in common or beside them.
  Shell(Doors doors, const Config& config, std::string_view key, std::string_view info);
  /// The lock of a process that was copied as it stood: it holds what `original` holds and its
  /// callers wait, by the same names. What is on its way answers to the original alone; to the copy
  /// it is a request whose answer was lost. Nothing is sent or told, and only the alarm is set.
  /// Requires: not from inside a call of the original's listener.
  Shell(Doors doors, const Shell& original);
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  /// Sends nothing: a lease that is held runs out by itself.
  ~Shell() override;

  /// Asks for a guard. `within` 0: one try. nullopt: until cancelled. The answer comes through the
  /// listener, possibly from inside this call. Requires: no call of that name is open.
  void acquire(CallId call, std::optional<Length> within) { acquire(call, within, clock_.now()); }
  /// The same. `now` is a reading of the shell's clock: who counts from an earlier one gives up
  /// earlier.
  void acquire(CallId call, std::optional<Length> within, LocalTime now);
  /// A guard at once, if this process holds the key and anybody may join; the listener hears
  /// nothing of it. `now` is the shell's clock, read by this call's caller for its own use too.
  std::optional<core::TenureId> join(LocalTime now);
  /// The caller leaves; the listener hears no more of `call`. Does nothing if the call was decided
  /// already: a grant that is on its way to the listener still arrives and must be dropped.
  void cancel(CallId call);
  /// A guard of `tenure` was dropped; the last one ends the tenure.
  void drop(const core::TenureId& tenure);
  /// Ends `tenure` for every guard.
  void release(const core::TenureId& tenure);
  /// The guards of `tenure` are dead; it is released when the last of them goes, or after S.
  void stop(const core::TenureId& tenure);

  /// The key may have become free: shortens a sleep between two tries.
  void hint();
  /// Another lock of this process renews: this one may go along. `now` is a reading of the shell's
  /// clock, not older than the last call's; one for all is enough, since who takes a sending for
  /// earlier than it was only stops earlier.
  void renew_in_company(LocalTime now);

  /// Whether a guard of `tenure` may act now. Reads the clock, so it is right even when every timer
  /// is late.
  bool is_held(const core::TenureId& tenure) const;
  const core::State& state() const { return state_; }
  /// The reading of the shell's clock with which the last event was taken.
  LocalTime fed_at() const { return fed_at_; }
  const Config& config() const { return config_; }
  /// What the one who has the lock said of itself in the last answer that told of it.
  const std::string& last_who() const { return last_who_; }
  /// What happened when the store was asked last; empty: it answered.
  const std::string& last_detail() const { return last_detail_; }

  void wake() override;
  void on_reply(const core::Request& request, const StoreReply& reply) override;
  void expect_reply() const override { listener_.expect_reply(); }

 private:
  struct Waiting {
    CallId call = 0;
    core::Waiter waiter;
    Instant<LocalClock> deadline;
  };

  // By the place in the outbox of the tell that decides it.
  struct Decided {
    std::size_t place = 0;
    CallId call = 0;
  };

  void feed(const core::Event& event) { feed(event, clock_.now()); }
  void feed(const core::Event& event, LocalTime now);
  void drain();
  void give_memory_back();
  void decide(const core::Tell& tell, std::size_t place);
  void deliver(const core::Tell& tell, std::size_t place);
  void send(const core::Request& request);
  void leave_at_deadline();
  void set_alarm();

  const Clock& clock_;
  Scheduler& scheduler_;
  Random& random_;
  AsyncStore& store_;
  ShellListener& listener_;
  Scratch* const scratch_;
  const Config& config_;
  const std::string_view key_;
  const std::string_view info_;

  core::State state_;
  LocalTime fed_at_{};
  std::vector<Waiting> waiting_;
  Instant<LocalClock> alarm_ = Instant<LocalClock>::never();
  std::string last_who_;
  std::string last_detail_;
  // What is still to be sent and told, and how much of it has been; the same of the calls decided.
  core::Effects outbox_;
  std::size_t drained_ = 0;
  std::vector<Decided> decided_;
  std::size_t told_ = 0;
  bool draining_ = false;
  bool campaigning_ = false;
};

/// What it holds means nothing.
class Shell::Scratch {
  friend class Shell;
  core::Effects effects_;
};

}  // namespace leasehold
