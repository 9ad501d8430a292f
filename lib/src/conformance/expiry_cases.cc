// How leases end by time, and how they don't.
#include "lib/src/conformance/bench.h"

namespace leasehold::conformance {
namespace {

void expired_lease_is_taken_over(Bench& bench) {
  bench.only_if_judged();
  Probe key(bench, bench.lease());
  const OwnerId ann = bench.owner();
  const OwnerId bob = bench.owner();
  key.grant(ann);
  key.run_out();
  key.look();
  key.equal("over", true, key.record().over);
  key.equal("expired, wrong term: moved", 1U, key.acquire<Moved>(key.asks(bob, 0)).term);
  const auto granted = key.acquire<Granted>(key.asks(bob, 1));
  key.equal("expired: previous", Previous::expired, granted.previous);
  key.equal("expired: previous owner", ann, granted.previous_owner);
  key.equal("expired: owner", bob, key.record().owner);
  key.equal("expired: last owner", ann, key.record().last_owner);
}

void repeat_after_the_end_starts_nothing(Bench& bench) {
  bench.only_if_judged();
  Probe key(bench, bench.lease());
  const OwnerId ann = bench.owner();
  key.grant(ann);
  key.run_out();
  // A late copy of the request that was granted: its term has moved.
  key.equal("repeated late: moved", 1U, key.acquire<Moved>(key.asks(ann, 0)).term);
}

// The safety of every lock: whoever holds a lease has it to its end.
void live_lease_is_not_taken_over(Bench& bench) {
  bench.only_if_judged();
  Probe key(bench, bench.lease());
  const auto granted = key.grant(bench.owner());
  bench.pass(bench.lease() / 8 * 5);
  const auto busy = key.acquire<Busy>(key.asks(bench.owner(), 1));
  if (busy.expiry_hint && granted.expires_at) {
    key.equal("busy: expiry", *granted.expires_at, *busy.expiry_hint);
  }
  key.look();
  key.equal("over", false, key.record().over);
}

// Three leases long, prolonged whenever half of one is gone.
template <class Prolong>
void keep_alive(Bench& bench, Probe& key, Prolong prolong) {
  for (Seq seq = 1; seq <= 5; ++seq) {
    bench.pass(bench.lease() / 2);
    prolong(seq);
  }
  bench.pass(bench.lease() / 2);
  key.acquire<Busy>(key.asks(bench.owner(), 1));
  key.run_out();
  key.acquire<Granted>(key.asks(bench.owner(), 1));
}

void renewals_keep_a_lease_alive(Bench& bench) {
  bench.only_if_judged();
  Probe key(bench, bench.lease());
  const OwnerId ann = bench.owner();
  key.grant(ann);
  keep_alive(bench, key, [&](Seq seq) { key.renew<Renewed>(key.renews(ann, 1, seq)); });
}

void repeated_acquires_keep_a_lease_alive(Bench& bench) {
  bench.only_if_judged();
  Probe key(bench, bench.lease());
  const OwnerId ann = bench.owner();
  key.grant(ann);
  keep_alive(bench, key, [&](Seq /*seq*/) {
    const auto again = key.acquire<Granted>(key.asks(ann, 0));
    key.equal("repeated: previous", Previous::own, again.previous);
  });
}

void renewal_never_resurrects(Bench& bench) {
  bench.only_if_judged();
  Probe key(bench, bench.lease());
  const OwnerId ann = bench.owner();
  key.grant(ann);
  key.run_out();
  const auto over = key.renew<NotOwner>(key.renews(ann, 1, 1));
  key.equal("renewed late: why", NotOwner::Why::over, over.why);
  key.equal("renewed late: term", 1U, over.term);
  key.acquire<Granted>(key.asks(bench.owner(), 1));
  const auto lost = key.renew<NotOwner>(key.renews(ann, 1, 2));
  key.equal("renewed after a takeover: why", NotOwner::Why::superseded, lost.why);
  key.equal("renewed after a takeover: term", 2U, lost.term);
}

void release_after_the_end_still_frees(Bench& bench) {
  bench.only_if_judged();
  Probe key(bench, bench.lease());
  const OwnerId ann = bench.owner();
  key.grant(ann);
  key.run_out();
  key.release<Released>(ann, 1);
  const auto granted = key.acquire<Granted>(key.asks(bench.owner(), 1));
  key.equal("released late: previous", Previous::released, granted.previous);
  key.equal("released late: previous owner", ann, granted.previous_owner);
}

// Whoever worked under a lease that ran out may not have come to rest. An hour is not over, however
// slow the machine is.
void lock_delay_keeps_everybody_out(Bench& bench) {
  bench.only_if_judged();
  Probe key(bench, bench.lease());
  const OwnerId ann = bench.owner();
  const auto granted = key.grant(ann);
  key.run_out();
  AcquireRequest delayed = key.asks(bench.owner(), 1);
  delayed.lock_delay = unhurried;
  const auto busy = key.acquire<Busy>(delayed);
  if (busy.expiry_hint && granted.expires_at) {
    const auto until = *granted.expires_at + on<StoreClock>(unhurried);
    key.equal("left alone: until then at least", true, *busy.expiry_hint >= until);
  }
  AcquireRequest repeated = key.asks(ann, 0);
  repeated.lock_delay = unhurried;
  key.acquire<Busy>(repeated);
  bench.pass(bench.lease());
  delayed.lock_delay = bench.lease() / 2;
  const auto taken = key.acquire<Granted>(delayed);
  key.equal("left alone long enough: previous", Previous::expired, taken.previous);
}

void lock_delay_is_not_for_what_was_released(Bench& bench) {
  bench.only_if_judged();
  Probe key(bench, bench.lease());
  const OwnerId ann = bench.owner();
  key.grant(ann);
  key.run_out();
  AcquireRequest delayed = key.asks(bench.owner(), 1);
  delayed.lock_delay = unhurried;
  key.acquire<Busy>(delayed);
  key.release<Released>(ann, 1);
  const auto granted = key.acquire<Granted>(delayed);
  key.equal("released within the delay: previous", Previous::released, granted.previous);
}

void observed_lease_is_never_judged(Bench& bench) {
  bench.only_if_observed();
  Probe key(bench, bench.lease());
  const OwnerId ann = bench.owner();
  key.grant(ann);
  key.run_out();
  const auto busy = key.acquire<Busy>(key.asks(bench.owner(), 1));
  key.look();
  key.equal("over", std::nullopt, key.record().over);
  key.renew<Renewed>(key.renews(ann, 1, 1));
  AcquireRequest wants = key.asks(bench.owner(), 1);
  wants.unchanged = busy.version;
  key.acquire<Busy>(wants);
}

}  // namespace

std::vector<Case> expiry_cases() {
  return {
      {"expired_lease_is_taken_over", guarded<expired_lease_is_taken_over>},
      {"repeat_after_the_end_starts_nothing", guarded<repeat_after_the_end_starts_nothing>},
      {"live_lease_is_not_taken_over", guarded<live_lease_is_not_taken_over>},
      {"renewals_keep_a_lease_alive", guarded<renewals_keep_a_lease_alive>},
      {"repeated_acquires_keep_a_lease_alive", guarded<repeated_acquires_keep_a_lease_alive>},
      {"renewal_never_resurrects", guarded<renewal_never_resurrects>},
      {"release_after_the_end_still_frees", guarded<release_after_the_end_still_frees>},
      {"lock_delay_keeps_everybody_out", guarded<lock_delay_keeps_everybody_out>},
      {"lock_delay_is_not_for_what_was_released", guarded<lock_delay_is_not_for_what_was_released>},
      {"observed_lease_is_never_judged", guarded<observed_lease_is_never_judged>}};
}

}  // namespace leasehold::conformance
