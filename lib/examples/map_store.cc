#include "map_store.h"

#include <algorithm>
#include <random>
#include <utility>

using namespace leasehold;

namespace {

Incarnation random_incarnation() {
  std::random_device bits;
  const auto half = [&bits] { return std::uint64_t{bits()} << 32U | bits(); };
  return Incarnation{half(), half() | 1U};  // never all zero: that means "none"
}

// Errors are for what can't be answered. `misuse`: the call is wrong, whatever the records say. An
// engine adds two of its own: `not_applied` if it says that nothing was done, or was not reached at
// all; `unknown` for everything else, and every timeout. When in doubt it is `unknown`.
Error misuse(const std::string& what) { return Error{Errc::misuse, "map: " + what}; }

std::optional<Error> wrong(const std::string& key, const OwnerId* owner = nullptr,
                           Length lease = Length(1)) {
  if (key.empty() || key.size() > longest_key) return misuse("the key has not 1 to 512 bytes");
  if (owner != nullptr && !*owner) return misuse("the owner id is null");
  if (lease <= Length::zero() || lease > longest_length) return misuse("the lease is out of range");
  return std::nullopt;
}

// The owner and the term together name a tenure. One alone is not enough: a term may have been
// given twice by a table that was restored, and an owner keeps its id while it asks again.
bool has_tenure(const RecordView& record, const OwnerId& owner, Term term) {
  return record.owner == owner && record.term == term;
}

NotOwner not_owner(const RecordView& record) {
  return {.term = record.term,
          .why = record.owner ? NotOwner::Why::superseded : NotOwner::Why::free,
          .info = record.info};
}

// Ends a tenure. The term stays: it is never reset, and the next tenure raises it.
void set_free(RecordView& record) {
  record.last_owner = std::exchange(record.owner, OwnerId{});
  record.expires_at.reset();
  ++record.version;  // one up at every change that is applied, and at nothing else
}

}  // namespace

// A call here is over when it returns. Over a network it may take effect later: outlives_calls.
MapStore::MapStore(Now now) : MapStore(std::move(now), random_incarnation()) {}

MapStore::MapStore(Now now, const Incarnation& incarnation)
    : now_(std::move(now)),
      traits_{.authority = Authority::store_clock,
              .resolution = Length(1),
              .domain = "map",
              .outlives_calls = false},
      incarnation_(incarnation) {}

// Strictly after the last moment: at that moment itself the holder may still believe.
bool MapStore::is_over(const Record& record, Length delay) const {
  return record.expires_at && now_() > *record.expires_at + on<StoreClock>(delay);
}

void MapStore::start_tenure(Record& record, const AcquireRequest& request) {
  record.last_owner = record.owner ? record.owner : record.last_owner;
  record.owner = request.owner;
  ++record.term;                 // whoever takes it, and never reset: late requests die of it
  record.lease = request.lease;  // fixed for this tenure, as are authority and domain
  record.authority = traits_.authority;
  record.domain = traits_.domain;
  record.seq = 0;
  record.renew_id = RenewId{};
  record.info = request.info;
  record.expires_at.reset();
  prolong(record);
}

// Never backwards, whatever the clock did.
void MapStore::prolong(Record& record) {
  const auto fresh = now_() + on<StoreClock>(record.lease);
  record.expires_at = std::max(record.expires_at.value_or(fresh), fresh);
  ++record.version;
}

Result<Answered<AcquireAnswer>> MapStore::acquire(const AcquireRequest& request) {
  if (auto error = wrong(request.key, &request.owner, request.lease)) return *error;
  if (request.lock_delay < Length::zero() || request.lock_delay > longest_length) {
    return misuse("the lock delay is out of range");
  }
  // From here to the end is one atomic step, and the time is read inside it.
  const std::scoped_lock step(mutex_);
  const auto found = records_.find(request.key);
  Record record = found != records_.end() ? found->second : Record{};
  const bool over = is_over(record);
  const auto granted = [&](Previous previous, const OwnerId& before) {
    records_[request.key] = record;
    return Answered<AcquireAnswer>{incarnation_, Granted{.term = record.term,
                                                         .version = record.version,
                                                         .previous_owner = before,
                                                         .previous = previous,
                                                         .expires_at = record.expires_at}};
  };
  // The same request again: its tenure goes on, and another one must not begin. Once it is over it
  // is like anybody's.
  if (record.owner == request.owner && !over) {
    prolong(record);
    return granted(Previous::own, record.last_owner);
  }
  // Held, or over for less time than the caller leaves such a lease alone. He may still take over
  // if he has watched this very version for long enough.
  const bool left_alone = !is_over(record, request.lock_delay);
  if (record.owner && left_alone && request.unchanged != record.version) {
    return Answered<AcquireAnswer>{
        incarnation_, Busy{.version = record.version,
                           .term = record.term,
                           .lease = record.lease,
                           .info = record.info,
                           .expiry_hint = *record.expires_at + on<StoreClock>(request.lock_delay)}};
  }
  // Free or over, but another tenure lay between: the request is late, or a copy of one.
  if (record.term != request.expected_term) {
    return Answered<AcquireAnswer>{incarnation_, Moved{record.term}};
  }
  const OwnerId before = record.owner ? record.owner : record.last_owner;
  const Previous previous = record.owner ? Previous::expired
                            : before     ? Previous::released
                                         : Previous::never;
  start_tenure(record, request);
  return granted(previous, before);
}

RenewAnswer MapStore::renew_one(const RenewRequest& request) {
  if (auto error = wrong(request.key, &request.owner, request.lease)) return *error;
  const auto found = records_.find(request.key);
  if (found == records_.end()) return NotOwner{.term = 0, .why = NotOwner::Why::free, .info = {}};
  Record& record = found->second;
  if (!has_tenure(record, request.owner, request.term)) return not_owner(record);
  // A tenure that ran out is never renewed, not even if nobody took the key since: its holder may
  // have been told that it lost.
  if (is_over(record)) {
    return NotOwner{.term = record.term, .why = NotOwner::Why::over, .info = record.info};
  }
  if (request.lease != record.lease) return misuse("the lease is not that of the tenure");
  // A late copy, or a clone of the process: of two with one seq the first is right.
  if (request.seq <= record.seq) return Stale{.seq = record.seq, .renew_id = record.renew_id};
  record.seq = request.seq;
  record.renew_id = request.renew_id;
  prolong(record);
  return Renewed{.seq = record.seq, .expires_at = record.expires_at};
}

Result<Answered<std::vector<RenewAnswer>>> MapStore::renew(std::span<const RenewRequest> batch) {
  if (batch.size() > largest_batch) return misuse("the batch has more than 256 requests");
  const std::scoped_lock step(mutex_);
  Answered<std::vector<RenewAnswer>> answered{incarnation_, {}};
  // In their order, and one that fails fails alone.
  for (const RenewRequest& request : batch) answered.answer.push_back(renew_one(request));
  return answered;
}

Result<Answered<ReleaseAnswer>> MapStore::release(const ReleaseRequest& request) {
  if (auto error = wrong(request.key, &request.owner)) return *error;
  const std::scoped_lock step(mutex_);
  const auto found = records_.find(request.key);
  if (found == records_.end()) {
    return Answered<ReleaseAnswer>{incarnation_,
                                   NotOwner{.term = 0, .why = NotOwner::Why::free, .info = {}}};
  }
  Record& record = found->second;
  if (!has_tenure(record, request.owner, request.term)) {
    return Answered<ReleaseAnswer>{incarnation_, not_owner(record)};
  }
  set_free(record);  // even if it is over: it is still its owner's to let go
  return Answered<ReleaseAnswer>{incarnation_, Released{}};
}

// After the answer, nothing of this owner's acquire can apply any more.
Result<Answered<Abandoned>> MapStore::abandon(const AbandonRequest& request) {
  if (auto error = wrong(request.key, &request.owner)) return *error;
  const std::scoped_lock step(mutex_);
  const auto found = records_.find(request.key);
  // A key that was never acquired has term 0, and moves on from it like any other.
  Record record = found != records_.end() ? found->second : Record{};
  if (record.owner == request.owner) {
    set_free(record);
  } else if (record.term == request.expected_term) {
    // Another tenure stands at this term: the acquire could apply once that one ends.
    if (record.owner) return Answered<Abandoned>{incarnation_, Abandoned{.settled = false}};
    ++record.term;
    ++record.version;
  } else {
    return Answered<Abandoned>{incarnation_, Abandoned{.settled = true}};
  }
  records_[request.key] = record;
  return Answered<Abandoned>{incarnation_, Abandoned{.settled = true}};
}

Result<Answered<std::optional<RecordView>>> MapStore::inspect(const std::string& key) {
  if (auto error = wrong(key)) return *error;
  const std::scoped_lock step(mutex_);
  const auto found = records_.find(key);
  if (found == records_.end()) {
    return Answered<std::optional<RecordView>>{incarnation_, std::nullopt};
  }
  RecordView view = found->second;
  if (view.owner) view.over = is_over(view);
  return Answered<std::optional<RecordView>>{incarnation_, view};
}
