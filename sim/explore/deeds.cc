// What leaps remember, and how it is found out: a situation that holds those parts alone goes
// through the real move.
#include <algorithm>
#include <initializer_list>
#include <utility>

#include "sim/explore/canonical.h"
#include "sim/explore/clean.h"
#include "sim/explore/judge.h"
#include "sim/explore/leap.h"

namespace leasehold::sim {
namespace {

/// Those that hang on what a process, or the store, did by itself.
bool is_broken_by(const Moved& moved, std::initializer_list<Invariant> which) {
  return std::any_of(which.begin(), which.end(), [&](Invariant one) {
    return std::find(moved.broken.begin(), moved.broken.end(), one) != moved.broken.end();
  });
}

/// Nobody there but those who are put in; there is more of each budget than is needed.
Situation nothing() {
  Situation parts;
  parts.left = {.drops = 9, .duplicates = 9, .crashes = 9, .cancels = 9, .late = 9};
  parts.drawn = most_names;
  return parts;
}

}  // namespace

const Leaps::Deed& Leaps::deed(const PackedActor& actor, Move::Kind kind,
                               const PackedLetter& heard) {
  const DeedKey key{actor, heard, static_cast<std::uint32_t>(kind)};
  if (const Deed* const known = deeds_.find(key)) return *known;
  return deeds_.add(key, find_deed(key));
}

const Leaps::Answered& Leaps::answer(const PackedStore& store, Move::Kind kind,
                                     const PackedLetter& request) {
  const AnswerKey key{store, request, static_cast<std::uint32_t>(kind)};
  if (const Answered* const known = answers_.find(key)) return *known;
  return answers_.add(key, find_answer(key));
}

const PackedLetter& Leaps::after(Move::Kind kind, const PackedLetter& letter) {
  const LetterKey key{letter, static_cast<std::uint32_t>(kind)};
  if (const PackedLetter* const known = letters_.find(key)) return *known;
  return letters_.add(key, find_letter(key));
}

Moved Leaps::make_alone(const Situation& parts, Move move) const {
  Limits limits = limits_;
  limits.in_flight = most_letters;
  Moved moved = sim::make(limits, config_, parts, move).value();
  clean_each(limits_, config_, moved.situation);
  return moved;
}

Leaps::Deed Leaps::find_deed(const DeedKey& key) {
  const auto kind = static_cast<Move::Kind>(key.kind);
  Situation parts = nothing();
  const Actor was = parts.actors[0] = shapes_.unpack(key.actor);
  if (kind == Move::Kind::arrive) parts.letters.push_back(shapes_.unpack(key.heard));
  Moved moved = make_alone(parts, {kind, 0});
  Actor& is = moved.situation.actors[0];
  Deed deed{.broken = is_broken_by(moved, {Invariant::I15, Invariant::I17}),
            .may_leave_ghost = moved.may_leave_ghost};
  deed.believes_anew = kind != Move::Kind::tick && believes_anew(config_, was, is, LocalTime{});
  const RequestNumbers numbers(is.state);
  for (std::size_t ordinal = 1; ordinal < deed.ordinals.size(); ++ordinal) {
    deed.ordinals[ordinal] = static_cast<std::uint8_t>(numbers.of(ordinal));
  }
  deed.actor = shapes_.pack(is);
  for (Letter& letter : moved.situation.letters) {
    letter.request.ordinal = numbers.of(letter.request.ordinal);
    deed.letters.at(deed.sent++) = shapes_.pack(letter);
  }
  return deed;
}

Leaps::Answered Leaps::find_answer(const AnswerKey& key) {
  const auto kind = static_cast<Move::Kind>(key.kind);
  Situation parts = nothing();
  shapes_.unpack(key.store, parts);
  if (kind == Move::Kind::arrive) parts.letters.push_back(shapes_.unpack(key.request));
  const Moved moved = make_alone(parts, {kind, 0});
  Answered answered{.store = shapes_.pack(moved.situation.record, moved.situation.model)};
  answered.broken = is_broken_by(moved, {Invariant::I3, Invariant::I7, Invariant::I19});
  // A dead man's request is answered to nobody.
  if (!moved.situation.letters.empty()) {
    answered.letter = shapes_.pack(moved.situation.letters.front());
  }
  return answered;
}

PackedLetter Leaps::find_letter(const LetterKey& key) {
  const auto kind = static_cast<Move::Kind>(key.kind);
  Situation parts = nothing();
  parts.letters.push_back(shapes_.unpack(key.letter));
  const std::uint8_t actor = kind == Move::Kind::crash ? key.letter.actor : std::uint8_t{0};
  Letter letter = make_alone(parts, {kind, actor}).situation.letters.at(0);
  if (letter.orphan) letter.request.ordinal = 0;
  return shapes_.pack(letter);
}

}  // namespace leasehold::sim
