// Watches when the acquire calls of a process must leave at the latest, in true time.
#pragma once

#include <optional>
#include <vector>

#include "lib/src/shell/shell.h"
#include "sim/world/kernel.h"
#include "sim/world/virtual_clock.h"

namespace leasehold::sim {

class Waits {
 public:
  /// Both must outlive this.
  Waits(Kernel& kernel, const VirtualClock& clock, std::uint32_t process);

  /// A call begins that leaves after `within` of the process's clock.
  void begin(CallId call, Length within);
  /// The process begins as a copy: its callers wait as the original's do. Requires: its clock shows
  /// what the original's does.
  void begin_as(const Waits& original);
  /// It was answered, or left.
  void over(CallId call);
  /// The process died.
  void forget_all() { waiting_.clear(); }
  /// Every moment may have moved.
  void on_clock_changed();
  /// The deadline of a call passes; `can_run_at`: when the process can act on that.
  void on_due(const Task& task, TrueTime can_run_at);

 private:
  struct Waiting {
    CallId call = 0;
    Instant<LocalClock> deadline;
    std::optional<TrueTime> until{};
    std::uint32_t watch = 0;
  };

  void watch(Waiting& waiting);
  void plan(const Waiting& waiting, TrueTime at);

  Kernel& kernel_;
  const VirtualClock& clock_;
  const std::uint32_t process_;
  std::vector<Waiting> waiting_;
  std::uint32_t watches_ = 0;
};

}  // namespace leasehold::sim
