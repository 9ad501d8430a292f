// Clients on real threads over one store in memory.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/client.h>
#include <leasehold/memory_store.h>
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"

namespace leasehold {

/// Lets several clients of one process share one store, as processes share a database.
class SharedStore : public Store {
 public:
  explicit SharedStore(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  /// Called on the threads of those who ask.
  bool answers_at_once() const override { return at_once; }
  const Traits& traits() const override { return store_->traits(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    return store_->acquire(request);
  }
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

  bool at_once = false;

 private:
  const std::shared_ptr<Store> store_;
};

inline Guard must(Grant grant) {
  EXPECT_TRUE(grant) << grant.refusal().text();
  return std::move(grant).guard();
}

struct ClientFixture : testing::Test {
  Client client(const std::string& info) { return client(Client::Options{info, {}}); }
  Client client(Client::Options options) {
    return over(std::make_unique<SharedStore>(store), host_preset(), std::move(options));
  }
  static Client over(std::unique_ptr<Store> a_store, const Config& config,
                     Client::Options options) {
    auto made = Client::over(std::move(a_store), config, std::move(options));
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(made).value();
  }
  // Whether the record shows an owner.
  bool owned(const std::string& key) const {
    const auto record = store->inspect(key);
    return record && record->answer && record->answer->owner;
  }
  Term term(const std::string& key) const { return store->inspect(key)->answer->term; }

  SystemClock clock;
  SystemRandom random;
  const std::shared_ptr<MemoryStore> store = std::make_shared<MemoryStore>(clock, random);
};

}  // namespace leasehold
