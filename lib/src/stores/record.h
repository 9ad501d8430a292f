// The store contract as pure functions on one record: what each request does to it and answers.
//
// The rule to know: there is no clock, no lock and no I/O in here. The caller makes every call one
// atomic step and reads the time inside that step. The memory store and the simulator's model store
// run these very functions; an adapter whose engine decides by itself must answer as they do.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <leasehold/store.h>

namespace leasehold::stores {

/// What a store keeps for one key, for ever. A default one is a key that was never acquired.
struct Record {
  Version version = 0;
  Term term = 0;
  /// Null when free.
  OwnerId owner;
  /// Who had the tenure before the present one, or the last one when free; null if nobody had.
  OwnerId last_owner;
  /// Lease, authority and domain are fixed when a tenure starts.
  Length lease{};
  Authority authority = Authority::host_clock;
  std::string domain;
  /// Absent when free, and when no clock can tell: such a record is observed, never judged.
  std::optional<Instant<StoreClock>> expires_at;
  Seq seq = 0;
  RenewId renew_id;
  std::string info;

  friend bool operator==(const Record&, const Record&) = default;
};

/// Who judges a record, at this very step. `domain` must outlive the call.
struct Judge {
  Authority authority = Authority::host_clock;
  std::string_view domain;
  /// q, at least 1 ns.
  Length resolution{1};
  /// Read inside the atomic step (wall_clock: before it, by the one who asks).
  Instant<StoreClock> now;
  /// eps: how far the clock that wrote an expiry may be ahead of this one.
  Length skew{};
};

/// True when the lease ran out, false when it did not; nullopt when this judge can't tell: it
/// judges nothing (`observation`), the record is of another authority or domain or has no expiry,
/// or its expiry is further ahead than a lease reaches and therefore not to be believed.
std::optional<bool> over(const Record& record, const Judge& judge);
/// The same of the lease and the lock delay after it.
std::optional<bool> over(const Record& record, const Judge& judge, Length lock_delay);

/// The length that a record keeps for a lease that is asked for: a multiple of `resolution`.
Length rounded_up(Length lease, Length resolution);
/// When a lease ends that is granted or renewed at this step. Requires: `lease` is rounded up.
Instant<StoreClock> expiry(const Judge& judge, Length lease);

// What a request does to its record. `version` rises by one if something changed, else the record
// is left as it was. Requests must have passed `find_misuse`.
AcquireAnswer acquire(Record& record, const Judge& judge, const AcquireRequest& request);
RenewAnswer renew(Record& record, const Judge& judge, const RenewRequest& request);
ReleaseAnswer release(Record& record, const ReleaseRequest& request);
Abandoned abandon(Record& record, const AbandonRequest& request);
RecordView view(const Record& record, const Judge& judge);

/// What `renew` says to a lease that is not `recorded`, the one that the tenure began with.
Error other_lease(const RenewRequest& request, Length recorded);

// The `misuse` in a request that no store may carry out, whatever its record says: an empty key or
// one above `longest_key`, a null owner id, a lease outside (0, 7 days], a lock delay outside [0, 7
// days], too large a batch.
std::optional<Error> find_misuse(const AcquireRequest& request);
std::optional<Error> find_misuse(const RenewRequest& request);
std::optional<Error> find_misuse(const ReleaseRequest& request);
std::optional<Error> find_misuse(const AbandonRequest& request);
/// Of the batch as a whole; each of its requests is checked, and fails, alone.
std::optional<Error> find_misuse(std::span<const RenewRequest> batch);
/// Of a key to inspect.
std::optional<Error> find_misuse(const std::string& key);

}  // namespace leasehold::stores
