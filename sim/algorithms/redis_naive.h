// Baseline: the lock that many write with three Redis commands.
//
// Modelled on published clients and answers that do no more than this, each step with who met it:
//   - Acquire is SET key value NX PX lease; the server's own clock expires it (redis.io, SET: "a
//     simple locking system").
//   - Release is DEL key, whoever's it is by then (redis.io warns of it under SET; early Redisson,
//     ShedLock's first provider).
//   - A heartbeat is PEXPIRE key lease, and answers 1 if there is such a key, whoever's it is
//     (redlock-rb#36; redis-plus-plus' extension in a transaction). At 0 the lock counts as lost;
//     an error is logged.
//   - There is no deadline: the lock counts as held until a heartbeat answers 0.
//   - There is no fencing token. Terms and owners here are for the oracles: the server knows
//     nothing of them.
//
// For the oracles its nominal deadline is the end of the lease that was last confirmed, counted
// from the send, which the client never looks at. Nobody should use it.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/algorithms/plain_client.h"

namespace leasehold::sim {

class RedisNaive final : public PlainClient {
 public:
  using PlainClient::PlainClient;
  /// As Algorithm::clone, with no alarm set.
  RedisNaive(const Shell::Doors& doors, const RedisNaive& original);

 private:
  bool minds_its_deadline() const override { return false; }
  std::unique_ptr<PlainClient> copy_for(const Shell::Doors& doors) const override;
  std::optional<Version> depends_on(core::Request::Kind) const override { return std::nullopt; }
  void hear(const core::Request&, const core::Answer&) override {}
};

/// One key of a server whose clock shows whole milliseconds.
class RedisNaiveStore {
 public:
  StoreReply apply(const StoreCall& call, Instant<StoreClock> now);

 private:
  /// When the key expires; absent: there is no such key.
  std::optional<std::int64_t> expires_ms_;
  Term grants_ = 0;
  Version version_ = 0;
};

}  // namespace leasehold::sim
