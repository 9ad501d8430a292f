// I13: a holder's deadline is never later than the earliest moment at which a contender within the
// bounds may take the key; with a lock delay, by that much earlier than anybody does
// (lock_delay.h).
#pragma once

#include "sim/oracles/lock_delay.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class WithinAuthority final : public Oracle {
 public:
  explicit WithinAuthority(const Names& names, const Bounds& bounds = {})
      : Oracle(
            Invariant::I13, names,
            Kinds{Event::Kind::takeable, Event::Kind::could_be_taken, Event::Kind::belief_until} |
                LockDelay::looks_at(bounds)),
        bounds_(bounds),
        delay_(names, bounds_) {}
  void see(const Event& event) override;

 private:
  // Of the latest tenure at the store, and of the one before: a belief in an older one has no
  // authority behind it any more.
  struct Takeable {
    Term term = 0;
    TrueTime at{};
  };
  void look_at_takeovers(const Event& event);

  const Bounds bounds_;
  LockDelay delay_;
  Takeable latest_;
  Takeable before_;
};

}  // namespace leasehold::sim
