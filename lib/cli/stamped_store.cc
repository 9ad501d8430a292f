#include "lib/cli/stamped_store.h"

#include <utility>

#include "lib/src/runtime/system_clock.h"

namespace leasehold::cli {

StampedStore::StampedStore(std::unique_ptr<Store> store, Holder holder)
    : store_(std::move(store)), holder_(std::move(holder)) {}

Result<Answered<AcquireAnswer>> StampedStore::acquire(const AcquireRequest& request) {
  Holder now = holder_;
  now.since = calendar(SystemClock::shared().wall_now());
  AcquireRequest stamped = request;
  stamped.info = info_of(now);
  return store_->acquire(stamped);
}

}  // namespace leasehold::cli
