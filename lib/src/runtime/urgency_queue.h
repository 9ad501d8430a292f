// A queue in which what is more urgent goes first, and of equal urgency what came first.
//
// The rule to know: it keeps its memory. Ten thousand jobs that come and go every second would else
// have the allocator give pages back to the system, and fault them in again, every second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "lib/src/assert.h"
#include "lib/src/runtime/fetch_ahead.h"

namespace leasehold {

/// Not thread-safe.
template <class Job>
class UrgencyQueue {
 public:
  std::size_t size() const { return size_; }

  /// The lower `urgency`, the sooner.
  void push(std::int64_t urgency, Job&& job) {
    const std::size_t slot = free_slot();
    if (first_free_ != none) fetch_ahead(&slots_[first_free_], sizeof(Slot));
    slots_[slot].job = std::move(job);
    slots_[slot].next = none;
    const auto [line, fresh] = lines_.try_emplace(urgency, Line{slot, slot});
    if (!fresh) slots_[std::exchange(line->second.last, slot)].next = slot;
    ++size_;
  }

  /// What it returns stays where it is until the next `push`. Requires: not empty.
  Job& take() {
    LEASEHOLD_ASSERT(size_ > 0);
    const auto line = lines_.begin();
    const std::size_t slot = line->second.first;
    line->second.first = slots_[slot].next;
    if (line->second.first == none) {
      lines_.erase(line);
    } else {
      fetch_ahead(&slots_[line->second.first], sizeof(Slot));
    }
    slots_[slot].next = std::exchange(first_free_, slot);
    --size_;
    return slots_[slot].job;
  }

 private:
  static constexpr std::size_t none = SIZE_MAX;
  struct Slot {
    Job job;
    std::size_t next = none;
  };
  struct Line {
    std::size_t first = none;
    std::size_t last = none;
  };

  std::size_t free_slot() {
    if (first_free_ == none) {
      slots_.emplace_back();
      return slots_.size() - 1;
    }
    return std::exchange(first_free_, slots_[first_free_].next);
  }

  std::vector<Slot> slots_;
  std::size_t first_free_ = none;
  std::map<std::int64_t, Line> lines_;
  std::size_t size_ = 0;
};

}  // namespace leasehold
