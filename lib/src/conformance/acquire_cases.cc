// Who is granted a tenure, and what the others are told.
#include "lib/src/conformance/bench.h"

namespace leasehold::conformance {
namespace {

void first_grant_is_term_one(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const AcquireRequest request = key.asks(ann, 0);
  const auto granted = key.acquire<Granted>(request);
  key.equal("previous", Previous::never, granted.previous);
  key.equal("previous owner", OwnerId{}, granted.previous_owner);
  const RecordView& record = key.record();
  key.equal("term in the record", 1U, record.term);
  key.equal("version in the record", granted.version, record.version);
  key.equal("owner", ann, record.owner);
  key.equal("last owner", OwnerId{}, record.last_owner);
  key.equal("authority", bench.traits().authority, record.authority);
  key.equal("domain", bench.traits().domain, record.domain);
  key.equal("seq", 0U, record.seq);
  key.equal("renew id", RenewId{}, record.renew_id);
  key.equal("info", request.info, record.info);
  key.same_lease("lease in the record", record.lease);
  key.equal("over", bench.judges() ? std::optional(false) : std::nullopt, record.over);
}

void busy_names_the_holder(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const AcquireRequest holds = key.asks(ann, 0);
  const auto granted = key.acquire<Granted>(holds);
  for (const Term expected : {0U, 1U, 2U}) {
    AcquireRequest wants = key.asks(bench.owner(), expected);
    wants.lease = key.lease() / 2;
    const auto busy = key.acquire<Busy>(wants);
    key.equal("busy: version", granted.version, busy.version);
    key.equal("busy: term", granted.term, busy.term);
    key.same_lease("busy: lease", busy.lease);
    key.equal("busy: info", holds.info, busy.info);
    key.equal("busy: an expiry is told", bench.judges(), busy.expiry_hint.has_value());
  }
}

void wrong_term_on_a_free_record_is_moved(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  key.equal("moved, never acquired: term", 0U, key.acquire<Moved>(key.asks(ann, 7)).term);
  const Term term = key.grant(ann).term;
  key.release<Released>(ann, term);
  const OwnerId bob = bench.owner();
  for (const Term expected : {term - 1, term + 1}) {
    key.equal("moved: term", term, key.acquire<Moved>(key.asks(bob, expected)).term);
  }
  key.acquire<Granted>(key.asks(bob, term));
}

void repeated_acquire_is_own(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const auto first = key.acquire<Granted>(key.asks(ann, 0));
  bench.pass(bench.lease() / 8);
  // The repeat has the old expected term, or whatever: its owner is what counts.
  for (const Term expected : {0U, 1U, 9U}) {
    const auto again = key.acquire<Granted>(key.asks(ann, expected));
    key.equal("repeated: previous", Previous::own, again.previous);
    key.equal("repeated: term", first.term, again.term);
    key.equal("repeated: version", key.record().version, again.version);
    key.equal("repeated: owner", ann, key.record().owner);
    if (first.expires_at && again.expires_at) {
      key.equal("repeated: the expiry rose", true, *again.expires_at > *first.expires_at);
    }
  }
}

void grant_after_a_release(Bench& bench) {
  Probe key(bench);
  OwnerId last = bench.owner();
  key.grant(last);
  for (Term term = 1; term <= 4; ++term) {
    key.release<Released>(last, term);
    const OwnerId next = bench.owner();
    const auto granted = key.acquire<Granted>(key.asks(next, term));
    key.equal("released: previous", Previous::released, granted.previous);
    key.equal("released: previous owner", last, granted.previous_owner);
    key.equal("released: term", term + 1, granted.term);
    key.equal("released: last owner", last, key.record().last_owner);
    last = next;
  }
}

void takeover_of_exactly_the_unchanged_version(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const OwnerId bob = bench.owner();
  const Version first = key.grant(ann).version;
  key.renew<Renewed>(key.renews(ann, 1, 1));
  AcquireRequest wants = key.asks(bob, 1);
  for (const Version other : {first, key.record().version + 1, Version{0}}) {
    wants.unchanged = other;
    key.acquire<Busy>(wants);
  }
  wants.unchanged = key.record().version;
  wants.expected_term = 0;
  key.equal("unchanged, wrong term: moved", 1U, key.acquire<Moved>(wants).term);
  wants.expected_term = 1;
  const auto granted = key.acquire<Granted>(wants);
  key.equal("unchanged: previous", Previous::expired, granted.previous);
  key.equal("unchanged: previous owner", ann, granted.previous_owner);
  key.equal("unchanged: owner", bob, key.record().owner);
  key.equal("unchanged: seq of the new tenure", 0U, key.record().seq);
}

void unchanged_version_of_an_earlier_tenure_is_nothing(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const Version seen = key.grant(ann).version;
  key.release<Released>(ann, 1);
  key.grant(bench.owner());
  AcquireRequest wants = key.asks(bench.owner(), 2);
  wants.unchanged = seen;
  key.acquire<Busy>(wants);
}

}  // namespace

std::vector<Case> acquire_cases() {
  return {{"first_grant_is_term_one", guarded<first_grant_is_term_one>},
          {"busy_names_the_holder", guarded<busy_names_the_holder>},
          {"wrong_term_on_a_free_record_is_moved", guarded<wrong_term_on_a_free_record_is_moved>},
          {"repeated_acquire_is_own", guarded<repeated_acquire_is_own>},
          {"grant_after_a_release", guarded<grant_after_a_release>},
          {"takeover_of_exactly_the_unchanged_version",
           guarded<takeover_of_exactly_the_unchanged_version>},
          {"unchanged_version_of_an_earlier_tenure_is_nothing",
           guarded<unchanged_version_of_an_earlier_tenure_is_nothing>}};
}

}  // namespace leasehold::conformance
