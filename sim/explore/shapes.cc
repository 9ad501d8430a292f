#include "sim/explore/shapes.h"

#include <algorithm>
#include <utility>

#include "lib/src/assert.h"
#include "lib/src/core/hash.h"
#include "sim/explore/canonical.h"
#include "sim/explore/judge.h"

namespace leasehold::sim {
namespace {

using core::Answer;
using core::Request;

// --- Which parts of a value have a byte of their own. `visit` moves each of them to or from its
// byte.

template <class Visit>
void each_byte(Actor& actor, PackedActor& packed, Visit visit) {
  core::State& state = actor.state;
  visit.owner(actor.asking, packed.owners[0]);
  visit.number(state.known_term, packed.terms[0]);
  if (state.tenure) {
    visit.owner(state.tenure->owner, packed.owners[1]);
    visit.number(state.tenure->term, packed.terms[1]);
    visit.number(state.tenure->seq, packed.seqs[0]);
    visit.number(state.tenure->confirmed, packed.seqs[1]);
    visit.renewal(state.tenure->renew_id, packed.renewal);
  }
  if (state.campaign) {
    visit.owner(state.campaign->owner, packed.owners[2]);
    visit.number(state.campaign->expected_term, packed.terms[2]);
  }
  for (std::size_t index = 0; index < state.endings.size(); ++index) {
    auto& ending = state.endings[index];
    if (!ending) continue;
    visit.owner(ending->owner, packed.owners[3 + index]);
    visit.number(ending->term, packed.terms[3 + index]);
  }
  if (state.sighting) visit.number(state.sighting->version, packed.version);
}

template <class Visit>
void each_byte(Letter& letter, PackedLetter& packed, Visit visit) {
  Request& request = letter.request;
  const bool renews = request.kind == Request::Kind::renew;
  visit.plain(letter.actor, packed.actor);
  visit.plain(letter.twin, packed.twin);
  visit.plain(letter.heard, packed.heard);
  visit.plain(request.ordinal, packed.ordinal);
  visit.owner(request.owner, packed.owner);
  visit.renewal(request.renew_id, packed.renewals[0]);
  visit.number(request.term, packed.terms[0]);
  if (renews) visit.number(request.seq, packed.seqs[0]);
  if (request.unchanged) visit.number(*request.unchanged, packed.versions[0]);
  if (!letter.answer) return;
  Answer& answer = *letter.answer;
  visit.owner(answer.previous_owner, packed.previous_owner);
  visit.renewal(answer.renew_id, packed.renewals[1]);
  if (says_a_term(answer)) visit.number(answer.term, packed.terms[1]);
  if (renews && answer.kind == Answer::Kind::stale) visit.number(answer.seq, packed.seqs[1]);
  visit.number(answer.version, packed.versions[1]);
}

template <class Visit>
void each_byte(stores::Record& record, Model& model, PackedStore& packed, Visit visit) {
  visit.owner(record.owner, packed.owners[0]);
  visit.owner(record.last_owner, packed.owners[1]);
  visit.owner(model.owner, packed.owners[2]);
  visit.number(record.term, packed.terms[0]);
  visit.number(model.term, packed.terms[1]);
  visit.number(model.granted, packed.terms[2]);
  visit.number(record.seq, packed.seqs[0]);
  visit.number(model.seq, packed.seqs[1]);
  visit.renewal(record.renew_id, packed.renewal);
  visit.number(record.version, packed.version);
}

LetterTraits traits_of(const Letter& letter) {
  const Answer answer = letter.answer.value_or(Answer{});
  LetterTraits traits{.answered = letter.answer.has_value(),
                      .orphan = letter.orphan,
                      .sent = letter.request.sent.at,
                      .expires_at = answer.expires_at};
  const auto kind = static_cast<std::uint32_t>(letter.request.kind);
  traits.first = (letter.orphan ? 1U << 25 : 0U) | (traits.answered ? 1U << 16 : 0U) | kind << 8;
  traits.first |= static_cast<std::uint32_t>(answer.kind);
  return traits;
}

// The number of what has that digest, which is made if there is none.
template <class Make>
std::uint32_t number_of(Memo<Digest, std::uint32_t>& numbers, const Digest& digest, Make make) {
  if (const std::uint32_t* const known = numbers.find(digest)) return *known;
  make();
  return numbers.add(digest, static_cast<std::uint32_t>(numbers.size()));
}

}  // namespace

bool says_a_term(const Answer& answer) {
  return answer.kind == Answer::Kind::granted || answer.kind == Answer::Kind::busy ||
         answer.kind == Answer::Kind::moved || answer.kind == Answer::Kind::not_owner;
}

std::uint8_t Shapes::code_of(const OwnerId& id) {
  if (!id) return 0;
  if (id.high == 2) {
    LEASEHOLD_ASSERT(id.low < first_foreign);
    return static_cast<std::uint8_t>(id.low);
  }
  const auto found = std::find(foreign_.begin(), foreign_.end(), id);
  const auto index = static_cast<std::size_t>(found - foreign_.begin());
  LEASEHOLD_ASSERT(first_foreign + index < most_codes);
  if (found == foreign_.end()) foreign_.push_back(id);
  return static_cast<std::uint8_t>(first_foreign + index);
}

OwnerId Shapes::id_of(std::uint8_t code) const {
  if (code == 0) return {};
  return code < first_foreign ? OwnerId{2, code} : foreign_.at(code - first_foreign);
}

/// Takes what has a byte out of the value.
class Shapes::Taking {
 public:
  explicit Taking(Shapes& shapes) : shapes_(shapes) {}
  void owner(OwnerId& id, std::uint8_t& byte) const {
    byte = shapes_.code_of(std::exchange(id, OwnerId{}));
  }
  void renewal(RenewId& id, std::uint8_t& byte) const {
    LEASEHOLD_ASSERT(!id || (id.high == 2 && id.low < first_foreign));
    byte = static_cast<std::uint8_t>(std::exchange(id, RenewId{}).low);
  }
  void number(std::uint64_t& number, std::uint8_t& byte) const {
    LEASEHOLD_ASSERT(number < most_ordered);
    byte = static_cast<std::uint8_t>(std::exchange(number, 0) + 1);
  }
  template <class T>
  void plain(T& value, std::uint8_t& byte) const {
    byte = static_cast<std::uint8_t>(std::exchange(value, T{}));
  }

 private:
  Shapes& shapes_;
};

class Shapes::Giving {
 public:
  explicit Giving(const Shapes& shapes) : shapes_(shapes) {}
  void owner(OwnerId& id, std::uint8_t byte) const { id = shapes_.id_of(byte); }
  void renewal(RenewId& id, std::uint8_t byte) const {
    id = byte == 0 ? RenewId{} : RenewId{2, byte};
  }
  void number(std::uint64_t& number, std::uint8_t byte) const { number = byte - 1U; }
  template <class T>
  void plain(T& value, std::uint8_t byte) const {
    value = static_cast<T>(byte);
  }

 private:
  const Shapes& shapes_;
};

PackedActor Shapes::pack(Actor actor) {
  PackedActor packed;
  each_byte(actor, packed, Taking(*this));
  Hash128 hash;
  hash.word(actor.alive);
  core::append(hash, actor.state);
  packed.shape = number_of(actor_numbers_, hash.digest(), [&] {
    const LocalTime now{};
    const bool believing = believes(config_, actor, now);
    const bool too_long = believing && now.at >= actor.state.tenure->deadline;
    actor_traits_.push_back({readiness(limits_, config_, actor, now), believing, too_long});
    actors_.push_back(actor);
  });
  return packed;
}

PackedLetter Shapes::pack(Letter letter) {
  PackedLetter packed;
  each_byte(letter, packed, Taking(*this));
  Hash128 hash;
  append(hash, letter);
  packed.shape = number_of(letter_numbers_, hash.digest(), [&] {
    letter_traits_.push_back(traits_of(letter));
    letters_.push_back(letter);
  });
  return packed;
}

PackedStore Shapes::pack(stores::Record record, Model model) {
  PackedStore packed;
  each_byte(record, model, packed, Taking(*this));
  if (!record.info.empty()) packed.info = static_cast<std::uint8_t>(record.info.front() - 'A' + 1);
  record.info.clear();
  Hash128 hash;
  hash.word(static_cast<std::uint64_t>(record.authority));
  append(hash, record, model);
  packed.shape = number_of(store_numbers_, hash.digest(), [&] {
    stores_.push_back({std::move(record), model});
  });
  return packed;
}

Packed Shapes::pack(const Situation& situation) {
  Packed packed;
  LEASEHOLD_ASSERT(situation.letters.size() <= most_letters);
  packed.store = pack(situation.record, situation.model);
  packed.left = situation.left;
  for (std::size_t actor = 0; actor < limits_.processes; ++actor) {
    packed.actors.at(actor) = pack(situation.actors.at(actor));
  }
  for (const Letter& letter : situation.letters) {
    packed.letters.at(packed.letter_count++) = pack(letter);
  }
  return packed;
}

Actor Shapes::unpack(PackedActor packed) const {
  Actor actor = actors_.at(packed.shape);
  each_byte(actor, packed, Giving(*this));
  return actor;
}

Letter Shapes::unpack(PackedLetter packed) const {
  Letter letter = letters_.at(packed.shape);
  each_byte(letter, packed, Giving(*this));
  return letter;
}

void Shapes::unpack(PackedStore packed, Situation& into) const {
  into.record = stores_.at(packed.shape).record;
  into.model = stores_.at(packed.shape).model;
  each_byte(into.record, into.model, packed, Giving(*this));
  if (packed.info > 0) into.record.info = std::string(1, static_cast<char>('A' + packed.info - 1));
}

Situation Shapes::unpack(const Packed& packed) const {
  Situation situation;
  unpack(packed.store, situation);
  situation.left = packed.left;
  // Names are drawn from there on.
  situation.drawn = most_names;
  for (std::size_t actor = 0; actor < limits_.processes; ++actor) {
    situation.actors.at(actor) = unpack(packed.actors.at(actor));
  }
  for (std::size_t letter = 0; letter < packed.letter_count; ++letter) {
    situation.letters.push_back(unpack(packed.letters.at(letter)));
  }
  return situation;
}

std::size_t Shapes::bytes() const {
  return actor_numbers_.bytes() + letter_numbers_.bytes() + store_numbers_.bytes() +
         actors_.size() * (sizeof(Actor) + sizeof(ActorTraits)) +
         letters_.size() * (sizeof(Letter) + sizeof(LetterTraits)) +
         stores_.size() * sizeof(StoreShape);
}

}  // namespace leasehold::sim
