// Whether this is still the process that made something.
#pragma once

#include <cstdint>

namespace leasehold {

/// Remembers the process that it was made in. A child of fork(2) is another process: it has the
/// memory of its parent's leases, but neither the threads that renew them nor any right to them.
///
/// The kernel wipes the page that this reads when a process forks (MADV_WIPEONFORK, Linux 4.14), so
/// there is no handler that could be missed and no system call in `changed`. Without it, the pid is
/// compared. Thread-safe; `changed` may be called in a child at once after the fork.
class ForkEpoch {
 public:
  ForkEpoch();
  /// True in every child that was forked since.
  bool changed() const;

 private:
  std::uint64_t born_;
};

}  // namespace leasehold
