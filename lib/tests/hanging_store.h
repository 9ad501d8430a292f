// A store that hangs when it is told to.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <leasehold/store.h>

namespace leasehold::doubles {

/// The verbs of a store that a client calls on its lanes.
enum class Call { acquire, renew, release, abandon };

/// Where calls hang, and which came there. Thread-safe; outlives the store.
class Hang {
 public:
  /// From now on calls of this kind stay until they are let go.
  void on(Call call) {
    const std::scoped_lock lock(mutex_);
    hanging_.insert(call);
  }
  void let_go(Call call) {
    const std::scoped_lock lock(mutex_);
    hanging_.erase(call);
    changed_.notify_all();
  }
  /// Until a call of this kind hangs.
  void wait_for(Call call) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_.count(call) > 0; });
  }
  /// Until nobody is in the store.
  void wait_for_nobody() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_.empty(); });
  }
  /// Called by the store.
  void pass(Call call) {
    std::unique_lock lock(mutex_);
    if (hanging_.count(call) == 0) return;
    inside_.insert(call);
    changed_.notify_all();
    changed_.wait(lock, [&] { return hanging_.count(call) == 0; });
    inside_.erase(inside_.find(call));
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<Call> hanging_;
  std::multiset<Call> inside_;
};

/// Another store, with `Hang` before every call.
class HangingStore final : public Store {
 public:
  HangingStore(std::shared_ptr<Store> store, std::shared_ptr<Hang> hang)
      : store_(std::move(store)), hang_(std::move(hang)) {}
  const Traits& traits() const override { return store_->traits(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    hang_->pass(Call::acquire);
    return store_->acquire(request);
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    hang_->pass(Call::renew);
    return store_->renew(batch);
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    hang_->pass(Call::release);
    return store_->release(request);
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    hang_->pass(Call::abandon);
    return store_->abandon(request);
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override {
    return store_->inspect(key);
  }

 private:
  const std::shared_ptr<Store> store_;
  const std::shared_ptr<Hang> hang_;
};

}  // namespace leasehold::doubles
