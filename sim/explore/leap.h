// Moves between packed situations, at the cost of a few look-ups.
//
// A move touches a part or two of a situation: a process and the answer that it hears, or the store
// and a request, or, if time passes, each part by itself. What `make` and `clean_each` make of such
// parts is remembered. It hangs on nothing else: `core::step` is a pure function of the process and
// the event, the record's functions are pure functions of the record and the request, and judges
// look at others for two things only, which are asked anew each time (I9, I13).
// `tests/packed_test.cc` holds every leap against the move itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/explore/memo.h"
#include "sim/explore/moves.h"
#include "sim/explore/naming.h"
#include "sim/explore/packed.h"
#include "sim/explore/shapes.h"

namespace leasehold::sim {

class Leaps {
 public:
  Leaps(const Limits& limits, const Config& config)
      : limits_(limits), config_(config), shapes_(limits_, config_), naming_(limits_, shapes_) {}

  /// How it begins.
  Packed beginning();
  /// What a situation is taken for.
  Packed canonical(Situation situation);
  /// A canonical situation as a value.
  Situation unpack(const Packed& packed) const { return shapes_.unpack(packed); }

  template <class Add>
  void each_move_from(const Packed& from, Add add) const {
    each_move(limits_, View{*this, from}, add);
  }

  enum class Result : std::uint8_t {
    made,
    /// An invariant was broken.
    broken,
    /// A process would have more letters on their way than `in_flight`: `to` means nothing.
    beyond,
  };
  /// What `move` leads to, canonical.
  Result make(const Packed& from, const Move& move, Packed& to);

  /// About how much memory what is remembered takes.
  std::size_t bytes() const;

 private:
  /// What a process does.
  struct Deed {
    PackedActor actor{};
    /// The new numbers of its requests, by the old.
    std::array<std::uint8_t, 5> ordinals{};
    std::uint8_t sent = 0;
    std::array<PackedLetter, 4> letters{};
    bool broken = false;
    bool may_leave_ghost = false;
    bool believes_anew = false;
  };
  struct DeedKey {
    PackedActor actor;
    PackedLetter heard;
    std::uint32_t kind;
  };
  /// What the store does with a request, or time with the store.
  struct Answered {
    PackedStore store{};
    PackedLetter letter{};
    bool broken = false;
  };
  struct AnswerKey {
    PackedStore store;
    PackedLetter request;
    std::uint32_t kind;
  };
  struct LetterKey {
    PackedLetter letter;
    std::uint32_t kind;
  };

  struct View {
    Readiness ready(std::size_t actor) const {
      return leaps.shapes_.traits(from.actors[actor]).ready;
    }
    std::size_t letters() const { return from.letter_count; }
    bool is_answered(std::size_t letter) const {
      return leaps.shapes_.traits(from.letters[letter]).answered;
    }
    bool is_dead(std::size_t letter) const { return leaps.is_dead(from, from.letters[letter]); }
    const Budget& left() const { return from.left; }

    const Leaps& leaps;
    const Packed& from;
  };

  const Deed& deed(const PackedActor& actor, Move::Kind kind, const PackedLetter& heard);
  const Answered& answer(const PackedStore& store, Move::Kind kind, const PackedLetter& request);
  const PackedLetter& after(Move::Kind kind, const PackedLetter& letter);
  Deed find_deed(const DeedKey& key);
  Answered find_answer(const AnswerKey& key);
  PackedLetter find_letter(const LetterKey& key);
  Moved make_alone(const Situation& parts, Move move) const;

  void touch(std::uint8_t actor) { touched_ |= 1U << actor; }
  bool carry_out(const Move& move, Packed& to);
  void tick(Packed& to);
  bool feed(std::uint8_t index, Move::Kind kind, const PackedLetter& heard, Packed& to);
  void crash(std::uint8_t index, Packed& to);
  bool arrive(std::uint8_t index, Packed& to);
  bool duplicate(std::uint8_t index, Packed& to);
  bool has_room(std::uint8_t actor, const Packed& packed) const;
  bool is_dead(const Packed& packed, const PackedLetter& letter) const;
  void drop_dead(std::uint8_t actor, Packed& packed) const;
  static void part_twins(Packed& packed);
  bool is_broken(const Packed& packed) const;
  Result make_whole(const Packed& from, const Move& move, Packed& to);

  const Limits limits_;
  const Config config_;
  Shapes shapes_;
  Naming naming_;
  Memo<DeedKey, Deed> deeds_;
  Memo<AnswerKey, Answered> answers_;
  Memo<LetterKey, PackedLetter> letters_;
  // Of the move that is being made.
  bool broken_ = false;
  bool may_leave_ghost_ = false;
  /// The processes that are not what they were by themselves, as bits.
  std::uint32_t touched_ = 0;
};

}  // namespace leasehold::sim
