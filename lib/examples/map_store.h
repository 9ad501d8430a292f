// A store to copy from: the whole contract of <leasehold/store.h> over a std::map.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <leasehold/store.h>

/// Put your engine in the place of the map, its transaction in the place of the mutex, and its
/// clock in the place of `now`; then run leasehold::conformance on it (lib/tests/map_store_test.cc
/// shows how). What is here besides is the contract, and stays.
class MapStore final : public leasehold::Store {
 public:
  /// The engine's clock, the one clock that ends leases (authority `store_clock`).
  using Now = std::function<leasehold::Instant<leasehold::StoreClock>()>;
  /// A table that is made now.
  explicit MapStore(Now now);
  /// One that is there: `incarnation` is what is kept with it.
  MapStore(Now now, const leasehold::Incarnation& incarnation);

  const leasehold::Traits& traits() const override { return traits_; }
  leasehold::Result<leasehold::Answered<leasehold::AcquireAnswer>> acquire(
      const leasehold::AcquireRequest& request) override;
  leasehold::Result<leasehold::Answered<std::vector<leasehold::RenewAnswer>>> renew(
      std::span<const leasehold::RenewRequest> batch) override;
  leasehold::Result<leasehold::Answered<leasehold::ReleaseAnswer>> release(
      const leasehold::ReleaseRequest& request) override;
  leasehold::Result<leasehold::Answered<leasehold::Abandoned>> abandon(
      const leasehold::AbandonRequest& request) override;
  leasehold::Result<leasehold::Answered<std::optional<leasehold::RecordView>>> inspect(
      const std::string& key) override;

 private:
  /// What is kept of a key, for ever: a `RecordView` is all that there is. Null owner: free.
  using Record = leasehold::RecordView;

  /// For longer than `delay`.
  bool is_over(const Record& record, leasehold::Length delay = {}) const;
  void start_tenure(Record& record, const leasehold::AcquireRequest& request);
  void prolong(Record& record);
  leasehold::RenewAnswer renew_one(const leasehold::RenewRequest& request);

  const Now now_;
  const leasehold::Traits traits_;
  /// Names this table; drawn when the table is made, and kept with it.
  const leasehold::Incarnation incarnation_;
  std::mutex mutex_;
  std::map<std::string, Record> records_;
};
