// A store that lives in this process: for tests, and for threads that want leases among themselves.
//
// The rule to know: its leases are known to nobody outside the process and die with it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <leasehold/clock.h>
#include <leasehold/export.h>
#include <leasehold/random.h>
#include <leasehold/store.h>

namespace leasehold {

/// Keeps leases in memory.
///
/// Promise: carries out the contract of `Store` to the letter, each call as one atomic step whose
/// time is read inside it. No call fails but by `misuse`, and none takes effect after it returned.
///
/// Thread-safe; calls wait for one another. `clock` must outlive the store; `random` is used by the
/// constructor alone.
class LEASEHOLD_API MemoryStore final : public Store {
 public:
  /// What the store is to promise.
  struct Options {
    /// Who judges that a lease is over. `host_clock`, `store_clock`: the clock, by its `now`.
    /// `wall_clock`: the clock, by its `wall_now`. `observation`: nobody; a lease that is not
    /// released is taken over only by a contender that watched it unchanged.
    Authority authority = Authority::host_clock;
    /// eps (`wall_clock`): how far two readings of wall clocks may lie apart.
    Length skew{};
  };

  /// Judges by `clock` (authority `host_clock`), in a domain of its own and with the clock's tick
  /// as its resolution. The store time is the clock's own time, as `same_kernel` has it.
  MemoryStore(const Clock& clock, Random& random);
  /// Judges as `options` say.
  MemoryStore(const Clock& clock, Random& random, Options options);
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;
  ~MemoryStore() override;

  /// What `Options` made of it.
  const Traits& traits() const override;
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override;
  /// More than 256 requests are `misuse` and none is carried out.
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override;
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override;
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override;
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override;
  Result<Answered<std::vector<std::string>>> list(const std::string& after,
                                                  std::size_t most) override;
  /// It does.
  bool answers_at_once() const override { return true; }

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

}  // namespace leasehold
