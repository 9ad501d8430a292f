// A store of one record, whatever the key, under a clock that a test moves.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <leasehold/timing.h>
#include "lib/src/stores/record.h"

namespace leasehold::core {

/// The real rules of the stores on one record, under a clock that the walk moves.
class RecordStore final : public Store {
 public:
  explicit RecordStore(const Config& config) {
    traits_.authority = config.authority;
    traits_.resolution = config.bounds.resolution;
    traits_.domain = "here";
  }
  const Traits& traits() const override { return traits_; }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    return Answered<AcquireAnswer>{table, stores::acquire(record, judge(), request)};
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    return Answered<std::vector<RenewAnswer>>{table,
                                              {stores::renew(record, judge(), batch.front())}};
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    return Answered<ReleaseAnswer>{table, stores::release(record, request)};
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    return Answered<Abandoned>{table, stores::abandon(record, request)};
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string&) override {
    return Answered<std::optional<RecordView>>{table, stores::view(record, judge())};
  }
  stores::Judge judge() const {
    return {traits_.authority, traits_.domain, traits_.resolution, now};
  }

  stores::Record record;
  Instant<StoreClock> now;

 private:
  static constexpr Incarnation table{7, 7};

  Traits traits_;
};

}  // namespace leasehold::core
