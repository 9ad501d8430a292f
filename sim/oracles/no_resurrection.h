// I6: nothing in flight restores a belief, takes the key again for a tenure that ended, or prolongs
// a row that the store counts as over.
#pragma once

#include <optional>
#include <utility>

#include "sim/engine/flat_map.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class NoResurrection final : public Oracle {
 public:
  explicit NoResurrection(const Names& names)
      : Oracle(Invariant::I6, names,
               {Event::Kind::applied, Event::Kind::takeable, Event::Kind::lost,
                Event::Kind::stopped, Event::Kind::cloned, Event::Kind::belief_begins}) {}
  void see(const Event& event) override;

 private:
  void on_applied(const Event& event);
  void on_grant(const Event& event);
  void on_renewed(const Event& event);

  // At the store: the tenure that the record shows, and the owners whose tenure or attempt ended.
  Term term_ = 0;
  OwnerId owner_{};
  FlatSet<OwnerId> ended_;
  // When the present lease is over by the store's own judgement, if it judges.
  std::optional<TrueTime> over_at_;
  // At the processes: tenures that were told to be over.
  FlatSet<std::pair<std::uint32_t, core::TenureId>> dead_;
};

}  // namespace leasehold::sim
