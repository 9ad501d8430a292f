// A connection to a store that goes down when it is told to.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <leasehold/store.h>

namespace leasehold::doubles {

/// Another store, behind a connection that fails every call (`not_applied`) while it is down.
class Connection final : public Store {
 public:
  Connection(std::shared_ptr<Store> store, std::shared_ptr<std::atomic<bool>> down)
      : store_(std::move(store)), down_(std::move(down)) {}
  const Traits& traits() const override { return store_->traits(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    if (*down_) return gone();
    return store_->acquire(request);
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    if (*down_) return gone();
    return store_->renew(batch);
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    if (*down_) return gone();
    return store_->release(request);
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    if (*down_) return gone();
    return store_->abandon(request);
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override {
    if (*down_) return gone();
    return store_->inspect(key);
  }

 private:
  static Error gone() { return {Errc::not_applied, "the connection is down"}; }

  const std::shared_ptr<Store> store_;
  const std::shared_ptr<std::atomic<bool>> down_;
};

}  // namespace leasehold::doubles
