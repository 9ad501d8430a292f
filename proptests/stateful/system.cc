#include "proptests/stateful/system.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "lib/src/assert.h"
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"
#include "proptests/stateful/virtual_runtime.h"

namespace leasehold::proptests {
namespace {

VirtualRuntime& runtime() { return VirtualRuntime::instance(); }

std::shared_ptr<Store> new_store() {
  runtime().start_anew();
  return std::make_shared<MemoryStore>(SystemClock::shared(), SystemRandom::shared());
}

void must_be(bool so, const std::string& otherwise) {
  if (!so) throw Wrong(otherwise);
}

/// What a try came to. Of two grants the model says which it may have been.
Outcome outcome_of(const Grant& grant) {
  if (grant) return Outcome::taken;
  switch (grant.refusal().why) {
    case Refusal::Why::busy:
      return Outcome::busy;
    case Refusal::Why::closed:
      return Outcome::closed;
    default:
      return Outcome::store_error;
  }
}

// Clients that are never closed, kept where a leak checker finds them.
void forsake(std::optional<Client> client) {
  static auto* const forsaken = new std::vector<std::optional<Client>>;
  forsaken->push_back(std::move(client));
}

}  // namespace

System::System(Reached& reached, Length min_hold)
    : reached_(reached), min_hold_(min_hold), store_(new_store()), model_(store_, min_hold) {
  for (std::size_t client = 0; client < client_count; ++client) open(client);
}

void System::open(std::size_t client) {
  Member& member = members_[client];
  if (member.party && !member.party->closed) return;
  member = {};
  member.party = std::make_shared<Party>();
  member.party->name = "client " + std::to_string(client);
  member.party->healthy_since = Model::now();
  model_.add(member.party);
  auto made = Client::over(std::make_unique<Connection>(store_, member.party->line),
                           stateful_config(min_hold_), {.info = member.party->name});
  must_be(static_cast<bool>(made), made ? "" : made.error().detail);
  member.client.emplace(std::move(made).value());
  happen();
}

void System::close(std::size_t client) {
  Member& member = members_[client];
  Party& party = *member.party;
  // Else it would wait for what the store does not answer at this moment.
  if (party.closed || !answers_at_once(member)) return;
  party.closed = true;
  for (const auto& one : model_.tenures()) {
    if (one->party != member.party) continue;
    if (Model::is_held(*one)) model_.end(*one, LossReason::closed);
    // Nobody renews it any more.
    if (std::exchange(one->kept, false)) one->runs_out = true;
    if (one->runs_out) reach("a close within the hold");
  }
  member.client->close();
  reach("a client was closed");
  happen();
}

bool System::answers_at_once(const Member& member) const {
  const Journal& journal = member.party->line->journal;
  return member.party->line->trouble == Trouble::none && journal.unheard.empty() &&
         journal.unsure.empty();
}

bool System::waits_for(const Party& party, const std::string& key) const {
  for (const Call& call : calls_) {
    if (call.party.get() == &party && call.key == key) return true;
  }
  return false;
}

void System::attempt(std::size_t client, const std::string& key) {
  const Member& member = members_[client];
  // Whoever waits already sleeps between two tries, and this one would wait along.
  if (waits_for(*member.party, key)) return begin(client, key, Length::zero());
  const Outcome expected = model_.try_now(*member.party, key);
  const std::string holder = model_.is_taken(key) ? model_.record(key)->info : "";
  const bool own =
      model_.held_by(*member.party, key) != nullptr || model_.keeps(*member.party, key);
  const bool unheard = member.party->line->journal.unheard.size() > 1;
  Grant grant = member.client->lock(key).try_acquire();
  runtime().settle();
  const Outcome came = outcome_of(grant);
  const bool as_expected = came == (expected == Outcome::joined ? Outcome::taken : expected);
  // Two releases that nobody heard of leave no room for a third.
  must_be(as_expected || (unheard && came == Outcome::store_error),
          std::string("a try came to ") + to_string(came) + ", not to " + to_string(expected));
  reach(to_string(expected));
  if (came == Outcome::busy && !own) {
    must_be(grant.refusal().who == holder, "the holder is not " + grant.refusal().who);
  }
  if (grant) admit(client, key, std::move(grant).guard());
  happen();
}

void System::wait(std::size_t client, const std::string& key, std::optional<Length> within) {
  begin(client, key, within);
}

void System::begin(std::size_t client, const std::string& key, std::optional<Length> within) {
  Call& call = calls_.emplace_back();
  call.party = members_[client].party;
  call.client = client;
  call.key = key;
  call.within = within;
  call.begun = Model::now();
  // A copy: it shares the tenure.
  const Lock lock = members_[client].client->lock(key);
  const Lock copy = lock;  // NOLINT(performance-unnecessary-copy-initialization)
  copy.acquire_async({.within = within, .stop = call.stop.get_token()},
                     [answer = call.answer](Grant grant) { answer->emplace(std::move(grant)); });
  happen();
}

void System::cancel(std::size_t call) {
  if (calls_.empty()) return;
  Call& chosen = calls_[call % calls_.size()];
  chosen.cancelled = true;
  chosen.stop.request_stop();
  happen();
}

void System::admit(std::size_t client, const std::string& key, Guard guard) {
  Member& member = members_[client];
  const std::size_t before = model_.tenures().size();
  Held held{.tenure = model_.granted(member.party, key, guard.fence()), .client = client};
  if (model_.tenures().size() > before) {
    ++member.tenures;
    const auto& all = model_.tenures();
    const bool handed = all.size() > 1 && all[all.size() - 2]->party != member.party;
    if (handed) reach("the key changed hands");
  } else {
    reach(held.tenure->guards > 1 ? "a second guard" : "a guard of a tenure that had none");
  }
  guard.on_lost([told = held.told](LossReason reason) { told->push_back(reason); });
  held.guard = std::move(guard);
  guards_.push_back(std::move(held));
}

void System::drop(std::size_t guard, How how) {
  if (guards_.empty()) return;
  const auto chosen = guards_.begin() + static_cast<std::ptrdiff_t>(guard % guards_.size());
  if (Model::is_held(*chosen->tenure)) {
    reach(chosen->tenure->guards > 1 ? "a drop that was not the last" : "the last drop");
  } else {
    reach("a dead guard was dropped");
  }
  model_.drop(*chosen->tenure);
  if (how == How::drop) {
    chosen->guard.drop();
    must_be(!chosen->guard.is_held(), "a dropped guard is held");
  } else if (how == How::assign) {
    chosen->guard = Guard();
  }
  guards_.erase(chosen);
  happen();
}

void System::release(std::size_t guard) {
  if (guards_.empty()) return;
  Held& held = guards_[guard % guards_.size()];
  Tenure& tenure = *held.tenure;
  const bool held_now = Model::is_held(tenure);
  using What = ReleaseOutcome::What;
  const bool ours = held_now || tenure.ended == LossReason::released;
  const bool within = Model::now() < model_.kept_until(tenure) && ours && !tenure.runs_out;
  // Else it would wait for the store's word.
  const bool answered =
      tenure.party->line->trouble == Trouble::none && tenure.party->line->journal.unheard.empty();
  if (ours && !within && !tenure.runs_out && !answered) return;
  if (held_now) {
    reach(tenure.guards > 1 ? "a release of several" : "a release");
    model_.end(tenure, LossReason::released);
  }
  if (within) reach("a release within the hold");
  const What expected = !ours             ? What::already_lost
                        : within          ? What::kept
                        : tenure.runs_out ? What::unknown
                                          : What::released;
  const ReleaseOutcome came = held.guard.release();
  must_be(
      came.what == expected || (tenure.unsure && came.what != What::kept),
      std::string("a release came to ") + to_string(came.what) + ", not to " + to_string(expected));
  const Length left((model_.kept_until(tenure) - Model::now()).ns());
  must_be(!within || came.free_within == left, "a hold lasts otherwise");
  happen();
}

void System::look(std::size_t guard, bool other_cache, bool acknowledge) {
  if (guards_.empty()) return;
  const Held& held = guards_[guard % guards_.size()];
  const Tenure& tenure = *held.tenure;
  if (tenure.party != members_[held.client].party) return;
  Loaded& loaded = members_[held.client].caches[tenure.fence.key][other_cache ? 1 : 0];
  auto change = other_cache ? held.guard.changed(loaded.cache) : held.guard.changed();
  if (!change) {
    must_be(Model::is_held(tenure), "a guard that is not held says: unchanged");
    must_be(loaded.as_of && !model_.others_had_it(tenure, *loaded.as_of), "a change was not told");
    reach(tenure.fence.term > *loaded.as_of ? "unchanged over tenures" : "unchanged");
    return;
  }
  const bool own = loaded.as_of && Model::all_were_own(tenure, *loaded.as_of);
  must_be(!own || !Model::is_held(tenure), "a change was told that was none");
  if (loaded.as_of && model_.others_had_it(tenure, *loaded.as_of)) reach("a change was told");
  if (!acknowledge) return;
  change->acknowledge();
  loaded.as_of = tenure.fence.term;
}

void System::load(std::size_t client, const std::string& key) {
  Member& member = members_[client];
  if (member.party->closed) return;
  const Result<Stamp> stamp = member.client->lock(key).term();
  const Trouble trouble = member.party->line->trouble;
  if (!stamp) {
    const Errc kind = trouble == Trouble::refuses ? Errc::not_applied : Errc::unknown;
    must_be(trouble != Trouble::none && stamp.error().kind == kind, "the term was not told");
    return;
  }
  const auto record = model_.record(key);
  const Term settled = !record ? 0 : record->owner ? record->term - 1 : record->term;
  must_be(trouble == Trouble::none && stamp->term == settled,
          "term " + std::to_string(stamp->term) + " was told, not " + std::to_string(settled));
  Loaded& loaded = member.caches[key][1];
  loaded.cache.loaded(*stamp);
  // The incarnation of a key that nobody ever had is its table's all the same.
  loaded.as_of = stamp->term;
  happen();
}

void System::trouble(std::size_t client, Trouble trouble) {
  Party& party = *members_[client].party;
  if (trouble == Trouble::none && party.line->trouble != Trouble::none) {
    party.healthy_since = Model::now();
  }
  party.line->trouble = trouble;
  happen();
}

void System::advance(Length by, bool late) {
  if (by <= Length::zero()) return;
  const Instant<LocalClock> target = Model::now() + on<LocalClock>(by);
  while (Model::now() < target) {
    const auto alarm = runtime().next_alarm();
    const bool on_time = !late && alarm && *alarm <= target;
    runtime().wind(on_time ? std::max(*alarm, Model::now()) : target);
    model_.time_passed();
    // Whatever nobody was woken for yet.
    check_guards();
    note_taken();
    runtime().ring();
    happen();
  }
}

std::optional<Length> System::until_deadline(std::size_t guard, bool soft) const {
  if (guards_.empty()) return std::nullopt;
  const Tenure& tenure = *guards_[guard % guards_.size()].tenure;
  const Instant<LocalClock> moment = soft ? Model::soft_deadline(tenure) : Model::deadline(tenure);
  return Length((moment - Model::now()).ns());
}

std::optional<Length> System::until_expiry(const std::string& key) const {
  const auto record = model_.record(key);
  if (!record || !record->expires_at) return std::nullopt;
  return Length((same_kernel(*record->expires_at) - Model::now()).ns());
}

std::optional<Length> System::until_hold_is_over(std::size_t tenure) const {
  const auto& all = model_.tenures();
  if (min_hold_ == Length::zero() || all.empty()) return std::nullopt;
  // Of the latest ones: what is older is over.
  const Tenure& chosen = *all[all.size() - 1 - tenure % std::min<std::size_t>(all.size(), 2)];
  return Length((model_.kept_until(chosen) - Model::now()).ns());
}

System::~System() {
  if (std::uncaught_exceptions() == 0) {
    give_back();
    return;
  }
  // What went wrong may be that nobody answers, and closing would wait for that.
  calls_.clear();
  guards_.clear();
  for (Member& member : members_) forsake(std::move(member.client));
  runtime().forget();
}

// Closing a client waits for what the store has not answered yet: that must be heard first.
void System::give_back() {
  for (Call& call : calls_) call.stop.request_stop();
  runtime().settle();
  calls_.clear();
  guards_.clear();
  // What the last guards of tenures sent still meets the trouble that there was.
  runtime().settle();
  for (Member& member : members_) member.party->line->trouble = Trouble::none;
  // Who has nothing left to be heard has nothing left to be woken for.
  for (int round = 0; round < 1'000 && runtime().next_alarm(); ++round) {
    runtime().wind(std::max(Model::now(), *runtime().next_alarm()));
    runtime().ring();
  }
  LEASEHOLD_ASSERT(!runtime().next_alarm());
  for (Member& member : members_) member.client->close();
  runtime().settle();
}

}  // namespace leasehold::proptests
