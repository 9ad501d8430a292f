// The guards of a tenure by where they were acquired, for those who look for a forgotten one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <leasehold/call_site.h>
#include <leasehold/time.h>

namespace leasehold::detail {

/// Who acquired or waits, and since when.
struct Asker {
  CallSite where{};
  Instant<LocalClock> since{};
};

/// Not thread-safe. Places are used again, so that a guard which joins and goes allocates nothing.
class GuardList {
 public:
  std::size_t add(const Asker& asker) {
    if (free_.empty()) {
      askers_.push_back({asker, true});
      // So that `remove` allocates nothing: it is called by destructors.
      free_.reserve(askers_.size());
      return askers_.size() - 1;
    }
    const std::size_t place = free_.back();
    free_.pop_back();
    askers_[place] = {asker, true};
    return place;
  }
  void remove(std::size_t place) {
    askers_[place].there = false;
    free_.push_back(place);
  }
  /// The oldest first.
  std::vector<Asker> all() const {
    std::vector<Asker> there;
    for (const Place& one : askers_) {
      if (one.there) there.push_back(one.asker);
    }
    std::stable_sort(there.begin(), there.end(),
                     [](const Asker& a, const Asker& b) { return a.since < b.since; });
    return there;
  }
  bool empty() const { return free_.size() == askers_.size(); }

 private:
  struct Place {
    Asker asker{};
    bool there = false;
  };
  std::vector<Place> askers_;
  std::vector<std::size_t> free_;
};

}  // namespace leasehold::detail
