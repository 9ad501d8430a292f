// A session that several threads use, one after the other, and the end of every call in time.
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include <leasehold/result.h>
#include <leasehold/time.h>
#include "lib/src/stores/etcd/session.h"

namespace leasehold::stores {

/// Thread-safe: calls wait for one another.
class EtcdLane {
 public:
  /// A call may take `patience`. `address` must outlive it.
  EtcdLane(const EtcdAddress& address, Length patience) : patience_(patience), session_(address) {}

  /// Runs `body(session, patience)`. `what` is asked, for the error.
  template <class Body>
  auto call(const std::string& what, Body body)
      -> Result<decltype(body(std::declval<EtcdSession&>(), std::declval<const Patience&>()))> {
    const std::scoped_lock lock(mutex_);
    const Patience patience(patience_);
    session_.begin();
    try {
      return body(session_, patience);
    } catch (const EtcdFailure& failure) {
      return session_.error_of(failure, what);
    }
  }

 private:
  const Length patience_;
  std::mutex mutex_;
  EtcdSession session_;
};

}  // namespace leasehold::stores
