// Where every event of a run goes: into the hash, past the oracles, and on demand into the trace.
#pragma once

#include <memory>
#include <vector>

#include "sim/engine/hash128.h"
#include "sim/oracles/oracle.h"
#include "sim/trace/event.h"
#include "sim/world/run.h"

namespace leasehold::sim {

class Recorder {
 public:
  Recorder(const Names& names, bool keep_trace);

  void record(const Event& event);
  /// What the run came to. To be called once, at the end.
  void finish(Run& run);

 private:
  void count(const Event& event);

  std::vector<std::unique_ptr<Oracle>> oracles_;
  Hash128 hash_;
  Tally tally_;
  std::uint16_t last_holder_ = nobody;
  const bool keep_trace_;
  std::vector<Event> trace_;
};

}  // namespace leasehold::sim
