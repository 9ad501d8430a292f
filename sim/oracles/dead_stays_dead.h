// I14: a guard of a tenure that ended never answers "held" again, and nobody joins a dead tenure.
#pragma once

#include <set>
#include <utility>

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class DeadStaysDead final : public Oracle {
 public:
  explicit DeadStaysDead(const Names& names) : Oracle(Invariant::I14, names) {}
  void see(const Event& event) override;

 private:
  // By owner too: a store that forgot a grant gives its term once more, and that tenure lives.
  std::set<std::pair<std::uint16_t, core::TenureId>> dead_;
};

}  // namespace leasehold::sim
