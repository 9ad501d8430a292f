#include "proptests/stateful/model.h"

#include <algorithm>
#include <chrono>

#include "proptests/stateful/virtual_runtime.h"

namespace leasehold::proptests {
namespace {

using namespace std::chrono_literals;

const Timing& timing() {
  static const Timing lengths = stateful_config().timing;
  return lengths;
}

const Journal::Lease* lease_of(const Tenure& tenure) {
  const auto& leases = tenure.party->line->journal.leases;
  const auto found = std::find_if(leases.begin(), leases.end(), [&](const Journal::Lease& one) {
    return one.key == tenure.fence.key && one.owner_digest == tenure.fence.owner_digest;
  });
  return found == leases.end() ? nullptr : &*found;
}

std::string words(const Tenure& tenure) {
  return tenure.party->name + "'s term " + std::to_string(tenure.fence.term) + " of key " +
         tenure.fence.key;
}

}  // namespace

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::joined:
      return "joined";
    case Outcome::taken:
      return "a new tenure";
    case Outcome::busy:
      return "busy";
    case Outcome::store_error:
      return "store error";
    case Outcome::closed:
      return "closed";
  }
  return "?";
}

Config stateful_config(Length min_hold) {
  Config config;
  config.authority = Authority::host_clock;
  config.timing = {.lease = 5h,
                   .renew_every = 1h,
                   .request_timeout = 1h,
                   .retry_pause = 6min,
                   .longest_wait = 1h,
                   .stop_budget = 30min,
                   .min_useful = 36min,
                   .tolerated_failures = 2,
                   .max_tenure = 11h,
                   .min_hold = min_hold};
  config.bounds.resolution = 1ns;
  return config;
}

Instant<LocalClock> Model::now() { return VirtualRuntime::instance().now(); }

Instant<LocalClock> Model::deadline(const Tenure& tenure) {
  const Length usable = timing().lease - stateful_config().bounds.resolution;
  return lease_of(tenure)->confirmed + on<LocalClock>(usable);
}

Instant<LocalClock> Model::soft_deadline(const Tenure& tenure) {
  return deadline(tenure) - on<LocalClock>(timing().stop_budget);
}

bool Model::is_held(const Tenure& tenure) { return !tenure.ended && now() < deadline(tenure); }

bool Model::may_join(const Tenure& tenure) {
  const bool young = now() < tenure.began + on<LocalClock>(timing().max_tenure);
  return is_held(tenure) && !tenure.jeopardy && young;
}

std::shared_ptr<Tenure> Model::held_by(const Party& party, const std::string& key) const {
  const auto found = std::find_if(tenures_.begin(), tenures_.end(), [&](const auto& one) {
    return one->is_of(party, key) && is_held(*one);
  });
  return found == tenures_.end() ? nullptr : *found;
}

bool Model::keeps(const Party& party, const std::string& key) const {
  return std::any_of(tenures_.begin(), tenures_.end(),
                     [&](const auto& one) { return one->is_of(party, key) && one->kept; });
}

std::optional<RecordView> Model::record(const std::string& key) const {
  return store_->inspect(key)->answer;
}

bool Model::is_taken(const std::string& key) const {
  const auto shown = record(key);
  return shown && shown->owner && !shown->over.value_or(false);
}

Outcome Model::try_now(const Party& party, const std::string& key) const {
  if (party.closed) return Outcome::closed;
  if (const auto own = held_by(party, key)) return may_join(*own) ? Outcome::joined : Outcome::busy;
  if (keeps(party, key)) return Outcome::busy;
  if (party.line->trouble != Trouble::none) return Outcome::store_error;
  return is_taken(key) ? Outcome::busy : Outcome::taken;
}

std::shared_ptr<Tenure> Model::granted(const std::shared_ptr<Party>& party, const std::string& key,
                                       const Fence& fence) {
  if (auto own = held_by(*party, key)) {
    if (own->fence != fence) throw Wrong("a second tenure beside " + words(*own));
    if (!may_join(*own)) throw Wrong("a guard joined " + words(*own) + ", which is to end");
    ++own->guards;
    return own;
  }
  for (const auto& one : tenures_) {
    if (one->fence.key != key) continue;
    if (one->fence.owner_digest == fence.owner_digest) {
      throw Wrong("a guard of " + words(*one) + ", which was over");
    }
    if (one->fence.term >= fence.term)
      throw Wrong("the term after " + words(*one) + " is no higher");
    if (one->fence.incarnation != fence.incarnation) throw Wrong("another table");
    if (is_held(*one)) throw Wrong(party->name + " has the key beside " + words(*one));
  }
  auto tenure =
      std::make_shared<Tenure>(Tenure{.party = party, .fence = fence, .began = now(), .guards = 1});
  if (fence.key != key || lease_of(*tenure) == nullptr) {
    throw Wrong("nobody granted " + words(*tenure));
  }
  tenures_.push_back(tenure);
  return tenure;
}

void Model::drop(Tenure& tenure) {
  const bool last = --tenure.guards == 0 && is_held(tenure);
  if (last && now() >= kept_until(tenure)) end(tenure, LossReason::released);
}

void Model::end(Tenure& tenure, LossReason reason) const {
  tenure.ended = reason;
  tenure.ended_at = now();
  if (now() >= kept_until(tenure)) return;
  tenure.kept = reason == LossReason::released;
  tenure.runs_out = !tenure.kept;
}

void Model::time_passed() {
  for (const auto& one : tenures_) {
    if (one->kept) {
      const bool within = now() < kept_until(*one);
      one->runs_out = within && now() >= deadline(*one);
      one->kept = within && !one->runs_out;
      const bool too_late = one->party->line->trouble != Trouble::none || now() >= deadline(*one);
      one->unsure = !within && too_late;
    }
    if (one->ended) continue;
    const bool is_spent = one->guards == 0 && now() >= kept_until(*one);
    if (now() < deadline(*one) && is_spent) {
      end(*one, LossReason::released);
    } else if (now() >= deadline(*one)) {
      end(*one, LossReason::deadline);
    } else if (now() >= soft_deadline(*one)) {
      one->jeopardy = true;
    }
  }
}

bool Model::others_had_it(const Tenure& tenure, Term valid_at) const {
  return std::any_of(parties_.begin(), parties_.end(), [&](const auto& party) {
    if (party == tenure.party) return false;
    const auto& taken = party->line->journal.taken;
    return std::any_of(taken.begin(), taken.end(), [&](const Journal::Taken& one) {
      return one.key == tenure.fence.key && one.term > valid_at && one.term <= tenure.fence.term;
    });
  });
}

bool Model::all_were_own(const Tenure& tenure, Term valid_at) {
  const auto& leases = tenure.party->line->journal.leases;
  for (Term term = valid_at + 1; term <= tenure.fence.term; ++term) {
    const bool own = std::any_of(leases.begin(), leases.end(), [&](const Journal::Lease& one) {
      return one.key == tenure.fence.key && one.term == term;
    });
    if (!own) return false;
  }
  return true;
}

void Model::check() const {
  for (const auto& one : tenures_) {
    check_record_of(*one);
    if (is_held(*one)) check_renewals_of(*one);
  }
}

// While it is held the record is the tenure's; when it has ended, and its release could be heard,
// it is not.
void Model::check_record_of(const Tenure& tenure) const {
  const auto shown = record(tenure.fence.key);
  const bool its_own = shown->owner && digest_of(shown->owner) == tenure.fence.owner_digest;
  if (is_held(tenure)) {
    if (!its_own || shown->over.value_or(false))
      throw Wrong("the store gave away " + words(tenure));
    if (shown->term != tenure.fence.term) throw Wrong("the store renamed " + words(tenure));
    return;
  }
  const Party& party = *tenure.party;
  const bool over = shown->over.value_or(false);
  if (tenure.kept && (!its_own || over)) throw Wrong("nobody kept " + words(tenure));
  if (!its_own || over || party.line->trouble != Trouble::none) return;
  if (tenure.kept || tenure.runs_out) return;
  // What failed while the store did is repeated after a pause, until the row is over.
  const Instant<LocalClock> let_go = std::max(tenure.ended_at, kept_until(tenure));
  const Instant<LocalClock> released =
      let_go > party.healthy_since ? let_go
                                   : party.healthy_since + on<LocalClock>(timing().retry_pause);
  if (now() >= released) throw Wrong("nobody released " + words(tenure));
}

void Model::check_renewals_of(const Tenure& tenure) {
  const Party& party = *tenure.party;
  if (party.line->trouble != Trouble::none) return;
  const Length every = timing().renew_every;
  const Instant<LocalClock> due =
      std::max(lease_of(tenure)->confirmed + on<LocalClock>(every + every / 10),
               party.healthy_since + on<LocalClock>(timing().retry_pause));
  if (now() > due) throw Wrong("nobody renewed " + words(tenure));
}

}  // namespace leasehold::proptests
