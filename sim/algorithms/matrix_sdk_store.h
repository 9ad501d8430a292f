// The table of leases that the Matrix Rust SDK keeps, with its one rule.
//
// Modelled on the published behaviour of `try_take_leased_lock` in matrix-rust-sdk's SQLite store
// (crates/matrix-sdk-sqlite, table lease_locks; crates/matrix-sdk-base, the MemoryStore's version):
// one statement that acquires, renews and, with a lease of 0, releases. It succeeds if the row's
// holder has the caller's name or if `expiration < now`, strictly; times are milliseconds of the
// caller's calendar clock, read before the statement waits for the writer; the generation rises
// when the holder's name changes.
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
