// A store that fails every call in one way: what a caller hears when a call went wrong. It goes
// through the library's own translation of errors, so that a mistake there is seen too.
#pragma once

#include <leasehold/store.h>

namespace leasehold::sim {

class FailedStore final : public Store {
 public:
  FailedStore(const Traits& traits, Errc kind) : traits_(traits), kind_(kind) {}

  const Traits& traits() const override { return traits_; }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest&) override { return error(); }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest>) override {
    return error();
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest&) override { return error(); }
  Result<Answered<Abandoned>> abandon(const AbandonRequest&) override { return error(); }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string&) override {
    return error();
  }

 private:
  Error error() const { return {kind_, "the scenario says so"}; }

  const Traits& traits_;
  const Errc kind_;
};

}  // namespace leasehold::sim
