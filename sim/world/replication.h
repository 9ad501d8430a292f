// What a store was asked to do, in order: what a replica is made from.
//
// The rule to know: a store's state is what its calls made of it, each with the clocks that it saw.
// So a replica that lacks the end is a new store that was told all but the end. That works for any
// store, the library's and those that algorithms bring along, and none has to show its inside.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/algorithms/algorithm.h"
#include "sim/engine/true_time.h"

namespace leasehold::sim {

/// `Shown`: what is kept beside the store about each key.
template <class Shown>
class Replication {
 public:
  struct Entry {
    TrueTime at;
    std::uint32_t key = 0;
    StoreCall call;
    CallClocks clocks;
    /// What is known of the key once the call was carried out.
    Shown after;
    bool changed = false;
  };

  void add(Entry entry) { entries_.push_back(std::move(entry)); }
  const std::vector<Entry>& entries() const { return entries_; }

  /// Forgets what came after `as_of`. By key, of `keys`: how many changes that were.
  std::vector<std::size_t> forget_after(TrueTime as_of, std::size_t keys) {
    std::vector<std::size_t> forgotten(keys);
    const auto first = std::find_if(entries_.begin(), entries_.end(),
                                    [as_of](const Entry& entry) { return entry.at > as_of; });
    for (auto entry = first; entry != entries_.end(); ++entry) {
      forgotten[entry->key] += entry->changed ? 1 : 0;
    }
    entries_.erase(first, entries_.end());
    return forgotten;
  }

 private:
  std::vector<Entry> entries_;
};

}  // namespace leasehold::sim
