// I14: a guard of a tenure that ended never answers "held" again, and nobody joins a dead tenure.
#pragma once

#include <utility>

#include "sim/engine/flat_map.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class DeadStaysDead final : public Oracle {
 public:
  explicit DeadStaysDead(const Names& names)
      : Oracle(Invariant::I14, names,
               {Event::Kind::lost, Event::Kind::stopped, Event::Kind::cloned, Event::Kind::asked,
                Event::Kind::granted, Event::Kind::crashed}) {}
  void see(const Event& event) override;

 private:
  // By owner too: a store that forgot a grant gives its term once more, and that tenure lives.
  FlatSet<std::pair<std::uint32_t, core::TenureId>> dead_;
};

}  // namespace leasehold::sim
