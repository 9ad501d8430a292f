// Watches what processes believe, in true time, by asking their guards.
//
// The rule to know: a belief is the interval in which `is_held()` would answer true if it were
// asked, so nobody's word is taken for it: the guard is asked at its deadline, and everybody who
// believes is asked at the very moment at which another begins to.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/world/kernel.h"
#include "sim/world/process.h"

namespace leasehold::sim {

class Beliefs {
 public:
  /// `processes` may grow after the construction; both must outlive this.
  Beliefs(Kernel& kernel, const std::vector<std::unique_ptr<Process>>& processes);

  /// Something happened in the process: what does it believe now?
  void look_at(std::uint32_t process);
  /// As `look_at`, after the process's clock was changed: every moment may have moved.
  void on_clock_changed(std::uint32_t process);
  void on_deadline_due(const Task& task);
  void on_stop_due(const Task& task);

 private:
  struct Belief {
    bool believes = false;
    core::TenureId tenure;
    // The deadline and the soft deadline that are being watched, if any.
    std::optional<Instant<LocalClock>> deadline;
    std::optional<Instant<LocalClock>> soft;
    core::TenureId soft_tenure;
    std::uint32_t deadline_watch = 0;
    std::uint32_t stop_watch = 0;
  };

  bool would_say_held(std::uint32_t process, const core::TenureId& tenure) const;
  void ask_the_others(std::uint32_t process);
  void begin(std::uint32_t process, const core::TenureId& tenure);
  void end(std::uint32_t process);
  void watch_deadline(std::uint32_t process, const Holding& holding);
  void watch_stop(std::uint32_t process, const Holding& holding);
  void plan(std::uint32_t process, Task::Kind kind, TrueTime at, std::uint32_t watch);

  Kernel& kernel_;
  const std::vector<std::unique_ptr<Process>>& processes_;
  std::vector<Belief> beliefs_;
  // Those who believe, in no order that matters.
  std::vector<std::uint32_t> believers_;
};

}  // namespace leasehold::sim
