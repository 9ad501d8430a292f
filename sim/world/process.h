// One virtual process, or one lock of it if it has several: a clock, doors, a lock and a program,
// running, paused or dead.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/algorithms/algorithm.h"
#include "sim/world/kernel.h"
#include "sim/world/network.h"
#include "sim/world/process_doors.h"
#include "sim/world/program.h"
#include "sim/world/virtual_clock.h"
#include "sim/world/waits.h"

namespace leasehold::sim {

class Process {
 public:
  /// `clock`: its own, or the host's that it shares. `wall`: its calendar clock. All must outlive
  /// the process.
  Process(Kernel& kernel, Network& network, Resource& resource, VirtualClock& clock,
          VirtualClock& wall, const std::string& algorithm, std::uint32_t index);

  /// Plans its program and begins its first life.
  void start();
  /// Carries out a task of this process, or keeps it until the process runs again.
  void on_task(const Task& task);

  /// The deadline of a call passes.
  void on_wait_due(const Task& task);

  /// Stops running until `until`. Pauses that overlap last until the latest end.
  void pause(TrueTime until);
  /// True if it runs again (no longer pause is on).
  bool resume();
  void crash();
  void restart();
  /// Begins its first life as a copy of `original`: same guards, calls and caches, the same steps
  /// to come. What is on its way to the original does not come here. Requires: that is
  /// alive, this is not, and the clocks of both show the same.
  void begin_as(const Process& original);

  std::uint32_t index() const { return index_; }
  bool alive() const { return lock_ != nullptr; }
  bool paused() const { return paused_; }
  /// The earliest moment at which its code can act on what is due now.
  TrueTime can_run_at() const;
  /// Null while it is dead.
  const Algorithm* lock() const { return lock_.get(); }
  VirtualClock& clock() { return clock_; }
  const VirtualClock& clock() const { return clock_; }
  VirtualClock& wall() { return wall_; }
  ProcessDoors& doors() { return doors_; }
  const ProcessDoors& doors() const { return doors_; }
  Waits& waits() { return waits_; }
  /// Something came while it did not run.
  bool was_missed() const { return !kept_.empty(); }

 private:
  void begin_life();
  void carry_out(const Task& task);
  void hear(const Message& message);
  void note_alarm();

  Kernel& kernel_;
  Network& network_;
  VirtualClock& clock_;
  VirtualClock& wall_;
  const std::string& algorithm_;
  const std::uint32_t index_;
  ProcessDoors doors_;
  Waits waits_;
  Program program_;
  std::unique_ptr<Algorithm> lock_;
  bool paused_ = false;
  // What was recorded last of its alarm.
  bool armed_ = false;
  TrueTime paused_until_{};
  std::vector<Task> kept_;
};

}  // namespace leasehold::sim
