// What the user's code in a virtual process does: it asks for the lock, holds guards, drops them.
#pragma once

#include <optional>
#include <vector>

#include "sim/algorithms/algorithm.h"
#include "sim/world/kernel.h"
#include "sim/world/resource.h"
#include "sim/world/waits.h"

namespace leasehold::sim {

class Program final : public ShellListener {
 public:
  /// All must outlive the program.
  Program(Kernel& kernel, Resource& resource, Waits& waits, std::uint32_t process);

  /// Plans every step of the program.
  void start();
  /// A new life begins: guards and calls of the last are gone; cycles that had begun go on.
  void begin_life(std::uint32_t life);

  /// A first life begins in which everything is as in `original`, which runs the same program. Its
  /// tasks are the caller's to plan.
  void begin_as(const Program& original, std::uint32_t life);

  void on_step(Algorithm& lock, std::uint32_t step);
  void on_hold_over(Algorithm& lock, std::uint32_t guard);
  void on_think_over(Algorithm& lock, const Task& task);
  void on_look(const Algorithm& lock, std::uint32_t guard);
  void on_write_due(const Algorithm& lock, std::uint32_t guard);
  void on_write_goes(const Task& task);
  /// The time of a step came while the process was dead.
  void miss(std::uint32_t step);

  void on_granted(CallId call, const core::TenureId& tenure) override;
  void on_refused(CallId call, Ending ending, core::Refusal why) override;
  void on_tell(const core::Tell& tell) override;

 private:
  struct Guard {
    std::uint32_t id = 0;
    core::TenureId tenure;
    CallId call = 0;
    std::uint32_t step = 0;
    bool loads = false;
  };
  struct Decided {
    core::TenureId tenure;
    std::uint64_t digest = 0;
  };
  struct Call {
    CallId id = 0;
    std::uint32_t step = 0;
  };

  const Step& step_at(std::uint32_t step) const;
  Guard* find(std::uint32_t guard);
  void begin_call(Algorithm& lock, std::uint32_t step);
  void drop(Algorithm& lock, std::size_t guard);
  void think(std::uint32_t step);
  void plan_look(Guard& guard);
  void load(Algorithm& lock, const Guard& guard);
  void plan_write(const Guard& guard);
  void decide_write(const Algorithm& lock, Length after);
  void ask_guards(const Algorithm& lock);
  void record(Event event);

  Kernel& kernel_;
  Resource& resource_;
  Waits& waits_;
  const std::uint32_t process_;
  const std::vector<Step>& steps_;
  std::uint32_t life_ = 0;
  std::vector<Guard> guards_;
  std::vector<Call> calls_;
  // Writes that were decided on and have not left yet, of this life.
  std::vector<Decided> decided_;
  // How many rounds each step has still to do, once it has begun.
  std::vector<std::optional<std::uint32_t>> rounds_;
  // As of which term the cache of each step was loaded, if any has one; memory, so gone with a
  // life.
  std::vector<std::optional<Term>> caches_;
  CallId last_call_ = 0;
  std::uint32_t last_guard_ = 0;
};

}  // namespace leasehold::sim
