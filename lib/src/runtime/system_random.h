// Random numbers from the kernel.
#pragma once

#include <array>
#include <cstddef>

#include <leasehold/random.h>

namespace leasehold {

/// getrandom(2): two clones of one process draw different ids, because none are kept in memory (but
/// see `Spree`). Thread-safe. Ends the program if the kernel has no random numbers to give: an
/// owner id that is not random would not be one.
class SystemRandom final : public Random {
 public:
  /// While one lives, ids come from the kernel sixteen at a time: that call is a tenth of what a
  /// renewal costs. What is left over is forgotten at its end, so clones draw the same ids only if
  /// they part while many are drawn, as they send the same ids if they part before those are sent.
  /// Meanwhile no other thread may draw. One inside
  /// another ends both.
  class Spree {
   public:
    explicit Spree(SystemRandom& random) : random_(random) { random_.on_spree_ = true; }
    Spree(const Spree&) = delete;
    Spree& operator=(const Spree&) = delete;
    ~Spree() {
      random_.on_spree_ = false;
      random_.left_ = 0;
    }

   private:
    SystemRandom& random_;
  };

  /// One for all of the process, and never destroyed, as `SystemClock::shared`.
  static SystemRandom& shared();
  std::uint64_t below(std::uint64_t bound) override;

 protected:
  Bits id_bits() override;

 private:
  // 256 bytes, the most that getrandom gives whole.
  std::array<Bits, 16> stock_{};
  std::size_t left_ = 0;
  bool on_spree_ = false;
};

}  // namespace leasehold
