// A world: builds everything a scenario names, and lets it happen.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/world/beliefs.h"
#include "sim/world/kernel.h"
#include "sim/world/network.h"
#include "sim/world/process.h"
#include "sim/world/resource.h"
#include "sim/world/run.h"
#include "sim/world/store_node.h"
#include "sim/world/virtual_clock.h"

namespace leasehold::sim {

class World {
 public:
  /// `scenario` must outlive the world.
  World(const Scenario& scenario, const std::string& algorithm, const RunOptions& options);
  /// To be called once.
  Run run();

 private:
  void add_process(std::uint32_t index);
  void start();
  void dispatch(const Task& task);
  void on_fault(std::uint32_t index);
  void on_fault_over(std::uint32_t index);
  void heal();
  TrueTime end_of(const TimedFault& fault);
  void plan_end(TrueTime end, const TimedFault& fault, std::uint32_t index);
  void starve(const TimedFault& fault);
  void cut_off(const TimedFault& fault);
  void pause(const TimedFault& fault, std::uint32_t index);
  void change_clock(const TimedFault& fault);
  void change_store_clock(const TimedFault& fault);
  void after_clock_change(const VirtualClock& clock);
  void on_clock_changed(Process& process);
  void crash(const TimedFault& fault, std::uint32_t index);
  void end_pause(const TimedFault& fault);
  void clone(const TimedFault& fault);
  void stop_store(const TimedFault& fault, std::uint32_t index);
  void fail_over(const TimedFault& fault, std::uint32_t index);
  void on_store_again(const TimedFault& fault);
  void record(const TimedFault& fault, Event event);
  /// The process that a fault meets, with its parts.
  const std::vector<Process*>& met_by(const TimedFault& fault) const;
  bool any_part(const TimedFault& fault, const std::function<bool(const Process&)>& is) const;

  const Scenario& scenario_;
  const std::string algorithm_;
  const Names names_;
  Kernel kernel_;
  // The clock that judges: the host's that all share (host_clock) or the store's (store_clock).
  VirtualClock judge_;
  StoreNode store_;
  Network network_;
  Resource resource_;
  std::deque<VirtualClock> clocks_;
  std::deque<VirtualClock> walls_;
  std::vector<std::unique_ptr<Process>> processes_;
  // By process: itself and its parts.
  std::vector<std::vector<Process*>> parts_;
  Beliefs beliefs_;
  // Faults that last until the heal, in the order in which they began.
  std::vector<std::uint32_t> lasting_;
};

}  // namespace leasehold::sim
