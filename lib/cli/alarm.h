// A moment of the boot clock that poll can wait for.
#pragma once

#include <cstdint>

#include "lib/cli/descriptor.h"

namespace leasehold::cli {

/// Now on CLOCK_BOOTTIME, in nanoseconds: the clock of the library's deadlines, which counts
/// suspend.
std::int64_t boot_now();

/// Readable from the moment it was set to. Counts on through suspend, unlike the timeout of poll.
class Alarm {
 public:
  /// Throws std::system_error if the kernel has no descriptor left.
  Alarm();
  int fd() const { return fd_.get(); }
  /// At `moment` on the boot clock, replacing an earlier one; a moment that has passed is now.
  void set(std::int64_t moment);
  void clear();

 private:
  Descriptor fd_;
};

}  // namespace leasehold::cli
