#include "lib/src/client/cache_state.h"

namespace leasehold {

Cache::Cache() : state_(std::make_shared<detail::CacheState>()) {}

void Cache::loaded(const Stamp& as_of) { state_->set(as_of); }

void Cache::forget() { state_->set(std::nullopt); }

void Change::acknowledge() { cache_->set(now_); }

}  // namespace leasehold
