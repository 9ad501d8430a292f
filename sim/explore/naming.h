// The second half of what makes a situation canonical (canonical.cc), on packed ones.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "lib/src/assert.h"
#include "sim/engine/hash128.h"
#include "sim/explore/memo.h"
#include "sim/explore/packed.h"
#include "sim/explore/shapes.h"

namespace leasehold::sim {

inline constexpr std::uint32_t everybody = 0xffff'ffff;

/// A set of bytes that stand for numbers (`most_ordered`), and their order in it.
class Ranks {
 public:
  void add(std::uint8_t byte) { bits_ |= std::uint64_t{1} << (byte & 63U); }
  /// Whether every number in it is its own rank.
  bool is_dense() const {
    const std::uint64_t numbers = bits_ >> 1;
    return (numbers & (numbers + 1)) == 0;
  }
  /// Replaces a number in it by its rank. The bit of `actor`, if that is another one.
  std::uint32_t change(std::uint8_t actor, std::uint8_t& byte) const {
    const std::uint64_t below = bits_ & ((std::uint64_t{1} << byte) - 1);
    const std::uint8_t was = byte;
    if (was != 0) byte = static_cast<std::uint8_t>(std::popcount(below >> 1) + 1);
    return byte == was ? 0 : 1U << actor;
  }

 private:
  // Bit 0: something that is not there.
  std::uint64_t bits_ = 0;
};

/// Does what `make_canonical` does after `clean`, byte for byte: its reasons stand there, and
/// `tests/packed_test.cc` holds one against the other.
class Naming {
 public:
  Naming(const Limits& limits, const Shapes& shapes) : limits_(limits), shapes_(shapes) {}

  /// Requires: every part was cleaned, requests are numbered, dead letters are gone; `alone` is as
  /// it was when the processes whose bits `touched` has not were what they are.
  void name(Packed& packed, std::uint32_t touched);
  /// Sets `alone`. Requires: it is canonical.
  void look_at_all(Packed& packed);

  std::size_t bytes() const { return alone_.bytes() + letters_alone_.bytes(); }

 private:
  /// Of a tenure, if the round is the present one.
  struct OfTenure {
    std::uint64_t round = 0;
    Ranks ranks;
  };
  /// New names by the old, in the order in which they are asked for.
  class Names {
   public:
    void forget() {
      ++round_;
      count_ = 0;
    }
    std::uint8_t of(std::uint8_t code) {
      std::uint64_t& name = names_[code];
      if (name >> 8 != round_) {
        LEASEHOLD_ASSERT(count_ < most_names);
        name = round_ << 8 | ++count_;
      }
      return static_cast<std::uint8_t>(name);
    }
    /// `most_codes`: it has no new one.
    std::uint8_t known(std::uint8_t code) const {
      return names_[code] >> 8 == round_ ? static_cast<std::uint8_t>(names_[code]) : most_codes;
    }

   private:
    // The round in which it was given, and the name: nothing has to be cleared for the next.
    std::array<std::uint64_t, most_codes> names_{};
    std::uint64_t round_ = 0;
    std::uint8_t count_ = 0;
  };

  std::uint32_t rank_terms(Packed& packed) const;
  std::uint32_t rank_versions(Packed& packed) const;
  std::uint32_t rank_renewals(Packed& packed);
  void sort_actors(Packed& packed);
  Digest by_itself(const Packed& packed, std::size_t index);
  const Hash128& alone(const PackedActor& nameless);
  const Digest& alone(const PackedLetter& nameless);
  void name_actors(Packed& packed);
  void sort_letters(Packed& packed) const;
  void name_letters(Packed& packed);
  std::uint64_t first_key(const PackedLetter& letter) const;
  bool is_before(const PackedLetter& a, const PackedLetter& b) const;
  std::uint8_t place_of(std::uint8_t owner) const;

  void name_owner(std::uint8_t& code) {
    if (code != 0 && code < first_foreign) code = owners_.of(code);
  }
  void name_renewal(std::uint8_t& code) {
    if (code != 0) code = renewals_.of(code);
  }

  const Limits& limits_;
  const Shapes& shapes_;
  // What `sort_actors` hashed before.
  Memo<PackedActor, Hash128> alone_;
  Memo<PackedLetter, Digest> letters_alone_;
  // Of the situation that is being named.
  std::array<OfTenure, most_codes> tenures_{};
  std::uint64_t round_ = 0;
  Names owners_;
  Names renewals_;
  Names twins_;
};

}  // namespace leasehold::sim
