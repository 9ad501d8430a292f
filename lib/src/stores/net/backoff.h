// Not to knock again at once where nobody answered.
#pragma once

#include <algorithm>
#include <chrono>

#include "lib/src/stores/patience.h"

namespace leasehold::stores {

/// Pauses between attempts to connect: doubling, from 50 ms up to 1 s. A call that comes within one
/// fails at once instead of waiting it out, because its caller paces itself.
class Backoff {
 public:
  bool is_pausing() const { return pause_.left() > std::chrono::nanoseconds::zero(); }
  std::chrono::nanoseconds left() const { return pause_.left(); }

  void failed() {
    pause_ = Patience(next_);
    next_ = std::min(next_ * 2, longest);
  }
  void succeeded() {
    pause_ = Patience(std::chrono::nanoseconds::zero());
    next_ = shortest;
  }

 private:
  static constexpr std::chrono::nanoseconds shortest = std::chrono::milliseconds(50);
  static constexpr std::chrono::nanoseconds longest = std::chrono::seconds(1);

  Patience pause_{std::chrono::nanoseconds::zero()};
  std::chrono::nanoseconds next_ = shortest;
};

}  // namespace leasehold::stores
