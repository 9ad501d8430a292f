// The situations that a search has met: their digests, and from which each was met first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/hash128.h"

namespace leasehold::sim {

/// A hash table with open addressing over digests, which are random enough to be their own hash.
/// Two situations of one digest would be taken for one: among 10^8 there are such two with a
/// probability below 10^-22.
class Seen {
 public:
  /// Up to 2^32 - 2 of them.
  using Number = std::uint32_t;
  static constexpr Number none = 0xffff'ffff;

  Seen() : slots_(1U << 16, none) {}

  /// Adds a situation that was met from `from`, and tells whether it is new; if so, its number is
  /// `size() - 1`.
  bool add(const Digest& digest, Number from) {
    if (2 * (digests_.size() + 1) > slots_.size()) grow();
    const std::size_t slot = slot_of(digest);
    if (slots_[slot] != none) return false;
    slots_[slot] = static_cast<Number>(digests_.size());
    digests_.push_back(digest);
    from_.push_back(from);
    return true;
  }

  std::size_t size() const { return digests_.size(); }
  const Digest& digest(Number number) const { return digests_.at(number); }
  /// From which it was met first; `none`: it is the beginning.
  Number from(Number number) const { return from_.at(number); }

 private:
  std::size_t slot_of(const Digest& digest) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = digest.low & mask;
    while (slots_[slot] != none && digests_[slots_[slot]] != digest) slot = (slot + 1) & mask;
    return slot;
  }

  void grow() {
    slots_.assign(2 * slots_.size(), none);
    for (std::size_t number = 0; number < digests_.size(); ++number) {
      slots_[slot_of(digests_[number])] = static_cast<Number>(number);
    }
  }

  std::vector<Number> slots_;
  std::vector<Digest> digests_;
  std::vector<Number> from_;
};

}  // namespace leasehold::sim
