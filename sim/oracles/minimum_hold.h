// The half of I15 that a minimum hold (`Timing::min_hold`) adds: no release of a tenure is sent
// before it has lasted that long (true time, from the first guard), and one of which nobody has a
// guard is released when it has.
//
// The rule to know: to be late has excuses (the process did not run), to be early has none. A
// tenure that is lost needs no release, but may not be released early either.
#pragma once

#include <optional>
#include <vector>

#include "sim/oracles/hindrances.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class MinimumHold {
 public:
  /// Both must outlive this.
  MinimumHold(const Names& names, const Bounds& bounds)
      : names_(names),
        bounds_(bounds),
        tenures_(is_asked_for() ? names.size() : 0),
        hindrances_(tenures_.size()) {}

  static constexpr Kinds looks_at(const Bounds& bounds) {
    if (bounds.timing.min_hold <= Length::zero()) return {};
    return Kinds{Event::Kind::granted, Event::Kind::drop, Event::Kind::stopped, Event::Kind::lost,
                 Event::Kind::ended,   Event::Kind::sent, Event::Kind::crashed} |
           Hindrances::looks_at();
  }
  void see(const Event& event);
  void time_passes(TrueTime now) { judge_late(now); }
  /// No tenure can be overdue before.
  TrueTime quiet_until() const { return quiet_until_; }
  /// How many tenures were kept without a guard to the end of their minimum hold.
  std::uint64_t kept() const { return kept_; }
  const std::optional<Finding>& finding() const { return finding_; }

 private:
  /// The latest tenure of a process of which anybody had a guard.
  struct Tenure {
    core::TenureId id{};
    TrueTime began{};
    int guards = 0;
    /// Since when it is kept for nobody; absent: somebody has a guard, or it is over.
    std::optional<TrueTime> unheld{};
  };

  bool is_asked_for() const { return bounds_.timing.min_hold > Length::zero(); }
  void look_at(const Event& event);
  void judge_late(TrueTime now);
  void expect(std::uint32_t process);
  TrueTime due(std::uint32_t process) const;
  void on_granted(const Event& event);
  void on_drop(const Event& event);
  void on_release_sent(const Event& event);
  void told_over(const Event& event);
  void broken(TrueTime at, std::string sentence);
  Tenure& of(const Event& event) { return tenures_.at(event.process); }

  const Names& names_;
  const Bounds& bounds_;
  std::vector<Tenure> tenures_;
  Hindrances hindrances_;
  TrueTime quiet_until_ = TrueTime::never();
  std::uint64_t kept_ = 0;
  std::optional<Finding> finding_;
};

}  // namespace leasehold::sim
