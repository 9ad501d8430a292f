// The situations that a search has met: their digests, and from which each was met first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/hash128.h"
#include "sim/explore/big_pages.h"

namespace leasehold::sim {

/// A hash table with open addressing over digests, which are random enough to be their own hash.
///
/// Two situations of one digest would be taken for one. Among n digests of 128 random bits there
/// are such two with a probability below n^2 / 2^129: 2 * 10^-23 among 10^8, and 3 * 10^-20 among
/// the 4 * 10^9 that can be numbered. (The digest of nothing is kept free.)
class Seen {
 public:
  /// Up to 2^32 - 2 of them.
  using Number = std::uint32_t;
  static constexpr Number none = 0xffff'ffff;

  /// Brings the memory that `add` will look at near.
  void expect(const Digest& digest) const { __builtin_prefetch(&digests_[first_slot(digest)]); }

  /// Adds a situation that was met from `from`, and tells whether it is new; if so, its number is
  /// `size() - 1`.
  bool add(const Digest& digest, Number from) {
    const std::size_t slot = slot_of(digest);
    if (digests_[slot] == digest) return false;
    digests_[slot] = digest;
    numbers_[slot] = static_cast<Number>(from_.size());
    from_.push_back(from);
    if (4 * from_.size() > 3 * digests_.size()) grow();
    return true;
  }

  std::size_t size() const { return from_.size(); }
  /// From which it was met first; `none`: it is the beginning.
  Number from(Number number) const { return from_.at(number); }
  /// The digests of `number`, of that from which it was met, and so on to the beginning. Looks
  /// through all of the table.
  std::vector<Digest> way_back(Number number) const;

  std::size_t bytes() const {
    return digests_.size() * (sizeof(Digest) + sizeof(Number)) + from_.capacity() * sizeof(Number);
  }

 private:
  std::size_t first_slot(const Digest& digest) const { return digest.low & (digests_.size() - 1); }
  // Its own, or the free one that it would have.
  std::size_t slot_of(const Digest& digest) const {
    const std::size_t mask = digests_.size() - 1;
    std::size_t slot = first_slot(digest);
    while (digests_[slot] != Digest{} && digests_[slot] != digest) slot = (slot + 1) & mask;
    return slot;
  }
  void grow();

  template <class T>
  using Table = std::vector<T, BigPages<T>>;

  Table<Digest> digests_ = Table<Digest>(1U << 16);
  // By the slot.
  Table<Number> numbers_ = Table<Number>(1U << 16, none);
  // By the number.
  std::vector<Number> from_;
};

}  // namespace leasehold::sim
