#include "sim/explore/naming.h"

#include <algorithm>
#include <bit>
#include <span>
#include <tuple>
#include <utility>

#include "lib/src/assert.h"
#include "sim/explore/canonical.h"

namespace leasehold::sim {
namespace {

std::span<PackedLetter> letters_of(Packed& packed) {
  return {packed.letters.data(), packed.letter_count};
}

// With the process whose it is (any, of the store), and the owner id of the tenure that it is a
// number of.
template <class Visit>
void each_seq(std::size_t processes, Packed& packed, Visit visit) {
  for (std::size_t index = 0; index < processes; ++index) {
    PackedActor& one = packed.actors[index];
    if (is_empty(one.seqs)) continue;
    const auto actor = static_cast<std::uint8_t>(index);
    each_of(one.seqs, [&](std::uint8_t& seq) { visit(actor, one.owners[1], seq); });
  }
  for (PackedLetter& letter : letters_of(packed)) {
    if (is_empty(letter.seqs)) continue;
    each_of(letter.seqs, [&](std::uint8_t& seq) { visit(letter.actor, letter.owner, seq); });
  }
  visit(0, packed.store.owners[0], packed.store.seqs[0]);
  visit(0, packed.store.owners[2], packed.store.seqs[1]);
}

constexpr std::uint8_t byte_of_zero = 1;

}  // namespace

[[gnu::flatten]] void Naming::name(Packed& packed, std::uint32_t touched) {
  touched |= rank_terms(packed);
  touched |= rank_versions(packed);
  touched |= rank_renewals(packed);
  // Only if the search is exact do letters tell names of others, which have changed.
  if (limits_.exact) touched = everybody;
  if (limits_.symmetry && limits_.processes > 1) {
    for (std::size_t index = 0; index < limits_.processes; ++index) {
      if ((touched >> index & 1U) != 0) packed.alone[index] = by_itself(packed, index);
    }
    sort_actors(packed);
  }
  name_actors(packed);
  sort_letters(packed);
  name_letters(packed);
}

void Naming::look_at_all(Packed& packed) {
  if (!limits_.symmetry || limits_.processes == 1) return;
  for (std::size_t index = 0; index < limits_.processes; ++index) {
    packed.alone[index] = by_itself(packed, index);
  }
}

// The processes that changed by it, as bits; as everywhere here.
std::uint32_t Naming::rank_terms(Packed& packed) const {
  Ranks terms;
  bool may_begin = packed.left.crashes > 0;
  const auto each = [&](auto visit) {
    for (std::uint8_t index = 0; index < limits_.processes; ++index) {
      each_of(packed.actors[index].terms, [&](std::uint8_t& term) { visit(index, term); });
    }
    for (PackedLetter& letter : letters_of(packed)) {
      each_of(letter.terms, [&](std::uint8_t& term) { visit(letter.actor, term); });
    }
  };
  each([&](std::uint8_t, std::uint8_t term) { terms.add(term); });
  each_of(packed.store.terms, [&](std::uint8_t term) { terms.add(term); });
  for (std::size_t index = 0; index < limits_.processes; ++index) {
    may_begin = may_begin || !shapes_.traits(packed.actors[index]).ready.alive;
  }
  if (may_begin) terms.add(byte_of_zero);
  if (terms.is_dense()) return 0;
  std::uint32_t touched = 0;
  each([&](std::uint8_t actor, std::uint8_t& term) { touched |= terms.change(actor, term); });
  each_of(packed.store.terms, [&](std::uint8_t& term) { terms.change(0, term); });
  return touched;
}

std::uint32_t Naming::rank_versions(Packed& packed) const {
  Ranks versions;
  versions.add(byte_of_zero);
  for (std::size_t index = 0; index < limits_.processes; ++index) {
    versions.add(packed.actors[index].version);
  }
  for (PackedLetter& letter : letters_of(packed)) {
    if (is_empty(letter.versions)) continue;
    each_of(letter.versions, [&](std::uint8_t version) { versions.add(version); });
  }
  versions.add(packed.store.version);
  if (versions.is_dense()) return 0;
  std::uint32_t touched = 0;
  for (std::uint8_t index = 0; index < limits_.processes; ++index) {
    touched |= versions.change(index, packed.actors[index].version);
  }
  for (PackedLetter& letter : letters_of(packed)) {
    each_of(letter.versions,
            [&](std::uint8_t& version) { touched |= versions.change(letter.actor, version); });
  }
  versions.change(0, packed.store.version);
  return touched;
}

std::uint32_t Naming::rank_renewals(Packed& packed) {
  // Nothing was renewed: all are 0, or not there.
  std::uint8_t bits = 0;
  each_seq(limits_.processes, packed,
           [&](std::uint8_t, std::uint8_t, std::uint8_t seq) { bits |= seq; });
  if (bits <= byte_of_zero) return 0;
  // Of each tenure its own ranks.
  std::array<std::uint8_t, most_codes> tenures;
  std::size_t count = 0;
  ++round_;
  const auto of = [&](std::uint8_t tenure) -> Ranks& {
    OfTenure& one = tenures_[limits_.exact ? 0 : tenure];
    if (one.round != round_) {
      one = {round_, Ranks()};
      tenures[count++] = limits_.exact ? std::uint8_t{0} : tenure;
    }
    return one.ranks;
  };
  if (limits_.exact) of(0).add(byte_of_zero);
  each_seq(limits_.processes, packed, [&](std::uint8_t, std::uint8_t tenure, std::uint8_t& seq) {
    if (seq != 0) of(tenure).add(seq);
  });
  bool dense = true;
  for (std::size_t at = 0; at < count; ++at) dense = dense && of(tenures[at]).is_dense();
  if (dense) return 0;
  std::uint32_t touched = 0;
  each_seq(limits_.processes, packed,
           [&](std::uint8_t actor, std::uint8_t tenure, std::uint8_t& seq) {
             if (seq != 0) touched |= of(tenure).change(actor, seq);
           });
  return touched;
}

// --- Processes
// ------------------------------------------------------------------------------------

void Naming::sort_actors(Packed& packed) {
  std::array<std::uint8_t, most_explored_processes> order{0, 1, 2};
  bool sorted = true;
  for (std::size_t one = 1; one < limits_.processes; ++one) {
    for (std::size_t to = one; to > 0 && packed.alone[to] < packed.alone[to - 1]; --to) {
      std::swap(packed.alone[to], packed.alone[to - 1]);
      std::swap(packed.actors[to], packed.actors[to - 1]);
      std::swap(order[to], order[to - 1]);
      sorted = false;
    }
  }
  if (sorted) return;
  std::array<std::uint8_t, most_explored_processes> place{};
  for (std::uint8_t now = 0; now < limits_.processes; ++now) place[order[now]] = now;
  for (PackedLetter& letter : letters_of(packed)) letter.actor = place[letter.actor];
  std::uint8_t& info = packed.store.info;
  if (info > 0) info = static_cast<std::uint8_t>(place.at(info - 1U) + 1);
}

Digest Naming::by_itself(const Packed& packed, std::size_t index) {
  const PackedActor& actor = packed.actors[index];
  const std::uint8_t holder = packed.store.owners[0];
  const auto role = [&](std::uint8_t owner) -> std::uint8_t {
    if (owner == 0) return 0;
    const bool held = owner == holder;
    if (owner == actor.owners[2]) return held ? 1 : 2;
    if (owner == actor.owners[1]) return held ? 3 : 4;
    return held ? 5 : 6;
  };
  PackedActor nameless = actor;
  nameless.owners = {0, role(actor.owners[1]), role(actor.owners[2]), role(actor.owners[3]),
                     role(actor.owners[4])};
  nameless.renewal = 0;
  Digest letters;
  for (std::size_t at = 0; at < packed.letter_count; ++at) {
    if (packed.letters[at].actor != index) continue;
    PackedLetter one = packed.letters[at];
    one.owner = role(one.owner);
    one.actor = 0;
    one.twin = one.twin != 0 ? 1 : 0;
    one.renewals = {};
    const Digest& digest = alone(one);
    letters.high += digest.high;
    letters.low += digest.low;
  }
  Hash128 hash = alone(nameless);
  hash.add(letters);
  return hash.digest();
}

const Hash128& Naming::alone(const PackedActor& nameless) {
  if (const Hash128* const known = alone_.find(nameless)) return *known;
  Actor actor = shapes_.unpack(nameless);
  actor.asking = OwnerId{};
  if (actor.state.tenure) actor.state.tenure->owner.high = 0;
  if (actor.state.campaign) actor.state.campaign->owner.high = 0;
  for (auto& ending : actor.state.endings) {
    if (ending) ending->owner.high = 0;
  }
  Hash128 hash;
  append_nameless(hash, actor);
  return alone_.add(nameless, hash);
}

const Digest& Naming::alone(const PackedLetter& nameless) {
  if (const Digest* const known = letters_alone_.find(nameless)) return *known;
  Letter letter = shapes_.unpack(nameless);
  letter.request.owner.high = 0;
  return letters_alone_.add(nameless, digest_of_nameless(letter));
}

// --- Identifiers
// ----------------------------------------------------------------------------------

void Naming::name_actors(Packed& packed) {
  owners_.forget();
  renewals_.forget();
  for (std::size_t index = 0; index < limits_.processes; ++index) {
    PackedActor& actor = packed.actors[index];
    each_of(actor.owners, [this](std::uint8_t& owner) { name_owner(owner); });
    name_renewal(actor.renewal);
  }
  name_owner(packed.store.owners[0]);
  name_renewal(packed.store.renewal);
  name_owner(packed.store.owners[1]);
  name_owner(packed.store.owners[2]);
}

// One that was not met yet comes last.
std::uint8_t Naming::place_of(std::uint8_t owner) const {
  return owner < first_foreign ? owners_.known(owner) : most_codes;
}

// What nearly always tells which of two is first.
std::uint64_t Naming::first_key(const PackedLetter& letter) const {
  const std::uint64_t first = shapes_.traits(letter).first | std::uint32_t{letter.heard} << 24;
  return std::uint64_t{letter.actor} << 40 | first << 8 | letter.ordinal;
}

// Of two that are alike in that.
bool Naming::is_before(const PackedLetter& a, const PackedLetter& b) const {
  const auto rest = [this](const PackedLetter& letter) {
    const LetterTraits& traits = shapes_.traits(letter);
    return std::tuple(traits.sent, letter.terms[0], letter.seqs[0], traits.expires_at,
                      letter.terms[1], place_of(letter.owner));
  };
  return rest(a) < rest(b);
}

// By insertion: there are few, and most stand where they belong.
void Naming::sort_letters(Packed& packed) const {
  std::array<std::uint64_t, most_letters> keys;
  auto& letters = packed.letters;
  for (std::size_t at = 0; at < packed.letter_count; ++at) {
    keys[at] = first_key(letters[at]);
    for (std::size_t to = at; to > 0; --to) {
      if (keys[to] > keys[to - 1]) break;
      if (keys[to] == keys[to - 1] && !is_before(letters[to], letters[to - 1])) break;
      std::swap(keys[to], keys[to - 1]);
      std::swap(letters[to], letters[to - 1]);
    }
  }
}

void Naming::name_letters(Packed& packed) {
  twins_.forget();
  for (PackedLetter& letter : letters_of(packed)) {
    if (letter.twin != 0) letter.twin = twins_.of(letter.twin);
    name_owner(letter.owner);
    name_renewal(letter.renewals[0]);
    name_renewal(letter.renewals[1]);
    name_owner(letter.previous_owner);
  }
}

}  // namespace leasehold::sim
