// Renewals: what they need, and how a batch of them is answered.
#include "lib/src/conformance/bench.h"

namespace leasehold::conformance {
namespace {

std::vector<RenewAnswer> renew_all(Bench& bench, const std::vector<RenewRequest>& batch) {
  const std::string what = "renew a batch of " + text(batch.size());
  auto answers = bench.answer_of(what, bench.store().renew(batch));
  if (answers.size() == batch.size()) return answers;
  bench.stop(Findings::Kind::wrong, what + ": got " + text(answers.size()) + " answers");
}

template <class Want>
void expect(Bench& bench, const std::string& what, const RenewAnswer& answer) {
  if (std::holds_alternative<Want>(answer)) return;
  bench.wrong(what + ": expected " + name_of<Want> + ", got " + text(answer));
}

void renewal_applies(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  auto expires_at = key.grant(ann).expires_at;
  for (const Seq seq : {1U, 2U, 5U, 100U}) {
    bench.pass(bench.lease() / 8);
    const RenewRequest request = key.renews(ann, 1, seq);
    const auto renewed = key.renew<Renewed>(request);
    key.equal("renewed: seq", seq, renewed.seq);
    key.equal("renewed: seq in the record", seq, key.record().seq);
    key.equal("renewed: renew id", request.renew_id, key.record().renew_id);
    key.equal("renewed: owner", ann, key.record().owner);
    key.equal("renewed: term", 1U, key.record().term);
    if (expires_at && renewed.expires_at) {
      key.equal("renewed: the expiry rose", true, *renewed.expires_at > *expires_at);
    }
    expires_at = renewed.expires_at;
  }
}

void old_seq_is_stale(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  key.grant(ann);
  key.equal("stale: first seq", 0U, key.renew<Stale>(key.renews(ann, 1, 0)).seq);
  const RenewRequest won = key.renews(ann, 1, 5);
  key.renew<Renewed>(won);
  for (const Seq seq : {0U, 4U, 5U}) {
    const auto stale = key.renew<Stale>(key.renews(ann, 1, seq));
    key.equal("stale: seq", 5U, stale.seq);
    key.equal("stale: renew id", won.renew_id, stale.renew_id);
  }
  key.renew<Stale>(won);
  key.renew<Renewed>(key.renews(ann, 1, 6));
}

void renewal_never_takes_over(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const OwnerId bob = bench.owner();
  const auto refused = [&key](OwnerId owner, Term term, NotOwner::Why why) {
    const auto answer = key.renew<NotOwner>(key.renews(owner, term, 9));
    key.equal("renew: why", why, answer.why);
    key.equal("renew: term", key.seen() ? key.seen()->term : 0, answer.term);
  };
  refused(ann, 0, NotOwner::Why::free);
  refused(ann, 1, NotOwner::Why::free);
  const AcquireRequest holds = key.asks(ann, 0);
  key.acquire<Granted>(holds);
  refused(bob, 1, NotOwner::Why::superseded);
  refused(ann, 0, NotOwner::Why::superseded);
  refused(ann, 2, NotOwner::Why::superseded);
  key.equal("renew: info", holds.info, key.renew<NotOwner>(key.renews(bob, 1, 9)).info);
  key.release<Released>(ann, 1);
  refused(ann, 1, NotOwner::Why::free);
  refused(bob, 1, NotOwner::Why::free);
  key.grant(bob);
  refused(ann, 1, NotOwner::Why::superseded);
  refused(ann, 2, NotOwner::Why::superseded);
}

void another_lease_is_misuse(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  key.grant(ann);
  for (const Length lease : {key.lease() / 2, key.lease() * 2, Length(0), Length(-1)}) {
    RenewRequest request = key.renews(ann, 1, 1);
    request.lease = lease;
    key.renew<Error>(request);
  }
  key.renew<Renewed>(key.renews(ann, 1, 1));
}

void batch_is_answered_in_order_and_keys_fail_alone(Bench& bench) {
  const OwnerId ann = bench.owner();
  Probe good(bench);
  Probe stale(bench);
  Probe unknown(bench);
  Probe resized(bench);
  Probe last(bench);
  for (Probe* const held : {&good, &stale, &resized, &last}) held->grant(ann);
  std::vector<RenewRequest> batch;
  for (Probe* const each : {&good, &stale, &unknown, &resized, &good, &good, &good, &last}) {
    batch.push_back(each->renews(ann, 1, 1 + batch.size()));
  }
  batch[1].seq = 0;
  batch[3].lease *= 2;
  batch[4].key.clear();
  batch[5].key = std::string(513, 'k');
  batch[6].owner = OwnerId{};
  const auto answers = renew_all(bench, batch);
  expect<Renewed>(bench, "a good one at first", answers[0]);
  expect<Stale>(bench, "an old seq", answers[1]);
  expect<NotOwner>(bench, "an unknown key", answers[2]);
  bench.must_be_misuse("another lease", answers[3]);
  bench.must_be_misuse("an empty key", answers[4]);
  bench.must_be_misuse("a key of 513 bytes", answers[5]);
  bench.must_be_misuse("a null owner", answers[6]);
  expect<Renewed>(bench, "a good one at last", answers[7]);
  for (Probe* const untouched : {&stale, &unknown, &resized}) untouched->look();
  for (Probe* const renewed : {&good, &last}) renewed->look_renewed();
  good.equal("the good one: seq", 1U, good.record().seq);
  last.equal("the last one: seq", 8U, last.record().seq);
}

void largest_batch_is_carried_out_and_a_larger_one_is_misuse(Bench& bench) {
  const OwnerId ann = bench.owner();
  Probe first(bench);
  Probe last(bench);
  Probe unknown(bench);
  first.grant(ann);
  last.grant(ann);
  std::vector<RenewRequest> batch(largest_batch + 1, unknown.renews(ann, 1, 1));
  batch.front() = first.renews(ann, 1, 1);
  batch.back() = last.renews(ann, 1, 1);
  bench.must_be_misuse("renew a batch of 257", bench.store().renew(batch));
  first.look();
  last.look();
  batch.erase(batch.begin() + 1);
  const auto answers = renew_all(bench, batch);
  expect<Renewed>(bench, "the first of 256", answers.front());
  expect<NotOwner>(bench, "one amid 256", answers[100]);
  expect<Renewed>(bench, "the last of 256", answers.back());
  first.look_renewed();
  last.look_renewed();
  unknown.look();
}

}  // namespace

std::vector<Case> renew_cases() {
  return {{"renewal_applies", guarded<renewal_applies>},
          {"old_seq_is_stale", guarded<old_seq_is_stale>},
          {"renewal_never_takes_over", guarded<renewal_never_takes_over>},
          {"another_lease_is_misuse", guarded<another_lease_is_misuse>},
          {"batch_is_answered_in_order_and_keys_fail_alone",
           guarded<batch_is_answered_in_order_and_keys_fail_alone>},
          {"largest_batch_is_carried_out_and_a_larger_one_is_misuse",
           guarded<largest_batch_is_carried_out_and_a_larger_one_is_misuse>}};
}

}  // namespace leasehold::conformance
