// I5: no guard says that it is held at or after its own deadline, and holders are told to stop once
// the soft deadline has passed and they have had time to run.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class LossIsTold final : public Oracle {
 public:
  explicit LossIsTold(const Names& names) : Oracle(Invariant::I5, names) {}
  void see(const Event& event) override;

 private:
  std::set<std::pair<std::uint16_t, Term>> told_;
  // The tenure that each process was granted last.
  std::map<std::uint16_t, Term> latest_;
};

}  // namespace leasehold::sim
