#include "sim/explore/leap.h"

#include <algorithm>
#include <span>
#include <utility>

#include "lib/src/assert.h"
#include "sim/explore/canonical.h"
#include "sim/explore/clean.h"
#include "sim/explore/judge.h"

namespace leasehold::sim {
namespace {

std::span<PackedLetter> letters_of(Packed& packed) {
  return {packed.letters.data(), packed.letter_count};
}

// What is behind the last letter is no part of a packed situation, and is nothing, too.
void take_away(std::size_t index, Packed& packed) {
  const auto begin = packed.letters.begin();
  std::copy(begin + static_cast<std::ptrdiff_t>(index) + 1, begin + packed.letter_count,
            begin + static_cast<std::ptrdiff_t>(index));
  --packed.letter_count;
}

void add(const PackedLetter& letter, Packed& packed) {
  LEASEHOLD_ASSERT(packed.letter_count < most_letters);
  packed.letters[packed.letter_count++] = letter;
}

}  // namespace

Packed Leaps::beginning() { return canonical(sim::beginning(limits_)); }

Packed Leaps::canonical(Situation situation) {
  make_canonical(limits_, config_, situation);
  Packed packed = shapes_.pack(situation);
  naming_.look_at_all(packed);
  return packed;
}

Leaps::Result Leaps::make(const Packed& from, const Move& move, Packed& to) {
  std::copy_n(reinterpret_cast<const std::byte*>(&from), from.size(),
              reinterpret_cast<std::byte*>(&to));
  broken_ = may_leave_ghost_ = false;
  touched_ = 0;
  if (!carry_out(move, to)) return Result::beyond;
  if (may_leave_ghost_) return make_whole(from, move, to);
  const bool broken = broken_ || is_broken(to);
  if (limits_.duplicates > 0) part_twins(to);
  if (to.store.owners[0] != from.store.owners[0]) touched_ = everybody;
  naming_.name(to, touched_);
  return broken ? Result::broken : Result::made;
}

Leaps::Result Leaps::make_whole(const Packed& from, const Move& move, Packed& to) {
  std::optional<Moved> moved = sim::make(limits_, config_, unpack(from), move);
  if (!moved) return Result::beyond;
  to = canonical(std::move(moved->situation));
  return moved->broken.empty() ? Result::made : Result::broken;
}

// False: it is beyond.
bool Leaps::carry_out(const Move& move, Packed& to) {
  switch (move.kind) {
    case Move::Kind::tick:
      tick(to);
      return true;
    case Move::Kind::cancel:
      --to.left.cancels;
      return feed(move.index, move.kind, {}, to);
    case Move::Kind::join:
    case Move::Kind::drop_guard:
    case Move::Kind::wake:
    case Move::Kind::restart:
      return feed(move.index, move.kind, {}, to);
    case Move::Kind::crash:
      crash(move.index, to);
      return true;
    case Move::Kind::arrive:
      return arrive(move.index, to);
    case Move::Kind::lose:
      --to.left.drops;
      touch(to.letters[move.index].actor);
      take_away(move.index, to);
      return true;
    case Move::Kind::duplicate:
      return duplicate(move.index, to);
  }
  return false;
}

void Leaps::tick(Packed& to) {
  touched_ = everybody;
  bool due = false;
  for (std::size_t index = 0; index < limits_.processes; ++index) {
    due = due || shapes_.traits(to.actors[index]).ready.due;
    to.actors[index] = deed(to.actors[index], Move::Kind::tick, {}).actor;
  }
  if (due) --to.left.late;
  for (PackedLetter& letter : letters_of(to)) letter = after(Move::Kind::tick, letter);
  to.store = answer(to.store, Move::Kind::tick, {}).store;
}

bool Leaps::feed(std::uint8_t index, Move::Kind kind, const PackedLetter& heard, Packed& to) {
  touch(index);
  const Deed& done = deed(to.actors[index], kind, heard);
  to.actors[index] = done.actor;
  broken_ = broken_ || done.broken;
  may_leave_ghost_ = done.may_leave_ghost;
  if (done.believes_anew) {
    Situation store;
    shapes_.unpack(to.store, store);
    const Actor actor = shapes_.unpack(done.actor);
    broken_ = broken_ || !stays_within_lease(config_, *actor.state.tenure, store.model);
  }
  for (PackedLetter& letter : letters_of(to)) {
    if (letter.actor == index) letter.ordinal = done.ordinals[letter.ordinal];
  }
  for (std::size_t sent = 0; sent < done.sent; ++sent) {
    add(done.letters[sent], to);
    to.letters[to.letter_count - 1U].actor = index;
  }
  drop_dead(index, to);
  return done.sent == 0 || has_room(index, to);
}

void Leaps::crash(std::uint8_t index, Packed& to) {
  touch(index);
  --to.left.crashes;
  to.actors[index] = deed(to.actors[index], Move::Kind::crash, {}).actor;
  std::uint8_t kept = 0;
  for (const PackedLetter& letter : letters_of(to)) {
    if (letter.actor == index && shapes_.traits(letter).answered) continue;
    to.letters[kept++] = letter.actor == index ? after(Move::Kind::crash, letter) : letter;
  }
  to.letter_count = kept;
}

bool Leaps::arrive(std::uint8_t index, Packed& to) {
  const PackedLetter letter = to.letters[index];
  if (!shapes_.traits(letter).answered) {
    const Answered& answered = answer(to.store, Move::Kind::arrive, letter);
    touch(letter.actor);
    broken_ = answered.broken;
    to.store = answered.store;
    to.letters[index] = answered.letter;
    if (shapes_.traits(letter).orphan || is_dead(to, answered.letter)) take_away(index, to);
    return true;
  }
  take_away(index, to);
  for (PackedLetter& copy : letters_of(to)) {
    if (letter.twin != 0 && copy.twin == letter.twin) copy.heard = 1;
  }
  PackedLetter heard = letter;
  heard.actor = heard.twin = heard.heard = 0;
  return feed(letter.actor, Move::Kind::arrive, heard, to);
}

bool Leaps::duplicate(std::uint8_t index, Packed& to) {
  touch(to.letters[index].actor);
  std::uint8_t most = 0;
  for (const PackedLetter& one : letters_of(to)) most = std::max(most, one.twin);
  PackedLetter& letter = to.letters[index];
  if (letter.twin == 0) letter.twin = static_cast<std::uint8_t>(most + 1);
  --to.left.duplicates;
  add(letter, to);
  return has_room(letter.actor, to);
}

// Requires: its dead letters are gone.
bool Leaps::has_room(std::uint8_t actor, const Packed& packed) const {
  std::uint32_t count = 0;
  for (std::size_t index = 0; index < packed.letter_count; ++index) {
    count += packed.letters[index].actor == actor ? 1 : 0;
  }
  return count <= limits_.in_flight;
}

bool Leaps::is_dead(const Packed& packed, const PackedLetter& letter) const {
  if (limits_.exact || !shapes_.traits(letter).answered) return false;
  const auto& owners = packed.actors[letter.actor].owners;
  return std::find(owners.begin() + 1, owners.end(), letter.owner) == owners.end();
}

void Leaps::drop_dead(std::uint8_t actor, Packed& packed) const {
  std::uint8_t kept = 0;
  for (std::uint8_t index = 0; index < packed.letter_count; ++index) {
    const PackedLetter& letter = packed.letters[index];
    if (letter.actor == actor && is_dead(packed, letter)) continue;
    if (kept != index) packed.letters[kept] = letter;
    ++kept;
  }
  packed.letter_count = kept;
}

void Leaps::part_twins(Packed& packed) {
  const auto letters = letters_of(packed);
  for (PackedLetter& letter : letters) {
    if (letter.twin == 0) continue;
    const auto of_same = [&letter](const PackedLetter& one) { return one.twin == letter.twin; };
    if (std::count_if(letters.begin(), letters.end(), of_same) == 1) letter.twin = 0;
  }
}

// I1 and I5.
bool Leaps::is_broken(const Packed& packed) const {
  int believers = 0;
  for (std::size_t index = 0; index < limits_.processes; ++index) {
    const ActorTraits& traits = shapes_.traits(packed.actors[index]);
    if (traits.believes_too_long) return true;
    believers += traits.believes ? 1 : 0;
  }
  return believers > 1;
}

std::size_t Leaps::bytes() const {
  return shapes_.bytes() + naming_.bytes() + deeds_.bytes() + answers_.bytes() + letters_.bytes();
}

}  // namespace leasehold::sim
