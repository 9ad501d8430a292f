// A map and a set in one piece of memory each, for what grows with a history: who was told what,
// which request is out.
//
// The rule to know: elements lie in the order in which they were added, until one is erased and the
// last takes its place. That order is the same on every machine, but it means nothing: who walks
// over them must not care. A few are found by looking at all of them, many by a hash.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <leasehold/ids.h>
#include "lib/src/core/messages.h"
#include "sim/engine/hash128.h"

namespace leasehold::sim {

template <class Number>
requires std::is_integral_v<Number> || std::is_enum_v<Number>
constexpr std::uint64_t hash_of(Number number) {
  return mix(static_cast<std::uint64_t>(number) + 1);
}
template <class Purpose>
constexpr std::uint64_t hash_of(const Id<Purpose>& id) {
  return mix(id.high + mix(id.low));
}
constexpr std::uint64_t hash_of(const core::TenureId& tenure) {
  return mix(hash_of(tenure.owner) + tenure.term);
}
template <class First, class Second>
constexpr std::uint64_t hash_of(const std::pair<First, Second>& both) {
  return mix(hash_of(both.first) + 3 * hash_of(both.second));
}

/// `Key` needs == and a `hash_of`. Pointers to elements last until the next change.
template <class Key, class Value>
class FlatMap {
 public:
  using Entry = std::pair<Key, Value>;

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

  bool contains(const Key& key) const { return find(key) != nullptr; }
  /// Null: there is none.
  const Value* find(const Key& key) const {
    const std::size_t at = index_of(key);
    return at == none ? nullptr : &entries_[at].second;
  }
  Value* find(const Key& key) {
    const std::size_t at = index_of(key);
    return at == none ? nullptr : &entries_[at].second;
  }
  /// Makes a fresh one if there is none.
  Value& operator[](const Key& key) {
    const std::size_t at = index_of(key);
    if (at != none) return entries_[at].second;
    entries_.emplace_back(key, Value{});
    if (!slots_.empty() || entries_.size() > few) note_last();
    return entries_.back().second;
  }

  /// Whether there was one.
  bool erase(const Key& key) {
    const std::size_t at = index_of(key);
    if (at != none) erase_at(at);
    return at != none;
  }
  /// Those of which `is_over(entry)` is true.
  template <class Predicate>
  void erase_if(Predicate is_over) {
    for (std::size_t at = entries_.size(); at-- > 0;) {
      if (is_over(std::as_const(entries_[at]))) erase_at(at);
    }
  }
  void clear() {
    entries_.clear();
    slots_.clear();
  }

 private:
  static constexpr std::size_t none = SIZE_MAX;
  // So many are looked through.
  static constexpr std::size_t few = 8;

  std::size_t index_of(const Key& key) const {
    if (slots_.empty()) {
      for (std::size_t at = 0; at < entries_.size(); ++at) {
        if (entries_[at].first == key) return at;
      }
      return none;
    }
    for (std::size_t slot = home_of(key); slots_[slot] != 0; slot = after(slot)) {
      if (entries_[slots_[slot] - 1].first == key) return slots_[slot] - 1;
    }
    return none;
  }

  std::size_t home_of(const Key& key) const { return hash_of(key) & (slots_.size() - 1); }
  std::size_t after(std::size_t slot) const { return (slot + 1) & (slots_.size() - 1); }

  void note_last() {
    if (2 * entries_.size() > slots_.size()) {
      slots_.assign(std::max<std::size_t>(8 * few, 2 * slots_.size()), 0);
      for (std::size_t at = 0; at < entries_.size(); ++at) note(at);
    } else {
      note(entries_.size() - 1);
    }
  }
  void note(std::size_t at) {
    std::size_t slot = home_of(entries_[at].first);
    while (slots_[slot] != 0) slot = after(slot);
    slots_[slot] = static_cast<std::uint32_t>(at + 1);
  }
  std::size_t slot_of(std::size_t at) const {
    std::size_t slot = home_of(entries_[at].first);
    while (slots_[slot] != at + 1) slot = after(slot);
    return slot;
  }

  void erase_at(std::size_t at) {
    if (!slots_.empty()) {
      close_gap(slot_of(at));
      if (at + 1 != entries_.size()) {
        slots_[slot_of(entries_.size() - 1)] = static_cast<std::uint32_t>(at + 1);
      }
    }
    if (at + 1 != entries_.size()) entries_[at] = std::move(entries_.back());
    entries_.pop_back();
  }
  // Nobody may be cut off from his home by an empty slot: who stands behind moves up.
  void close_gap(std::size_t gap) {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = after(gap); slots_[slot] != 0; slot = after(slot)) {
      const std::size_t home = home_of(entries_[slots_[slot] - 1].first);
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      slots_[gap] = slots_[slot];
      gap = slot;
    }
    slots_[gap] = 0;
  }

  std::vector<Entry> entries_;
  // By hash: 1 + the place in `entries_`, 0 if there is nobody; empty while there are few.
  std::vector<std::uint32_t> slots_;
};

template <class Key>
class FlatSet {
 public:
  bool empty() const { return keys_.empty(); }
  std::size_t size() const { return keys_.size(); }
  bool contains(const Key& key) const { return keys_.contains(key); }
  /// Does nothing if it is there.
  void add(const Key& key) { keys_[key]; }
  void add(const FlatSet& others) {
    for (const auto& other : others.keys_) add(other.first);
  }
  /// Whether it was there.
  bool erase(const Key& key) { return keys_.erase(key); }
  void clear() { keys_.clear(); }
  template <class Predicate>
  void erase_if(Predicate is_over) {
    keys_.erase_if([&is_over](const auto& entry) { return is_over(entry.first); });
  }
  std::vector<Key> all() const {
    std::vector<Key> keys;
    for (const auto& entry : keys_) keys.push_back(entry.first);
    return keys;
  }

 private:
  struct Nothing {};
  FlatMap<Key, Nothing> keys_;
};

}  // namespace leasehold::sim
