// I2: a fenced resource never accepts a write of an older tenure after one of a newer, with no
// assumption on clocks, pauses, delays or messages.
#pragma once

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class FencedEffects final : public Oracle {
 public:
  explicit FencedEffects(const Names& names)
      : Oracle(Invariant::I2, names, {Event::Kind::write_came}) {}
  void see(const Event& event) override;

 private:
  std::string write_of(const Event& event) const;

  // The newest write that was accepted; of no term at first.
  Event newest_{};
};

}  // namespace leasehold::sim
