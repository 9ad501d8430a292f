// I10: a live holder whose renewals fail at most k times in a row, k being what its timing
// tolerates, neither loses its tenure nor is told to stop. (That some waiter is served is I4's, and
// after a heal it is judged here: progress.h.)
//
// The promise rests on the inequality at `affordable_failures`: counted from the sending of the
// last request that was confirmed, there is time for k attempts that fail and one more. So a holder
// that comes to the soft deadline has sent k + 1 attempts in vain, or could not run, or got its
// grant so late that less than that was left.
#pragma once

#include <optional>
#include <vector>

#include "sim/oracles/hindrances.h"
#include "sim/oracles/oracle.h"
#include "sim/oracles/progress.h"

namespace leasehold::sim {

class Available final : public Oracle {
 public:
  Available(const Names& names, const Bounds& bounds);
  void see(const Event& event) override;
  void time_passes(TrueTime now) override;
  void finish(TrueTime end) override { time_passes(end); }

 private:
  struct Attempt {
    std::uint64_t ordinal = 0;
    TrueTime at{};
  };
  struct Holder {
    std::optional<Attempt> asked;
    std::optional<Term> term;
    /// When the last confirmed request was sent, unless that was answered too late to count from.
    std::optional<TrueTime> confirmed;
    /// Renewals sent since.
    std::vector<Attempt> attempts;
  };

  void look_at_holders(const Event& event);
  void hear_of_progress();
  void on_sent(const Event& event);
  void on_answered(const Event& event);
  void on_grant_heard(const Event& event);
  void on_renewal_heard(const Event& event);
  void judge(const Event& event, const std::string& what);
  Holder& of(const Event& event) { return holders_.at(event.process); }

  const Bounds bounds_;
  const Span<TrueClock> answer_within_;
  std::vector<Holder> holders_;
  Hindrances hindrances_;
  Progress progress_;
  std::uint64_t served_ = 0;
};

}  // namespace leasehold::sim
