// The half of I13 that a lock delay (`Timing::lock_delay`) adds: whoever takes over a lease that
// ran out does so no earlier than that much true time after its holder believed last, and after the
// earliest moment at which it could have been over. Who loses a lease does not give it away
// earlier.
//
// The rule to know: a tenure that its holder ended in time is free at once, and one of which nobody
// was told has no late work. All else is left alone.
#pragma once

#include <optional>

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class LockDelay {
 public:
  /// Both must outlive this.
  LockDelay(const Names& names, const Bounds& bounds) : names_(names), bounds_(bounds) {}

  static constexpr Kinds looks_at(const Bounds& bounds) {
    if (bounds.timing.lock_delay <= Length::zero()) return {};
    return {Event::Kind::applied, Event::Kind::takeable,      Event::Kind::granted,
            Event::Kind::stopped, Event::Kind::belief_begins, Event::Kind::belief_ends};
  }
  void see(const Event& event);
  /// How many takeovers had to wait, and how many of them were judged: those inside the bounds.
  std::uint64_t met() const { return met_; }
  std::uint64_t judged() const { return judged_; }
  const std::optional<Finding>& finding() const { return finding_; }

 private:
  /// What the record shows, or showed last.
  struct Tenure {
    std::uint32_t process = nobody;
    core::TenureId id{};
    /// A guard of it was given to somebody.
    bool told = false;
    /// Its holder ended it.
    bool let_go = false;
    bool believed = false;
    std::optional<TrueTime> believed_until{};
    /// Where the store judges, or whoever watches the record.
    std::optional<TrueTime> over_at{};
  };

  void on_takeable(const Event& event);
  void on_applied(const Event& event);
  void judge(const Event& granted);
  bool is_of_holder(const Event& event) const {
    return event.process == holder_.process && event.term == holder_.id.term;
  }

  const Names& names_;
  const Bounds& bounds_;
  Tenure holder_;
  std::uint64_t met_ = 0;
  std::uint64_t judged_ = 0;
  std::optional<Finding> finding_;
};

}  // namespace leasehold::sim
