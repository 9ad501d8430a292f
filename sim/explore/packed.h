// A situation in a few bytes: what differs between most situations, namely who and which number is
// meant, stands in a byte each, and all the rest of a part is one of a few thousand *shapes*.
//
// The rule to know: two packed canonical situations of one search are equal byte for byte exactly
// if the situations are. None has a byte of padding, so they are compared, hashed and kept as
// bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "sim/engine/hash128.h"
#include "sim/explore/situation.h"

namespace leasehold::sim {

// The bytes. Of an identifier: 0 is none, and up to `most_names` the one that is named so. Of a
// number of which the order counts: 0 is none, else the number + 1.
inline constexpr std::uint8_t most_names = 95;
/// Identifiers that a step has just drawn, until they are named.
inline constexpr std::uint8_t first_drawn = most_names + 1;
/// Identifiers that were not drawn and are never renamed: a few, by the order of their being met.
inline constexpr std::uint8_t first_foreign = 112;
inline constexpr std::uint8_t most_codes = 128;
/// Such numbers are below it, so that a set of them is a word.
inline constexpr std::uint8_t most_ordered = 62;

struct PackedActor {
  std::uint32_t shape = 0;
  /// What it asks with, and of its tenure, its campaign and its endings.
  std::array<std::uint8_t, 5> owners{};
  /// The last that it heard of, and of the same.
  std::array<std::uint8_t, 5> terms{};
  /// Of its tenure: sent, confirmed.
  std::array<std::uint8_t, 2> seqs{};
  std::uint8_t renewal = 0;
  /// Of its sighting.
  std::uint8_t version = 0;
  std::array<std::uint8_t, 2> unused{};

  friend bool operator==(const PackedActor&, const PackedActor&) = default;
};

/// Of two bytes the second is the answer's.
struct PackedLetter {
  std::uint32_t shape = 0;
  std::uint8_t actor = 0;
  std::uint8_t twin = 0;
  std::uint8_t heard = 0;
  std::uint8_t ordinal = 0;
  std::uint8_t owner = 0;
  std::uint8_t previous_owner = 0;
  std::array<std::uint8_t, 2> renewals{};
  std::array<std::uint8_t, 2> terms{};
  /// Of renewals only.
  std::array<std::uint8_t, 2> seqs{};
  std::array<std::uint8_t, 2> versions{};
  std::array<std::uint8_t, 2> unused{};

  friend bool operator==(const PackedLetter&, const PackedLetter&) = default;
};

/// The record and its model.
struct PackedStore {
  std::uint32_t shape = 0;
  /// The record's, whose it was before, and the model's.
  std::array<std::uint8_t, 3> owners{};
  /// The record's, and the model's two.
  std::array<std::uint8_t, 3> terms{};
  /// The record's and the model's.
  std::array<std::uint8_t, 2> seqs{};
  std::uint8_t renewal = 0;
  std::uint8_t version = 0;
  /// 0: the record's info is empty; else which process it names, from 1.
  std::uint8_t info = 0;
  std::uint8_t unused = 0;

  friend bool operator==(const PackedStore&, const PackedStore&) = default;
};

/// More than 3 processes can have on their way, and one of them in the middle of a step.
inline constexpr std::size_t most_letters = 39;

/// Processes that are not explored and letters beyond `letter_count` are not part of it.
struct Packed {
  /// What each process is by itself, which they are put into order by. It follows from the rest,
  /// and is kept so that nobody hashes again what has not changed.
  std::array<Digest, most_explored_processes> alone{};
  PackedStore store{};
  Budget left{};
  std::uint8_t letter_count = 0;
  std::array<std::uint8_t, 2> unused{};
  std::array<PackedActor, most_explored_processes> actors{};
  std::array<PackedLetter, most_letters> letters{};

  /// How many bytes from the beginning on are all of it: a multiple of 4.
  std::size_t size() const {
    return offsetof(Packed, letters) + letter_count * sizeof(PackedLetter);
  }

  /// Of all of it.
  Digest digest() const;
};

static_assert(std::has_unique_object_representations_v<Packed>);
static_assert(std::is_trivially_copyable_v<Packed> && std::is_standard_layout_v<Packed>);

}  // namespace leasehold::sim
