// I11: what a process asks the store about a key stays under a computable rate, however many
// threads wait and whatever is answered.
#pragma once

#include <vector>

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

/// What may be sent: `burst` at once and then one for each `pace`, or one more for a reason of its
/// own. So in any window, at most burst + window / pace + the reasons in it.
class Allowance {
 public:
  Allowance(Length pace, int burst);

  /// A reason for one more. What is full stays so: a window that begins now has the burst anyway.
  void add();
  /// Sends one at `now`. False if that was not allowed.
  bool take(TrueTime now);
  /// The last one had no reason of its own: nothing but its pause allowed it.
  bool was_unprompted() const { return unprompted_; }

 private:
  // In ns: what is left is worth this much waiting.
  std::int64_t pace_;
  std::int64_t most_;
  std::int64_t left_;
  TrueTime at_{};
  bool has_reason_ = true;
  bool unprompted_ = false;
};

class BoundedLoad final : public Oracle {
 public:
  BoundedLoad(const Names& names, const Bounds& bounds);
  void see(const Event& event) override;

 private:
  struct Process {
    Allowance tries;
    Allowance renewals;
    Allowance endings;
    std::vector<std::uint64_t> calls{};
    /// The highest term that `Moved` told of, and the latest renewal sent.
    Term moved = 0;
    std::uint64_t renewal = 0;
  };

  void on_sent(const Event& event);
  void on_tenure_over(Process& process);
  void call_over(const Event& event) { std::erase(of(event).calls, event.value); }
  Process& of(const Event& event) { return processes_.at(event.process); }

  std::vector<Process> processes_;
};

}  // namespace leasehold::sim
