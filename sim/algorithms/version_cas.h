// Baseline: a lock whose every step is a compare-and-set on the record's version.
//
// Modelled on the published behaviour of the Amazon DynamoDB lock client (AmazonDynamoDBLockClient,
// LockItem) and its relatives (dynamolock for Go; the lease tables of the Kinesis client library;
// pglock's record version number). Line by line, what is modelled:
//   - A record that is missing or released is taken by a conditional put; one that is held is taken
//     over once the same version has been seen for the lease that it names, on the contender's own
//     clock, by an update conditional on that version (upsertAndMonitorExpiredLock).
//   - A heartbeat writes a new version on condition that the record has the last one that this
//     client knows (sendHeartbeat). The version it knows moves with an answer only.
//   - A heartbeat that is refused says that the lock is lost (LockNotGrantedException), whoever
//     moved the version: the client's own heartbeat, whose answer was lost, among them
//     (dynamolock#280, KCL#2, #537, #677, pglock#175). One that fails otherwise is logged.
//   - A lock has expired when its lease has passed since the moment before the last successful
//     write was sent (lookupTime), on System.nanoTime, which stops in suspend (LockItem.isExpired).
//     There is no allowance for clocks of different rates.
//   - A release is conditional on the version (deleteLock, or isReleased).
//   - A version is a random UUID there and a counter that never repeats here. There is no fencing
//     token; the terms here are for the oracles.
//
// Nobody should use it.
#pragma once

#include <optional>

#include "sim/algorithms/plain_client.h"

namespace leasehold::sim {

class VersionCas final : public PlainClient {
 public:
  using PlainClient::PlainClient;
  /// As Algorithm::clone, with no alarm set.
  VersionCas(const Shell::Doors& doors, const VersionCas& original);

 private:
  struct Sighting {
    Version version = 0;
    Length lease{};
    Moment since;
  };

  bool minds_its_deadline() const override { return true; }
  std::unique_ptr<PlainClient> copy_for(const Shell::Doors& doors) const override;
  std::optional<Version> depends_on(core::Request::Kind kind) const override;
  void hear(const core::Request& request, const core::Answer& answer) override;

  // Of the record as it was written last, as far as is known here.
  Version version_ = 0;
  std::optional<Sighting> sighting_;
};

/// The record of one key.
class VersionCasStore {
 public:
  StoreReply apply(const StoreCall& call);

 private:
  bool held_ = false;
  Length lease_{};
  Version version_ = 0;
  Term grants_ = 0;
};

}  // namespace leasehold::sim
