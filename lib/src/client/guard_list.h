// The guards of a tenure by where they were acquired, for those who look for a forgotten one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <leasehold/call_site.h>
#include <leasehold/time.h>

namespace leasehold::detail {

/// Who acquired or waits, and since when.
struct Asker {
  CallSite where{};
  Instant<LocalClock> since{};
};

/// Not thread-safe. Places are used again, so that a guard which joins and goes allocates nothing;
/// nor does the first one of a tenure, which for most is the only one.
class GuardList {
 public:
  std::size_t add(const Asker& asker) {
    if (free_ == none) {
      if (places_ > 0) others_.emplace_back();
      free_ = places_++;
    }
    const std::size_t place = free_;
    Place& one = at(place);
    free_ = one.next_free;
    one = {asker, taken};
    ++guards_;
    return place;
  }
  /// Allocates nothing: it is called by destructors.
  void remove(std::size_t place) {
    at(place).next_free = free_;
    free_ = place;
    --guards_;
  }
  /// The oldest first.
  std::vector<Asker> all() const {
    std::vector<Asker> there;
    if (first_.next_free == taken) there.push_back(first_.asker);
    for (const Place& one : others_) {
      if (one.next_free == taken) there.push_back(one.asker);
    }
    std::stable_sort(there.begin(), there.end(),
                     [](const Asker& a, const Asker& b) { return a.since < b.since; });
    return there;
  }
  bool empty() const { return guards_ == 0; }

 private:
  static constexpr std::size_t none = SIZE_MAX;
  static constexpr std::size_t taken = SIZE_MAX - 1;
  struct Place {
    Asker asker{};
    std::size_t next_free = none;
  };
  Place& at(std::size_t place) { return place == 0 ? first_ : others_[place - 1]; }

  Place first_;
  std::vector<Place> others_;
  std::size_t places_ = 0;
  std::size_t free_ = none;
  std::size_t guards_ = 0;
};

}  // namespace leasehold::detail
