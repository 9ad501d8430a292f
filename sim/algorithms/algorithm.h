// A lock as the simulator runs it: the library's own, or a baseline that must fail where its model
// fails in life.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <leasehold/clock.h>
#include <leasehold/random.h>
#include <leasehold/scheduler.h>
#include <leasehold/timing.h>
#include "lib/src/shell/async_store.h"
#include "lib/src/shell/shell.h"

namespace leasehold::sim {

struct Scenario;
struct ProcessSpec;

/// What an algorithm says of its own tenure.
struct Holding {
  core::TenureId tenure;
  /// When it stops believing, as it sees things now.
  Instant<LocalClock> deadline;
  /// When it tells its guards to stop; absent for an algorithm that never does.
  std::optional<Instant<LocalClock>> soft_deadline{};
  bool stop_told = false;
  /// Its deadline lies on a clock that stands still while the machine sleeps.
  bool stops_in_suspend = false;
};

/// One process's lock. Not thread-safe; driven by the world through the doors it was given.
class Algorithm {
 public:
  Algorithm() = default;
  Algorithm(const Algorithm&) = delete;
  Algorithm& operator=(const Algorithm&) = delete;
  virtual ~Algorithm() = default;

  // As those of Shell.
  virtual void acquire(CallId call, std::optional<Length> within) = 0;
  virtual void cancel(CallId call) = 0;
  virtual void drop(const core::TenureId& tenure) = 0;
  virtual void release(const core::TenureId& tenure) = 0;

  /// What a guard of `tenure` would answer if it were asked now.
  virtual bool is_held(const core::TenureId& tenure) const = 0;
  virtual std::optional<Holding> holding() const = 0;

  /// What the guard that `call` was given, of the present tenure `tenure`, says of a cache that was
  /// loaded as of term `valid_at`: true is "unchanged". An algorithm that knows nothing of caches
  /// says "changed".
  virtual bool unchanged(CallId call, const core::TenureId& tenure, Term valid_at) const;
  /// What tells tenures of one term apart in the token of `tenure`; see leasehold/fence.h.
  virtual std::uint64_t token_digest(const core::TenureId& tenure) const;
  /// What was told as changed has been loaded anew.
  virtual void acknowledge() {}

  /// The same lock in a process that was copied as it stood, with doors of its own: it believes,
  /// holds and waits for the same. No answer to what was sent before comes to it.
  virtual std::unique_ptr<Algorithm> clone(const Shell::Doors& doors) const = 0;
};

/// What clocks show at a call of an algorithm's own store: the caller's calendar clock when it sent
/// the call, and the store's clock now.
struct CallClocks {
  Instant<WallClock> callers;
  Instant<StoreClock> stores;
};
/// The store of one key that an algorithm brings along.
struct OwnStore {
  /// Answers calls, at one moment each. Empty: the algorithm speaks to the library's store.
  std::function<StoreReply(const StoreCall& call, const CallClocks& clocks)> apply{};
  /// An expiry that it names is one of its callers' calendar clocks; else of its own.
  bool expires_by_callers = false;
};
OwnStore own_store_of(const std::string& name);

/// Makes the algorithm `name` (one of `algorithm_names()`) for one process of `scenario`.
std::unique_ptr<Algorithm> make_algorithm(const std::string& name, const Shell::Doors& doors,
                                          const Scenario& scenario, const ProcessSpec& process);

}  // namespace leasehold::sim
