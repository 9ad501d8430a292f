// I7: a release affects its own tenure and no other, and an abandon no tenure but that of its
// attempt. A tenure of a process that is cloned is its copy's own as well, until one of them is
// told that it lost it to the other.
#pragma once

#include <optional>
#include <utility>

#include "sim/engine/flat_map.h"
#include "sim/oracles/lineage.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class OwnReleaseOnly final : public Oracle {
 public:
  explicit OwnReleaseOnly(const Names& names)
      : Oracle(Invariant::I7, names,
               {Event::Kind::applied, Event::Kind::cloned, Event::Kind::lost,
                Event::Kind::failed_over, Event::Kind::takeable}),
        lineage_(names.size()) {}
  void see(const Event& event) override;

 private:
  void on_applied(const Event& event);
  void on_grant(const Event& event);
  void on_released(const Event& event);
  void on_abandoned(const Event& event);
  void on_refused(const Event& event);
  void on_forgotten(const Event& event);
  void another_came(const Event& event);
  void found_free(const Event& event);
  bool is_own(const Event& event) const;
  bool is_over(TrueTime at) const { return over_at_ && at >= *over_at_; }

  // The grant of the tenure that must be there, if one must; of one that a replica knows of, that
  // word on it.
  std::optional<Event> holder_;
  // When its lease is over by the store's own judgement, if it judges.
  std::optional<TrueTime> over_at_;
  // The store forgot some of its changes, and counts them anew: who saw a tenure long ago may take
  // another one for that.
  bool versions_repeat_ = false;
  // The last release or abandon of somebody else that the store applied since.
  std::optional<Event> other_;
  Lineage lineage_;
  // Tenures that a process lost to its copy or to its original.
  FlatSet<std::pair<std::uint32_t, core::TenureId>> ceded_;
};

}  // namespace leasehold::sim
