// A world: builds everything a scenario names, and lets it happen.
#pragma once

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
  void start();
  void dispatch(const Task& task);
  void on_fault(std::uint32_t index);
  void on_fault_over(std::uint32_t index);
  void pause(const TimedFault& fault, std::uint32_t index);
  void change_clock(const TimedFault& fault);
  void after_clock_change(const VirtualClock& clock);
  void record(const TimedFault& fault, Event event);

  const Scenario& scenario_;
  const std::string algorithm_;
  const Names names_;
  Kernel kernel_;
  VirtualClock host_;
  StoreNode store_;
  Network network_;
  Resource resource_;
  std::vector<std::unique_ptr<VirtualClock>> clocks_;
  std::vector<std::unique_ptr<VirtualClock>> walls_;
  std::vector<std::unique_ptr<Process>> processes_;
  Beliefs beliefs_;
};

}  // namespace leasehold::sim
