// Packs situations and their parts, and unpacks them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <tuple>
#include <vector>

#include "sim/engine/hash128.h"
#include "sim/explore/memo.h"
#include "sim/explore/moves.h"
#include "sim/explore/packed.h"

namespace leasehold::sim {

/// What is asked of a process again and again, and hangs on its shape alone.
struct ActorTraits {
  Readiness ready{};
  bool believes = false;
  /// It believes at its deadline (I5).
  bool believes_too_long = false;
};

struct LetterTraits {
  bool answered = false;
  bool orphan = false;
  // What letters are put into order by, as far as it hangs on the shape: orphan, a free bit,
  // answered, the kinds of request and answer; and after the number of the request the two moments.
  std::uint32_t first = 0;
  Instant<LocalClock> sent{};
  std::optional<Instant<StoreClock>> expires_at{};
};

/// The shapes of a search, numbered as they are met. What was packed by one of these is unpacked by
/// the same one only.
class Shapes {
 public:
  Shapes(const Limits& limits, const Config& config) : limits_(limits), config_(config) {}

  // Requires: it was cleaned, and every number is below `most_ordered`.
  PackedActor pack(Actor actor);
  PackedLetter pack(Letter letter);
  PackedStore pack(stores::Record record, Model model);
  Packed pack(const Situation& situation);

  Actor unpack(PackedActor packed) const;
  Letter unpack(PackedLetter packed) const;
  /// The record and the model of a situation.
  void unpack(PackedStore packed, Situation& into) const;
  Situation unpack(const Packed& packed) const;

  const ActorTraits& traits(const PackedActor& actor) const { return actor_traits_[actor.shape]; }
  const LetterTraits& traits(const PackedLetter& letter) const {
    return letter_traits_[letter.shape];
  }

  std::size_t bytes() const;

 private:
  struct StoreShape {
    stores::Record record;
    Model model;
  };
  class Taking;
  class Giving;

  std::uint8_t code_of(const OwnerId& id);
  OwnerId id_of(std::uint8_t code) const;

  const Limits& limits_;
  const Config& config_;
  // By the digest of what is left without names: below 2^32 shapes two have the same one with a
  // probability below 2^-65.
  Memo<Digest, std::uint32_t> actor_numbers_;
  Memo<Digest, std::uint32_t> letter_numbers_;
  Memo<Digest, std::uint32_t> store_numbers_;
  std::vector<ActorTraits> actor_traits_;
  std::vector<Actor> actors_;
  std::vector<LetterTraits> letter_traits_;
  std::vector<Letter> letters_;
  std::vector<StoreShape> stores_;
  std::vector<OwnerId> foreign_;
};

/// Whether an answer says which term it is about.
bool says_a_term(const core::Answer& answer);

}  // namespace leasehold::sim
