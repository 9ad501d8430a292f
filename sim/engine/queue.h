// The event queue: what is planned, in true time.
//
// The rule to know: order is (moment, tie, planning order), so it never depends on how the heap
// happens to be laid out. The tie is a choice of the schedule.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/engine/true_time.h"

namespace leasehold::sim {

/// A queue of `T`, smallest (moment, tie) first. A 4-ary heap: measured faster than
/// std::priority_queue from ten pending events to a million.
template <class T>
class Queue {
 public:
  struct Planned {
    TrueTime at{};
    std::uint32_t tie = 0;
    std::uint64_t order = 0;
    T task{};
  };

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  /// Requires: not empty.
  const Planned& next() const { return heap_.front(); }

  /// Everything that is planned, in the order in which it comes.
  std::vector<Planned> all() const {
    std::vector<Planned> sorted = heap_;
    std::sort(sorted.begin(), sorted.end(), before);
    return sorted;
  }

  void plan(TrueTime at, std::uint32_t tie, T task) {
    heap_.push_back({at, tie, planned_++, std::move(task)});
    std::size_t child = heap_.size() - 1;
    while (child > 0) {
      const std::size_t parent = (child - 1) / arity;
      if (!before(heap_[child], heap_[parent])) break;
      std::swap(heap_[child], heap_[parent]);
      child = parent;
    }
  }

  /// Requires: not empty.
  Planned pop() {
    Planned first = std::move(heap_.front());
    heap_.front() = std::move(heap_.back());
    heap_.pop_back();
    sink(0);
    return first;
  }

 private:
  static constexpr std::size_t arity = 4;

  static bool before(const Planned& a, const Planned& b) {
    return std::tie(a.at, a.tie, a.order) < std::tie(b.at, b.tie, b.order);
  }

  void sink(std::size_t parent) {
    for (;;) {
      const std::size_t first = parent * arity + 1;
      if (first >= heap_.size()) return;
      std::size_t least = first;
      for (std::size_t child = first + 1; child < first + arity && child < heap_.size(); ++child) {
        if (before(heap_[child], heap_[least])) least = child;
      }
      if (!before(heap_[least], heap_[parent])) return;
      std::swap(heap_[least], heap_[parent]);
      parent = least;
    }
  }

  std::vector<Planned> heap_;
  std::uint64_t planned_ = 0;
};

}  // namespace leasehold::sim
