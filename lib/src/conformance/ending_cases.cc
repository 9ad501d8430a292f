// Releases and abandons: they end what they name and nothing else.
#include "lib/src/conformance/bench.h"

namespace leasehold::conformance {
namespace {

void release_frees_its_own_tenure_only(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const OwnerId bob = bench.owner();
  key.equal("release, never acquired", NotOwner::Why::free, key.release<NotOwner>(ann, 0).why);
  const AcquireRequest holds = key.asks(ann, 0);
  key.acquire<Granted>(holds);
  for (const auto& [owner, term] : {std::pair{bob, Term{1}}, {ann, Term{0}}, {ann, Term{2}}}) {
    const auto answer = key.release<NotOwner>(owner, term);
    key.equal("release: why", NotOwner::Why::superseded, answer.why);
    key.equal("release: term", 1U, answer.term);
    key.equal("release: info", holds.info, answer.info);
  }
  key.release<Released>(ann, 1);
  key.equal("released: owner", OwnerId{}, key.record().owner);
  key.equal("released: last owner", ann, key.record().last_owner);
  key.equal("released: term", 1U, key.record().term);
}

void release_is_repeatable(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  key.grant(ann);
  key.release<Released>(ann, 1);
  for (int times = 0; times < 2; ++times) {
    const auto again = key.release<NotOwner>(ann, 1);
    key.equal("released again: why", NotOwner::Why::free, again.why);
    key.equal("released again: term", 1U, again.term);
  }
  key.grant(bench.owner());
  const auto late = key.release<NotOwner>(ann, 1);
  key.equal("released late: why", NotOwner::Why::superseded, late.why);
  key.equal("released late: term", 2U, late.term);
}

void abandon_of_an_own_tenure_releases_it(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const AcquireRequest request = key.asks(ann, 0);
  key.acquire<Granted>(request);
  key.equal("abandoned own: settled", true, key.abandon(ann, 0));
  key.equal("abandoned own: owner", OwnerId{}, key.record().owner);
  key.equal("abandoned own: term", 1U, key.record().term);
  key.acquire<Moved>(request);
  const auto granted = key.grant(bench.owner());
  key.equal("abandoned own: previous", Previous::released, granted.previous);
  key.equal("abandoned own: previous owner", ann, granted.previous_owner);
}

// The term of a free record is raised, so that the acquire under way finds it moved.
void abandon_raises_the_term_of(Bench& bench, Probe& key, Term term) {
  const OwnerId ann = bench.owner();
  key.equal("abandoned free: settled", true, key.abandon(ann, term));
  key.equal("abandoned free: owner", OwnerId{}, key.record().owner);
  key.equal("abandoned free: term", term + 1, key.record().term);
  key.equal("abandoned free: moved", term + 1, key.acquire<Moved>(key.asks(ann, term)).term);
  key.equal("abandoned again: settled", true, key.abandon(ann, term));
  key.equal("abandoned again: term", term + 1, key.record().term);
}

void abandon_of_a_free_record_raises_its_term(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  key.grant(ann);
  key.release<Released>(ann, 1);
  abandon_raises_the_term_of(bench, key, 1);
  const auto granted = key.grant(bench.owner());
  key.equal("granted: term", 3U, granted.term);
  key.equal("granted: previous", Previous::released, granted.previous);
  key.equal("granted: previous owner", ann, granted.previous_owner);
}

void abandon_of_a_key_never_acquired_raises_its_term(Bench& bench) {
  Probe key(bench);
  abandon_raises_the_term_of(bench, key, 0);
  const auto granted = key.grant(bench.owner());
  key.equal("granted: previous", Previous::never, granted.previous);
  key.equal("granted: previous owner", OwnerId{}, granted.previous_owner);
}

void abandon_leaves_the_tenures_of_others(Bench& bench) {
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const OwnerId bob = bench.owner();
  key.grant(ann);
  const Version version = key.record().version;
  for (const Term dead : {0U, 2U, 9U}) {
    key.equal("abandoned elsewhere: settled", true, key.abandon(bob, dead));
  }
  key.equal("abandoned behind a tenure of its term: settled", false, key.abandon(bob, 1));
  key.equal("abandoned: owner", ann, key.record().owner);
  key.equal("abandoned: version", version, key.record().version);
  // What `not settled` warns of, and how it is settled in the end.
  key.release<Released>(ann, 1);
  key.equal("abandoned after the tenure: settled", true, key.abandon(bob, 1));
  key.equal("abandoned after the tenure: term", 2U, key.record().term);
  key.acquire<Moved>(key.asks(bob, 1));
}

void term_only_rises_over_a_long_life(Bench& bench) {
  Probe key(bench);
  Term term = 0;
  for (int round = 0; round < 8; ++round) {
    const OwnerId ann = bench.owner();
    const OwnerId bob = bench.owner();
    key.equal("a long life: term", ++term, key.grant(ann).term);
    key.renew<Renewed>(key.renews(ann, term, 1));
    if (round % 2 == 0) {
      key.release<Released>(ann, term);
    } else {
      AcquireRequest takes = key.asks(bob, term);
      takes.unchanged = key.record().version;
      key.equal("a long life: term", ++term, key.acquire<Granted>(takes).term);
      key.abandon(bob, term - 1);
    }
    if (round % 3 == 0) key.abandon(bob, term++);
    key.equal("a long life: term in the record", term, key.record().term);
  }
}

}  // namespace

std::vector<Case> ending_cases() {
  return {{"release_frees_its_own_tenure_only", guarded<release_frees_its_own_tenure_only>},
          {"release_is_repeatable", guarded<release_is_repeatable>},
          {"abandon_of_an_own_tenure_releases_it", guarded<abandon_of_an_own_tenure_releases_it>},
          {"abandon_of_a_free_record_raises_its_term",
           guarded<abandon_of_a_free_record_raises_its_term>},
          {"abandon_of_a_key_never_acquired_raises_its_term",
           guarded<abandon_of_a_key_never_acquired_raises_its_term>},
          {"abandon_leaves_the_tenures_of_others", guarded<abandon_leaves_the_tenures_of_others>},
          {"term_only_rises_over_a_long_life", guarded<term_only_rises_over_a_long_life>}};
}

}  // namespace leasehold::conformance
