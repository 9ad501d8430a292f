// Random numbers from the kernel.
#pragma once

#include <leasehold/random.h>

namespace leasehold {

/// getrandom(2): two clones of one process draw different numbers, because none are kept in memory.
/// Thread-safe. Ends the program if the kernel has no random numbers to give: an owner id that is
/// not random would not be one.
class SystemRandom final : public Random {
 public:
  /// One for all of the process, and never destroyed, as `SystemClock::shared`.
  static SystemRandom& shared();
  std::uint64_t below(std::uint64_t bound) override;

 protected:
  Bits id_bits() override;
};

}  // namespace leasehold
