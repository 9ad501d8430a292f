// The numbers that stand in a world, and how rough they are to read.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// A length in ns, a rate in ppm, or a count.
struct Number {
  std::int64_t value = 0;
  /// The least and the greatest absolute value that the reader accepts here.
  std::int64_t least = 0;
  std::int64_t most = 0;
  /// It may be 1 instead of 0, so that what follows happens at another moment.
  bool may_grow = false;
  std::function<void(Scenario&, std::int64_t)> set;
};

/// All that a scenario's file would say, names, seed and noise apart.
std::vector<Number> numbers_of(const Scenario& scenario);

/// 0 for 0; else the more, the more digits it takes before its zeros, and then the greater it is.
std::uint64_t roughness(std::int64_t value);

}  // namespace leasehold::sim
