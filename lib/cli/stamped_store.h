// A store whose grants say since when.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <leasehold/store.h>
#include "lib/cli/holder.h"

namespace leasehold::cli {

/// Hands every request on to another store; what an acquire says of its owner is `holder`, since
/// the moment of the request. As thread-safe as the other one.
class StampedStore final : public Store {
 public:
  StampedStore(std::unique_ptr<Store> store, Holder holder);

  const Traits& traits() const override { return store_->traits(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override;
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    return store_->renew(batch);
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    return store_->release(request);
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    return store_->abandon(request);
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override {
    return store_->inspect(key);
  }
  Result<Answered<std::vector<std::string>>> list(const std::string& after,
                                                  std::size_t most) override {
    return store_->list(after, most);
  }
  Result<std::vector<Fact>> facts() override { return store_->facts(); }
  void set_hint_sink(HintSink* sink) override { store_->set_hint_sink(sink); }
  void watch(const std::string& key) override { store_->watch(key); }
  void unwatch(const std::string& key) override { store_->unwatch(key); }

 private:
  const std::unique_ptr<Store> store_;
  const Holder holder_;
};

}  // namespace leasehold::cli
