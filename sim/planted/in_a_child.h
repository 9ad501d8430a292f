// Runs something in a process of its own: a planted bug may bring the program down, or never end.
#pragma once

#include <functional>
#include <string>

namespace leasehold::sim {

struct ChildEnd {
  /// What `work` returned; empty unless `ended_well`.
  std::string said;
  bool ended_well = false;
  /// An assertion of the program stopped it.
  bool asserted = false;
  /// Why it ended neither way, for people.
  std::string how;
};

/// Forks, and waits for the child. It gets `cpu_seconds` of processor time. Requires: no threads.
ChildEnd in_a_child(const std::function<std::string()>& work, unsigned cpu_seconds);

}  // namespace leasehold::sim
