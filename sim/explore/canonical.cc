#include "sim/explore/canonical.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "lib/src/core/hash.h"
#include "sim/explore/clean.h"

namespace leasehold::sim {
namespace {

using core::Answer;
using core::Request;

/// Values in the order of their size.
template <class T>
class PlainRanks {
 public:
  void add(T value) { values_.push_back(value); }
  void sort() {
    std::sort(values_.begin(), values_.end());
    values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
  }
  T of(T value) const {
    return static_cast<T>(std::lower_bound(values_.begin(), values_.end(), value) -
                          values_.begin());
  }

 private:
  std::vector<T> values_;
};

/// The second half: names and numbers of which only the order, or only being equal, is ever asked.
class PlainNaming {
 public:
  PlainNaming(const Limits& limits, Situation& situation) : limits_(limits), s_(situation) {}

  void name_all() {
    for (std::uint8_t actor = 0; actor < limits_.processes; ++actor) count_requests(actor);
    rank_terms();
    rank_versions();
    rank_renewals();
    if (limits_.symmetry) sort_actors();
    name_owners();
    sort_letters();
    s_.drawn = named_;
  }

 private:
  std::span<Actor> actors() { return {s_.actors.data(), limits_.processes}; }

  void count_requests(std::uint8_t index) {
    const RequestNumbers numbers(s_.actors.at(index).state);
    for (Letter& letter : s_.letters) {
      if (letter.actor != index) continue;
      letter.request.ordinal = letter.orphan ? 0 : numbers.of(letter.request.ordinal);
    }
  }

  // --- Terms are compared with each other, and rise one by one from the greatest; a process begins
  // with 0. So their order says all, and where 0 is in it if somebody may yet begin anew.
  template <class Visit>
  void each_term(Visit visit) {
    for (Actor& actor : actors()) {
      core::State& state = actor.state;
      visit(state.known_term);
      if (state.tenure) visit(state.tenure->term);
      if (state.campaign) visit(state.campaign->expected_term);
      for (auto& ending : state.endings) {
        if (ending) visit(ending->term);
      }
    }
    for (Letter& letter : s_.letters) {
      visit(letter.request.term);
      if (letter.answer && says_a_term(*letter.answer)) visit(letter.answer->term);
    }
    visit(s_.record.term);
    visit(s_.model.term);
    visit(s_.model.granted);
  }

  static bool says_a_term(const Answer& answer) {
    return answer.kind == Answer::Kind::granted || answer.kind == Answer::Kind::busy ||
           answer.kind == Answer::Kind::moved || answer.kind == Answer::Kind::not_owner;
  }

  void rank_terms() {
    PlainRanks<Term> ranks;
    const bool may_begin =
        s_.left.crashes > 0 ||
        std::any_of(actors().begin(), actors().end(), [](const Actor& one) { return !one.alive; });
    if (may_begin) ranks.add(0);
    each_term([&](Term& term) { ranks.add(term); });
    ranks.sort();
    each_term([&](Term& term) { term = ranks.of(term); });
  }

  // Versions are compared for being equal, and a new one is greater than all. Where the store
  // judges nobody reads them.
  void rank_versions() {
    PlainRanks<Version> ranks;
    const auto each = [this](auto visit) {
      for (Actor& actor : actors()) {
        if (actor.state.sighting) visit(actor.state.sighting->version);
      }
      for (Letter& letter : s_.letters) {
        if (letter.request.unchanged) visit(*letter.request.unchanged);
        if (letter.answer) visit(letter.answer->version);
      }
      visit(s_.record.version);
    };
    ranks.add(0);
    each([&](Version& version) { ranks.add(version); });
    ranks.sort();
    each([&](Version& version) { version = ranks.of(version); });
  }

  // --- Processes. They run the same code and program, so any two may change places. They are put
  // into the order of what each is by itself; two that are alike in that stay as they are, which
  // takes fewer situations for one another than could be and never one too many.
  void sort_actors() {
    std::vector<std::pair<Digest, std::uint8_t>> order;
    for (std::uint8_t actor = 0; actor < limits_.processes; ++actor) {
      order.emplace_back(by_itself(actor), actor);
    }
    if (std::is_sorted(order.begin(), order.end())) return;
    std::sort(order.begin(), order.end());
    const auto before = s_.actors;
    std::array<std::uint8_t, most_explored_processes> place{};
    for (std::uint8_t now = 0; now < limits_.processes; ++now) {
      place.at(order.at(now).second) = now;
      s_.actors.at(now) = before.at(order.at(now).second);
    }
    for (Letter& letter : s_.letters) letter.actor = place.at(letter.actor);
    if (!s_.record.info.empty()) {
      const auto was = static_cast<std::size_t>(s_.record.info.front() - 'A');
      s_.record.info.front() = static_cast<char>('A' + place.at(was));
    }
  }

  // The owner ids of others are all one to it, but for whose the record is.
  Digest by_itself(std::uint8_t index) const {
    const Actor& actor = s_.actors.at(index);
    const core::State& state = actor.state;
    const auto role = [&](const OwnerId& owner) -> std::uint64_t {
      const bool held = owner && owner == s_.record.owner;
      if (state.campaign && owner == state.campaign->owner) return held ? 1 : 2;
      if (state.tenure && owner == state.tenure->owner) return held ? 3 : 4;
      return held ? 5 : 6;
    };
    Actor nameless = actor;
    if (nameless.state.tenure) nameless.state.tenure->owner = {0, role(state.tenure->owner)};
    if (nameless.state.tenure) nameless.state.tenure->renew_id = {};
    if (state.campaign) nameless.state.campaign->owner = {0, role(state.campaign->owner)};
    for (auto& ending : nameless.state.endings) {
      if (ending) ending->owner = {0, role(ending->owner)};
    }
    Hash128 hash;
    append_nameless(hash, nameless);
    Digest letters;
    for (const Letter& letter : s_.letters) {
      if (letter.actor != index) continue;
      Letter one = letter;
      one.request.owner = {0, role(letter.request.owner)};
      const Digest digest = digest_of_nameless(one);
      letters.high += digest.high;
      letters.low += digest.low;
    }
    hash.add(letters);
    return hash.digest();
  }

  // --- Identifiers are compared for being equal, so they are named in the order in which they are
  // met. One that only letters know is met where `sort_letters` puts it.
  void name(OwnerId& id) {
    if (!id || id.high != 2) return;
    const auto found = std::find(owners_.begin(), owners_.end(), id);
    if (found != owners_.end()) {
      id.low = static_cast<std::uint64_t>(found - owners_.begin()) + 1;
    } else {
      owners_.push_back(id);
      id.low = owners_.size();
    }
    named_ = std::max(named_, id.low);
  }
  void name(RenewId& id) {
    if (!id) return;
    const auto found = std::find(renewals_.begin(), renewals_.end(), id);
    if (found != renewals_.end()) {
      id.low = static_cast<std::uint64_t>(found - renewals_.begin()) + 1;
    } else {
      renewals_.push_back(id);
      id.low = renewals_.size();
    }
    named_ = std::max(named_, id.low);
  }

  void name_owners() {
    for (Actor& actor : actors()) {
      core::State& state = actor.state;
      name(actor.asking);
      if (state.tenure) name(state.tenure->owner);
      if (state.tenure) name(state.tenure->renew_id);
      if (state.campaign) name(state.campaign->owner);
      for (auto& ending : state.endings) {
        if (ending) name(ending->owner);
      }
    }
    name(s_.record.owner);
    name(s_.record.renew_id);
    name(s_.record.last_owner);
    name(s_.model.owner);
  }

  void sort_letters() {
    const auto known = [this](const OwnerId& id) -> std::uint64_t {
      const auto found = std::find(owners_.begin(), owners_.end(), id);
      return static_cast<std::uint64_t>(found - owners_.begin());
    };
    const auto key = [&](const Letter& letter) {
      const Answer answer = letter.answer.value_or(Answer{});
      return std::tuple(letter.actor, letter.orphan, letter.heard, letter.answer.has_value(),
                        letter.request.kind, answer.kind, letter.request.ordinal,
                        letter.request.sent.at, letter.request.term, letter.request.seq,
                        answer.expires_at, answer.term, known(letter.request.owner));
    };
    std::stable_sort(s_.letters.begin(), s_.letters.end(),
                     [&](const Letter& a, const Letter& b) { return key(a) < key(b); });
    std::vector<std::uint8_t> twins{0};
    for (Letter& letter : s_.letters) {
      const auto twin = std::find(twins.begin(), twins.end(), letter.twin) - twins.begin();
      if (static_cast<std::size_t>(twin) == twins.size()) twins.push_back(letter.twin);
      letter.twin = static_cast<std::uint8_t>(twin);
      name(letter.request.owner);
      name(letter.request.renew_id);
      if (!letter.answer) continue;
      name(letter.answer->renew_id);
      name(letter.answer->previous_owner);
    }
  }

  // --- Renewals are numbered within a tenure, and its grant comes before all. They are compared
  // with each other, and a new one is greater than all of that tenure: their order says all.
  template <class Visit>
  void each_seq(Visit visit) {
    for (Actor& actor : actors()) {
      if (!actor.state.tenure) continue;
      core::Tenure& tenure = *actor.state.tenure;
      visit(tenure.owner, tenure.seq);
      visit(tenure.owner, tenure.confirmed);
    }
    for (Letter& letter : s_.letters) {
      if (letter.request.kind != Request::Kind::renew) continue;
      visit(letter.request.owner, letter.request.seq);
      if (letter.answer && letter.answer->kind == Answer::Kind::stale) {
        visit(letter.request.owner, letter.answer->seq);
      }
    }
    visit(s_.record.owner, s_.record.seq);
    visit(s_.model.owner, s_.model.seq);
  }

  void rank_renewals() {
    std::vector<std::pair<OwnerId, PlainRanks<Seq>>> ranks;
    const auto of = [&](const OwnerId& tenure) -> PlainRanks<Seq>& {
      const OwnerId owner = limits_.exact ? OwnerId{} : tenure;
      const auto found = std::find_if(ranks.begin(), ranks.end(),
                                      [&](const auto& one) { return one.first == owner; });
      if (found != ranks.end()) return found->second;
      return ranks.emplace_back(owner, PlainRanks<Seq>()).second;
    };
    if (limits_.exact) of(OwnerId{}).add(0);
    each_seq([&](const OwnerId& owner, Seq& seq) { of(owner).add(seq); });
    for (auto& [owner, one] : ranks) one.sort();
    each_seq([&](const OwnerId& owner, Seq& seq) { seq = of(owner).of(seq); });
  }

  const Limits& limits_;
  Situation& s_;
  std::vector<OwnerId> owners_;
  std::vector<RenewId> renewals_;
  std::uint64_t named_ = 0;
};

}  // namespace

RequestNumbers::RequestNumbers(core::State& state) {
  const auto number = [this](std::optional<core::InFlight>& one) {
    if (!one) return;
    waited_for_.at(count_) = one->ordinal;
    one->ordinal = ++count_;
  };
  if (state.tenure) number(state.tenure->renewal);
  if (state.campaign) number(state.campaign->acquire);
  for (auto& ending : state.endings) {
    if (ending) number(ending->request);
  }
  state.requests = waited_for_.size();
}

std::uint64_t RequestNumbers::of(std::uint64_t ordinal) const {
  const auto end = waited_for_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto found = std::find(waited_for_.begin(), end, ordinal);
  return found == end ? 0 : static_cast<std::uint64_t>(found - waited_for_.begin()) + 1;
}

void append_nameless(Hash128& hash, const Actor& actor) {
  hash.word(actor.alive);
  core::append(hash, actor.state);
}

Digest digest_of_nameless(Letter letter) {
  letter.actor = 0;
  letter.twin = letter.twin != 0 ? 1 : 0;
  letter.request.renew_id = RenewId{};
  if (letter.answer) letter.answer->renew_id = RenewId{};
  Hash128 hash;
  append(hash, letter);
  return hash.digest();
}

void make_canonical(const Limits& limits, const Config& config, Situation& situation) {
  clean(limits, config, situation);
  PlainNaming(limits, situation).name_all();
}

}  // namespace leasehold::sim
