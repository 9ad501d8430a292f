// A store seen from an event loop: requests go out, answers come back later.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <leasehold/store.h>
#include "lib/src/core/messages.h"

namespace leasehold {

/// A request with all that the store needs to carry it out.
struct StoreCall {
  std::string key;
  Length lease{};
  /// acquire: who asks, for people to read.
  std::string info;
  core::Request request;
  /// acquire: how long a lease that ran out is left alone, by the clock that judges.
  Length lock_delay{};
  /// renew: when the tenure ends unless it is answered.
  Instant<LocalClock> deadline{};
};

/// What came back.
struct StoreReply {
  core::Answer answer;
  /// busy, not_owner: what the one who has the record says of itself.
  std::string who;
  /// misuse, not_applied, unknown: what happened.
  std::string detail;
};

/// Who gets the replies to its calls.
class ReplySink {
 public:
  ReplySink() = default;
  ReplySink(const ReplySink&) = delete;
  ReplySink& operator=(const ReplySink&) = delete;
  virtual ~ReplySink() = default;

  /// At most once per call in production; a simulated network may deliver copies, and late.
  virtual void on_reply(const core::Request& request, const StoreReply& reply) = 0;
  /// A reply comes in a moment: what it will touch may be fetched. Changes nothing but speed.
  virtual void expect_reply() const {}
};

/// Carries calls to a store without blocking the caller.
class AsyncStore {
 public:
  AsyncStore() = default;
  AsyncStore(const AsyncStore&) = delete;
  AsyncStore& operator=(const AsyncStore&) = delete;
  virtual ~AsyncStore() = default;

  /// Sends the call, whose texts are taken. The reply reaches `sink` later, never from inside this
  /// call. `sink` must outlive the store's last reply to it.
  virtual void send(StoreCall&& call, ReplySink& sink) = 0;
};

/// Carries out one call on a blocking store, here and now.
StoreReply perform(Store& store, StoreCall call);
/// The same, and takes the texts of `call`; the request stays as it is.
StoreReply perform_taking_texts(Store& store, StoreCall& call);

/// Looks at a record on a blocking store, here and now; one that throws has failed as `unknown`.
Result<Answered<std::optional<RecordView>>> inspect(Store& store, const std::string& key);

/// The most renewals that one batch may hold, so that no batch holds a store's writer long.
inline constexpr std::size_t most_in_a_batch = 256;
/// Carries out a batch of renewals as one step; the replies come in the order of the calls.
/// Requires: all are renewals, at most `most_in_a_batch`.
std::vector<StoreReply> perform_renewals(Store& store, std::span<const StoreCall> calls);

}  // namespace leasehold
