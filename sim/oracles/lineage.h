// Which processes are copies of one and the same.
//
// The rule to know: what a process was granted, asked for or told before it was copied is its
// copy's as well. An owner id that both know names one tenure, which two processes then hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/engine/flat_map.h"
#include "sim/trace/event.h"

namespace leasehold::sim {

/// What the set says of the original it says of the copy, from the event `cloned` on.
template <class What>
void copy_of_process(FlatSet<std::pair<std::uint32_t, What>>& of, const Event& cloned) {
  for (const auto& [process, what] : of.all()) {
    if (process == cloned.value) of.add({cloned.process, what});
  }
}

class Lineage {
 public:
  explicit Lineage(std::size_t processes) : first_(processes), has_copies_(processes) {
    for (std::size_t process = 0; process < processes; ++process) {
      first_[process] = static_cast<std::uint32_t>(process);
    }
  }

  /// Requires: an event of kind `cloned`.
  void see(const Event& event) {
    first_.at(event.process) = first_.at(event.value);
    has_copies_.at(first_.at(event.value)) = true;
  }
  /// Whether they are the same process, or copies of one.
  bool related(std::uint32_t one, std::uint32_t other) const {
    return first_.at(one) == first_.at(other);
  }
  /// Whether it is a copy or was copied.
  bool is_cloned(std::uint32_t process) const { return has_copies_.at(first_.at(process)); }

 private:
  // The one that was there first.
  std::vector<std::uint32_t> first_;
  std::vector<bool> has_copies_;
};

}  // namespace leasehold::sim
