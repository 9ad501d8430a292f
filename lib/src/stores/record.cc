#include "lib/src/stores/record.h"

#include <algorithm>
#include <utility>

#include "lib/src/assert.h"
#include "lib/src/plant.h"

namespace leasehold::stores {
namespace {

// A null owner id owns nothing, not even a free record.
bool owned_by(const Record& record, const OwnerId& owner) { return owner && record.owner == owner; }

bool same_clock(const Record& record, const Judge& judge) {
  return record.authority == judge.authority && record.domain == judge.domain;
}

Instant<StoreClock> floored(Instant<StoreClock> now, Length resolution) {
  LEASEHOLD_ASSERT(resolution > Length::zero());
  const std::int64_t past_step = now.ns() % resolution.count();
  const std::int64_t down = past_step < 0 ? past_step + resolution.count() : past_step;
  return now - Span<StoreClock>::ns(down);
}

Span<StoreClock> delayed(const Judge& judge, Length lock_delay) {
  return on<StoreClock>(rounded_up(lock_delay, judge.resolution));
}

// Writes the expiry anew for the tenure that is there, never backwards, and returns the expiry that
// its owner may go by.
//
// Two cases differ from the plain "the later of old and new". A judge on another clock must not
// write its time beside the record's domain, so the record loses its expiry and is observed from
// here on. And an old expiry that is not believed stays, but is not handed out: contenders will
// have observed the record for one lease while its owner would go on believing for longer.
std::optional<Instant<StoreClock>> prolong(Record& record, const Judge& judge) {
  if (judge.authority == Authority::observation) {
    record.expires_at.reset();
    return std::nullopt;
  }
  const Instant<StoreClock> fresh = expiry(judge, record.lease);
  if (!same_clock(record, judge)) {
    record.expires_at.reset();
    return fresh;
  }
  const bool believed = over(record, judge).has_value();
  record.expires_at = std::max(record.expires_at.value_or(fresh), fresh);
  return believed ? record.expires_at : fresh;
}

Granted repeat(Record& record, const Judge& judge) {
  const auto expires_at = prolong(record, judge);
  ++record.version;
  return Granted{.term = record.term,
                 .version = record.version,
                 .previous_owner = record.last_owner,
                 .previous = Previous::own,
                 .expires_at = expires_at};
}

Granted grant(Record& record, const Judge& judge, const AcquireRequest& request) {
  Granted granted;
  if (record.owner) {
    granted.previous = Previous::expired;
    granted.previous_owner = record.owner;
  } else {
    granted.previous = record.last_owner ? Previous::released : Previous::never;
    granted.previous_owner = record.last_owner;
  }
  record.last_owner = granted.previous_owner;
  record.owner = request.owner;
  record.lease = rounded_up(request.lease, judge.resolution);
  record.authority = judge.authority;
  record.domain = judge.domain;
  record.expires_at.reset();
  if (judge.authority != Authority::observation) record.expires_at = expiry(judge, record.lease);
  record.seq = 0;
  record.renew_id = RenewId{};
  const bool same_process = record.info == request.info;
  record.info = request.info;
  const bool keeps = (planted(Bug::M21) && granted.previous == Previous::expired) ||
                     (planted(Bug::M17) && same_process && record.term > 0);
  if (!keeps) ++record.term;
  granted.term = record.term;
  granted.version = ++record.version;
  granted.expires_at = record.expires_at;
  return granted;
}

// The tenure ends; its term, seq and info stay for whoever comes late.
void set_free(Record& record) {
  record.last_owner = record.owner;
  record.owner = OwnerId{};
  record.expires_at.reset();
  ++record.version;
  if (planted(Bug::M23)) record.term = 0;
}

NotOwner not_owner(const Record& record) {
  const auto why = record.owner ? NotOwner::Why::superseded : NotOwner::Why::free;
  return NotOwner{.term = record.term, .why = why, .info = record.info};
}

Error misuse(const char* verb, const std::string& key, const std::string& problem) {
  return Error{Errc::misuse, std::string(verb) + " \"" + key + "\": " + problem};
}

std::optional<Error> misuse_of_key(const char* verb, const std::string& key) {
  if (key.empty()) {
    return misuse(
        verb, key,
        "the key is empty: name the lock with 1 to " + std::to_string(longest_key) + " bytes");
  }
  if (key.size() > longest_key) {
    return misuse(verb, key.substr(0, 32) + "...",
                  "the key has " + std::to_string(key.size()) + " bytes, above " +
                      std::to_string(longest_key) + ": shorten it or use its digest");
  }
  return std::nullopt;
}

std::optional<Error> misuse_of_owner(const char* verb, const std::string& key,
                                     const OwnerId& owner) {
  if (std::optional<Error> wrong = misuse_of_key(verb, key)) return wrong;
  if (owner) return std::nullopt;
  return misuse(verb, key, "the owner id is null: draw one with Random::id for every acquire call");
}

std::optional<Error> misuse_of_lease(const char* verb, const std::string& key, Length lease) {
  if (lease > Length::zero() && lease <= longest_length) return std::nullopt;
  return misuse(verb, key,
                "lease " + to_string(lease) + " is outside (0ms, " + to_string(longest_length) +
                    "]: set lease to a length in that range");
}

}  // namespace

Length rounded_up(Length lease, Length resolution) {
  return (lease + resolution - Length(1)) / resolution * resolution;
}

// The expiry E of a lease L that is granted or renewed at the reading a: E = floor(a) + L. The
// lease is a multiple of q, so E is one too, and a + L - q < E <= a + L.
//   A holder that goes by E stops at the reading E - q. A reading is behind its moment by less than
//   a tick, and a tick is at most q, so before the moment E it believes no more.
//   A holder that counts for itself starts at t_s <= a and stops within L - q of it, before E.
//   A contender takes over at a reading > E, and its moment is no earlier than its reading.
// So they never meet. And since E <= a + L, nobody is kept out for longer than was asked for.
Instant<StoreClock> expiry(const Judge& judge, Length lease) {
  return floored(judge.now, judge.resolution) + on<StoreClock>(lease);
}

std::optional<bool> over(const Record& record, const Judge& judge) {
  if (judge.authority == Authority::observation || !same_clock(record, judge)) return std::nullopt;
  if (!record.expires_at) return std::nullopt;
  // Added up on the instant, which saturates: what a record says may be any number.
  const Instant<StoreClock> furthest = judge.now + on<StoreClock>(record.lease) +
                                       on<StoreClock>(judge.resolution) +
                                       on<StoreClock>(judge.skew);
  if (*record.expires_at > furthest) return std::nullopt;
  if (planted(Bug::M08)) return judge.now >= *record.expires_at;
  if (planted(Bug::M09)) return judge.now > *record.expires_at + on<StoreClock>(record.lease);
  return judge.now > *record.expires_at;
}

// The judge's clock may be anywhere by now, but it is one clock: what it showed when the lease was
// written and what it shows now are a lease and a delay apart.
std::optional<bool> over(const Record& record, const Judge& judge, Length lock_delay) {
  const std::optional<bool> judged = over(record, judge);
  if (!judged.value_or(false) || planted(Bug::X07)) return judged;
  return judge.now > *record.expires_at + delayed(judge, lock_delay);
}

AcquireAnswer acquire(Record& record, const Judge& judge, const AcquireRequest& request) {
  const std::optional<bool> judged = over(record, judge);
  if (planted(Bug::M26) && record.owner && record.info == request.info)
    record.owner = request.owner;
  if (owned_by(record, request.owner) && !judged.value_or(false)) return repeat(record, judge);
  const bool seen_unchanged = request.unchanged == record.version;
  const bool left_alone = !over(record, judge, request.lock_delay).value_or(false);
  if (record.owner && left_alone && !seen_unchanged) {
    Busy busy{.version = record.version,
              .term = record.term,
              .lease = record.lease,
              .info = record.info,
              .expiry_hint = std::nullopt};
    if (judged) busy.expiry_hint = *record.expires_at + delayed(judge, request.lock_delay);
    return busy;
  }
  if (record.term != request.expected_term) return Moved{record.term};
  return grant(record, judge, request);
}

RenewAnswer renew(Record& record, const Judge& judge, const RenewRequest& request) {
  const bool ours = owned_by(record, request.owner) && record.term == request.term;
  if (!ours && !planted(Bug::M19)) return not_owner(record);
  if (over(record, judge).value_or(false) && !planted(Bug::M20)) {
    return NotOwner{.term = record.term, .why = NotOwner::Why::over, .info = record.info};
  }
  if (rounded_up(request.lease, judge.resolution) != record.lease) {
    return other_lease(request, record.lease);
  }
  if (request.seq <= record.seq && !planted(Bug::X06)) return Stale{record.seq, record.renew_id};
  const auto expires_at = prolong(record, judge);
  record.seq = request.seq;
  record.renew_id = request.renew_id;
  ++record.version;
  if (planted(Bug::M22)) ++record.term;
  return Renewed{record.seq, expires_at};
}

Error other_lease(const RenewRequest& request, Length recorded) {
  return misuse("renew", request.key,
                "lease " + to_string(request.lease) + " is not the " + to_string(recorded) +
                    " that the tenure began with: release and acquire again to change it");
}

ReleaseAnswer release(Record& record, const ReleaseRequest& request) {
  const bool ours = owned_by(record, request.owner) && record.term == request.term;
  const bool by_name = planted(Bug::M15) && owned_by(record, request.owner);
  if (!ours && !by_name && !(planted(Bug::M16) && record.owner)) return not_owner(record);
  set_free(record);
  return Released{};
}

Abandoned abandon(Record& record, const AbandonRequest& request) {
  if (owned_by(record, request.owner)) {
    set_free(record);
    return Abandoned{.settled = true};
  }
  // The acquire applies only at its expected term, and terms only rise. So it is dead once the term
  // is another one, and here that can be brought about unless a tenure stands in the way.
  if (record.term != request.expected_term) return Abandoned{.settled = true};
  if (record.owner) return Abandoned{.settled = false};
  ++record.term;
  ++record.version;
  return Abandoned{.settled = true};
}

RecordView view(const Record& record, const Judge& judge) {
  const std::optional<bool> judged = over(record, judge);
  std::optional<Length> left;
  if (record.owner && judged == false) left = Length((*record.expires_at - judge.now).ns());
  return RecordView{.version = record.version,
                    .term = record.term,
                    .owner = record.owner,
                    .last_owner = record.last_owner,
                    .lease = record.lease,
                    .authority = record.authority,
                    .domain = record.domain,
                    .expires_at = record.expires_at,
                    .seq = record.seq,
                    .renew_id = record.renew_id,
                    .info = record.info,
                    .over = judged,
                    .left = left};
}

std::optional<Error> find_misuse(const AcquireRequest& request) {
  if (auto wrong = misuse_of_owner("acquire", request.key, request.owner)) return wrong;
  if (auto wrong = misuse_of_lease("acquire", request.key, request.lease)) return wrong;
  if (request.lock_delay >= Length::zero() && request.lock_delay <= longest_length) {
    return std::nullopt;
  }
  return misuse("acquire", request.key,
                "lock_delay " + to_string(request.lock_delay) + " is outside [0ms, " +
                    to_string(longest_length) + "]: set it to a length in that range");
}

std::optional<Error> find_misuse(const RenewRequest& request) {
  if (auto wrong = misuse_of_owner("renew", request.key, request.owner)) return wrong;
  return misuse_of_lease("renew", request.key, request.lease);
}

std::optional<Error> find_misuse(const ReleaseRequest& request) {
  return misuse_of_owner("release", request.key, request.owner);
}

std::optional<Error> find_misuse(const AbandonRequest& request) {
  return misuse_of_owner("abandon", request.key, request.owner);
}

std::optional<Error> find_misuse(std::span<const RenewRequest> batch) {
  if (batch.size() <= largest_batch) return std::nullopt;
  return Error{Errc::misuse, "renew: a batch of " + std::to_string(batch.size()) +
                                 " requests is above " + std::to_string(largest_batch) +
                                 ": split it"};
}

std::optional<Error> find_misuse(const std::string& key) { return misuse_of_key("inspect", key); }

}  // namespace leasehold::stores
