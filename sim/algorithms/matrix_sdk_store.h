// The table of leases that the Matrix Rust SDK keeps, with its one rule.
//
// Modelled on `try_take_leased_lock` of its SQLite stores: crates/matrix-sdk-sqlite/src, as in
// media_store.rs (with generations; the column is of migrations/media_store/
// 002_lease_locks_with_generation.sql). One statement, INSERT ... ON CONFLICT DO UPDATE ... WHERE,
// that acquires, renews and, with a lease of 0, releases:
//   - It succeeds if there is no row, if the row's holder has the caller's name, lapsed or not, or
//     if `expiration < now`, strictly: a lease of 0 is free to others from the next millisecond on.
//   - `now` is the caller's calendar clock (`MilliSecondsSinceUnixEpoch::now`), read before it
//   waits
//     for the connection and the writer; the expiration is `now` and the lease.
//   - The generation begins at 1 and rises when the holder's name changes.
// The SDK's memory stores (`memory_store_helper` in cross_process_lock.rs) have the same rule on
// the process's own `Instant`; one process alone can share those, so they are not modelled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/src/shell/async_store.h"

namespace leasehold::sim {

class MatrixSdkStore {
 public:
  /// One call, at one moment. `wall`: the caller's calendar clock when it sent the call. The call's
  /// `info` is the holder's name; a release asks for a lease of 0.
  StoreReply apply(const StoreCall& call, Instant<WallClock> wall);

 private:
  struct Row {
    std::string holder;
    std::int64_t expiration_ms = 0;
    Term generation = 0;
  };

  core::Answer refused(const core::Request& request) const;

  std::optional<Row> row_;
  Version version_ = 0;
};

}  // namespace leasehold::sim
