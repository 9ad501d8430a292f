// The other half of I10, judged after a heal: whoever waits, somebody is served within
// `progress_bound`.
//
// The rule to know: where I4 makes a promise to one contender that nothing has disturbed, this
// makes one to all of them together, and after a heal there is nothing that could disturb them. The
// time runs while somebody waits, nobody holds the key and no caller leaves with nothing; who holds
// it may do so for as long as he likes. Who waits without end leaves when he cancels, and not
// because the lock sends him away.
#pragma once

#include <optional>
#include <vector>

#include "sim/engine/flat_map.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class Progress {
 public:
  /// Both must outlive this.
  Progress(const Names& names, const Bounds& bounds);

  static constexpr Kinds looks_at() {
    return {Event::Kind::healed,  Event::Kind::acquire, Event::Kind::waits_until,
            Event::Kind::granted, Event::Kind::refused, Event::Kind::cancel,
            Event::Kind::drop,    Event::Kind::lost,    Event::Kind::stopped,
            Event::Kind::crashed};
  }
  void see(const Event& event);
  void time_passes(TrueTime now) {
    if (now > quiet_until()) judge(now);
  }
  /// Nobody can be overdue before.
  TrueTime quiet_until() const;
  /// How often somebody was served whom the time was running for.
  std::uint64_t served() const { return served_; }
  const std::optional<Finding>& finding() const { return finding_; }

 private:
  struct Process {
    /// The calls that wait, and since when; `endless`: without a deadline.
    struct Call {
      TrueTime since{};
      bool endless = true;
    };
    FlatMap<std::uint64_t, Call> calls;
    /// The term of each guard of a tenure that did not end.
    std::vector<Term> guards;
  };

  void judge(TrueTime now);
  bool is_running() const;
  void on_granted(const Event& event);
  void on_refused(const Event& event);
  void starts_anew(TrueTime now) { since_ = now; }
  Process& of(const Event& event) { return processes_.at(event.process); }

  const Names& names_;
  const Bounds& bounds_;
  std::vector<Process> processes_;
  bool healed_ = false;
  // When somebody was served last, let go of the key, or left; at first the heal.
  TrueTime since_{};
  std::uint64_t served_ = 0;
  std::optional<Finding> finding_;
};

}  // namespace leasehold::sim
