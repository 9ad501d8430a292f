// The processes that a command has become.
#pragma once

#include <sys/types.h>
#include <vector>

namespace leasehold::cli {

/// Those that descend from `root` and did not leave its session (setsid), alive, without `root`: a
/// command's own group, and groups that its processes made for themselves, as `timeout`, a shell
/// with job control and `leasehold run` do. `root` must be a subreaper, else orphans are missed.
///
/// A look at /proc and not a moment: who kills must look again until nobody is left.
std::vector<pid_t> family_of(pid_t root);

}  // namespace leasehold::cli
