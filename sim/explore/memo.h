// What a pure function once said, by the bytes that it was asked with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/explore/words.h"

namespace leasehold::sim {

/// A hash table with open addressing. Whole keys are compared: nothing is ever taken for another.
/// What it returns is good until something is added.
template <PlainWords Key, class Value>
class Memo {
 public:
  /// nullptr: it is not known.
  const Value* find(const Key& key) const {
    const std::uint32_t entry = slots_[slot_of(key)];
    return entry == none ? nullptr : &entries_[entry].value;
  }

  /// Requires: it is not known.
  const Value& add(const Key& key, const Value& value) {
    if (4 * (entries_.size() + 1) > slots_.size()) grow();
    slots_[slot_of(key)] = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({key, value});
    return entries_.back().value;
  }

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return entries_.capacity() * sizeof(Entry) + slots_.size() * 4; }

 private:
  struct Entry {
    Key key;
    Value value;
  };
  static constexpr std::uint32_t none = 0xffff'ffff;

  std::size_t slot_of(const Key& key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash_of(key) & mask;
    while (slots_[slot] != none && !same_bytes(entries_[slots_[slot]].key, key)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  void grow() {
    slots_.assign(2 * slots_.size(), none);
    for (std::size_t entry = 0; entry < entries_.size(); ++entry) {
      slots_[slot_of(entries_[entry].key)] = static_cast<std::uint32_t>(entry);
    }
  }

  // Entries lie close together: all that a search asks for again and again stays near.
  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(1U << 10, none);
  std::vector<Entry> entries_;
};

}  // namespace leasehold::sim
