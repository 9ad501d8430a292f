// The one door through which the library draws random numbers.
#pragma once

#include <cstdint>

#include <leasehold/ids.h>

namespace leasehold {

/// A source of random numbers. Production draws identifiers from the kernel; the simulator draws
/// everything from the seed, so that a run repeats exactly.
class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;

  /// A number in [0, bound), every one equally likely. 0 is the dullest answer: a scenario in which
  /// nothing was drawn sees only zeros. Requires: bound >= 1.
  virtual std::uint64_t below(std::uint64_t bound) = 0;

  /// An identifier that nobody else has: 128 random bits, never all zero. Two processes that were
  /// cloned from one another must draw different ones.
  template <class AnyId>
  AnyId id() {
    const Bits bits = id_bits();
    return AnyId{bits.high, bits.low};
  }

 protected:
  /// 128 of them.
  struct Bits {
    /// The upper half.
    std::uint64_t high;
    /// The lower half.
    std::uint64_t low;
  };
  /// Bits that nobody else has; see `id`.
  virtual Bits id_bits() = 0;
};

}  // namespace leasehold
