// Counts situations that a suite of worlds must have met, or its green means nothing.
//
// The rule to know: nothing is judged here. What an oracle meets on its way to a verdict, it counts
// by itself; this is for what no oracle needs to look at.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/oracles/marks.h"
#include "sim/trace/event.h"

namespace leasehold::sim {

/// Of one key.
class Situations {
 public:
  explicit Situations(std::size_t processes) : processes_(processes) {}

  /// Requires: events in the order in which they happened.
  void see(const Event& event);
  const Marks& marks() const { return marks_; }

 private:
  /// Of requests of one kind: the highest ordinal that was applied, and in bit n whether the one n
  /// below it was.
  struct Applied {
    std::uint64_t highest = 0;
    std::uint64_t before = 0;
  };
  struct Process {
    bool believes = false;
    TrueTime belief_ended = TrueTime::never();
    core::TenureId granted{};
    core::TenureId told_to_stop{};
    bool paused = false;
    bool dead = false;
    bool died_before = false;
    bool acquire_on_its_way = false;
    /// When it heard of a grant that it has told nobody of.
    TrueTime grant_heard = TrueTime::never();
    std::array<Applied, 4> applied{};
  };

  void on_lock(const Event& event);
  void on_wire(const Event& event);
  void on_trouble(const Event& event);
  void on_sent(const Event& event);
  void on_applied(const Event& event);
  void on_answer_of_store(const Event& event);
  void note_order(Applied& applied, std::uint64_t ordinal);
  void note_belief(const Event& event, bool believes);
  void note_acquire_on_its_way(Process& process, bool is);
  void note_paused(const Event& event);
  void reach_if(bool met, Mark mark) {
    if (met) marks_.reach(mark);
  }

  std::vector<Process> processes_;
  std::size_t believers_ = 0;
  std::size_t acquires_on_their_way_ = 0;
  Marks marks_;
};

}  // namespace leasehold::sim
