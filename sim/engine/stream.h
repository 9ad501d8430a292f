// A stream of random numbers from a seed: for what is drawn in a row, such as a generated scenario.
//
// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Inside a run nothing is drawn in a row: see
// Chooser.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/engine/hash128.h"

namespace leasehold::sim {

class Stream {
 public:
  explicit Stream(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15U); }
  /// In [0, bound), even up to a bias of bound / 2^64. Requires: bound >= 1.
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound));
  }
  /// In [least, most].
  std::int64_t within(std::int64_t least, std::int64_t most) {
    return least + below(most - least + 1);
  }
  bool chance(std::int64_t in_a_hundred) { return below(100) < in_a_hundred; }
  template <class T, std::size_t size>
  const T& pick(const T (&values)[size]) {
    return values[below(static_cast<std::int64_t>(size))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace leasehold::sim
