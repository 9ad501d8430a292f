// I13: a holder's deadline is never later than the earliest moment at which a contender within the
// bounds may take the key.
#pragma once

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class WithinAuthority final : public Oracle {
 public:
  explicit WithinAuthority(const Names& names) : Oracle(Invariant::I13, names) {}
  void see(const Event& event) override;

 private:
  // Of the latest tenure at the store, and of the one before: a belief in an older one has no
  // authority behind it any more.
  struct Takeable {
    Term term = 0;
    TrueTime at{};
  };
  Takeable latest_;
  Takeable before_;
};

}  // namespace leasehold::sim
