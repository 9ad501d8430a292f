// One key of one client: the shell of its lock, and those in this process who wait or hold.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <leasehold/dump.h>
#include <leasehold/events.h>
#include <leasehold/lock.h>
#include "lib/src/client/tenure_view.h"
#include "lib/src/client/watch.h"
#include "lib/src/runtime/fetch_ahead.h"
#include "lib/src/shell/shell.h"

namespace leasehold::detail {

class ClientState;

/// Thread-safe: every call takes the client's mutex. Lives as long as a Lock or Guard of it does.
class KeyLock final : public ShellListener, public std::enable_shared_from_this<KeyLock> {
 public:
  KeyLock(std::shared_ptr<ClientState> client, std::string key);
  KeyLock(const KeyLock&) = delete;
  KeyLock& operator=(const KeyLock&) = delete;
  ~KeyLock() override;

  Grant acquire(const AcquireOptions& options, CallSite where);
  void acquire_async(const AcquireOptions& options, std::function<void(Grant)> done,
                     CallSite where);
  void drop(TenureView& tenure, std::size_t place);
  ReleaseOutcome release(TenureView& tenure);
  Held run_while_held(const std::function<void(std::stop_token)>& work,
                      const AcquireOptions& options, CallSite where);
  void listen(TenureView& tenure, const std::shared_ptr<LossListener>& listener);
  Result<Stamp> term();
  void progress();
  /// The one cache of a process that has only one.
  const Cache& cache() const { return cache_; }
  const std::string& key() const { return key_; }
  /// True in a child of the process that the client was made in: it must not touch anything.
  bool forked() const;

  // For the client, with the mutex held.
  /// Guards are dead and waiting calls are refused; a release is on its way.
  void close();
  /// True while the store has not answered the last release.
  bool ending() const;
  void destroy_shell();
  /// The store says that the key may be free.
  void hint() { shell_->hint(); }
  const Counters& counters() const { return counters_; }
  /// Looks after those who wait and those who hold, see watch.cc.
  void look();
  /// Nullopt: there is nothing to tell.
  std::optional<Dump::Key> dump() const;
  /// Another key of the client renews now.
  /// `renew_in_company` comes soon.
  void fetch_shell_ahead() const { fetch_ahead(shell_.get(), sizeof(Shell)); }
  void renew_in_company(LocalTime now) { shell_->renew_in_company(now); }

  // From the shell, with the mutex held.
  void on_granted(CallId call, const core::TenureId& tenure) override;
  void on_refused(CallId call, Ending ending, core::Refusal why) override;
  void on_tell(const core::Tell& tell) override;
  void on_campaign(bool begins) override;
  void on_renewal() override;
  void expect_reply() const override {
    fetch_ahead(&counters_, sizeof counters_);
    fetch_ahead(tenure_.get(), sizeof(TenureView));
  }

 private:
  /// An acquire that is under way: its caller blocks on `decided`, or left `done` behind.
  struct Pending {
    Asker asker;
    std::optional<Length> within;
    std::optional<Grant> grant;
    std::condition_variable decided;
    std::function<void(Grant)> done;
    std::optional<std::stop_callback<std::function<void()>>> on_stop;
  };

  /// An acquire that may be decided before its caller has to block, which then allocates nothing.
  /// With the mutex held from its begin to its end.
  struct Trial {
    Trial(KeyLock& of, const Asker& who) : lock(of), call(++of.last_call_), asker(who) {
      lock.trial_ = this;
    }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;
    ~Trial() { lock.trial_ = nullptr; }

    KeyLock& lock;
    const CallId call;
    const Asker asker;
    std::optional<Grant> grant{};
  };

  void ask(CallId call, std::optional<Length> within, LocalTime now);
  std::shared_ptr<Pending> add_pending(CallId call, const Asker& asker,
                                       const AcquireOptions& options);
  Guard guard_for(CallSite where, LocalTime now);
  Dump::Tenure dump_tenure(Instant<LocalClock> now) const;
  void cancel(CallId call);
  const Asker* asker_of(CallId call) const;
  void decide(CallId call, Grant grant);
  void believe(const core::Tell& tell);
  void end_tenure(const core::TenureId& tenure, LossReason reason);
  bool given_up(const core::TenureId& tenure) const;
  Length kept_for(const TenureView& tenure) const;
  void note_ended(const core::Tell& tell);
  void enter(TenureView& tenure);
  void leave(TenureView& tenure);
  void tell_listeners(const std::shared_ptr<TenureView>& tenure, LossReason reason);
  void note(Event&& event);
  Refusal refusal(Refusal::Why why) const;
  void set_watch();
  void tell_stalled(Instant<LocalClock> now);
  bool watches_silence() const;
  void give_up_if_silent(LocalTime now);
  std::map<CallId, std::shared_ptr<Pending>>::const_iterator next_to_stall() const;
  std::string who_is_in_the_way() const;

  const std::shared_ptr<ClientState> client_;
  const std::string key_;
  /// With the client's prefix: what the store and resources see.
  const std::string stored_key_;
  std::unique_ptr<Shell> shell_;
  std::map<CallId, std::shared_ptr<Pending>> pending_;
  Trial* trial_ = nullptr;
  std::shared_ptr<TenureView> tenure_;
  // Tenures that are over and whose release is not answered yet.
  std::vector<std::shared_ptr<TenureView>> ending_;
  Counters counters_;
  const Cache cache_;
  CallId last_call_ = 0;
  // Calls that are not decided yet, and up to which of them it was told that they stall.
  std::size_t undecided_ = 0;
  CallId told_stalled_ = 0;
  Watch watch_;
};

}  // namespace leasehold::detail
