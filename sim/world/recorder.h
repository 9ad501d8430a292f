// Where every event of a run goes: into the hash, past the oracles, and on demand into the trace.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/engine/hash128.h"
#include "sim/oracles/oracle.h"
#include "sim/oracles/situations.h"
#include "sim/trace/event.h"
#include "sim/world/run.h"

namespace leasehold::sim {

class Recorder {
 public:
  /// `keys`: their names. Each has oracles of its own. Both must outlive the recorder.
  Recorder(const Names& names, const std::vector<std::string>& keys, const Bounds& bounds,
           bool keep_trace);

  void record(const Event& event);
  /// What the run that ends at `end` came to. To be called once.
  void finish(TrueTime end, Run& run);

 private:
  struct OfKey {
    OfKey(const Names& names, const Bounds& bounds);
    OfKey(const OfKey&) = delete;
    OfKey& operator=(const OfKey&) = delete;
    ~OfKey() = default;
    Situations situations;
    std::vector<std::unique_ptr<Oracle>> oracles;
    /// By kind of event, those that look at it.
    std::array<std::vector<Oracle*>, event_kind_count> lookers;
    /// Up to then time means nothing to any of them.
    TrueTime alarm = TrueTime::never();
    Hash128 hash;
    std::uint32_t last_holder = nobody;
    std::uint64_t tenures = 0;
  };

  void show(const Event& event, OfKey& key);
  static void pass_time(const Event& event, OfKey& key);
  void count(const Event& event);
  Judgement judgement(std::size_t oracle) const;

  const std::vector<std::string>& keys_;
  // Their oracles know where their alarm is.
  std::deque<OfKey> of_keys_;
  Hash128 hash_;
  Tally tally_;
  Marks marks_;
  const bool keep_trace_;
  std::vector<Event> trace_;
};

}  // namespace leasehold::sim
