// I3: terms strictly increase, one tenure to a term, as the store grants them and as processes are
// told. Copies of one process may be told of one term, if it was granted to an owner id of both.
#pragma once

#include <utility>

#include "sim/engine/flat_map.h"
#include "sim/oracles/lineage.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class Terms final : public Oracle {
 public:
  explicit Terms(const Names& names)
      : Oracle(Invariant::I3, names,
               {Event::Kind::granted, Event::Kind::cloned, Event::Kind::sent,
                Event::Kind::failed_over, Event::Kind::applied}),
        lineage_(names.size()) {}
  void see(const Event& event) override;

 private:
  void on_grant(const Event& event);
  void on_told(const Event& event);
  void on_cloned(const Event& event);

  Term latest_ = 0;
  OwnerId latest_owner_{};
  // Which process was told of a term first.
  FlatMap<Term, std::uint32_t> told_;
  // Whom each term was granted to, and what each process asks with.
  FlatMap<Term, OwnerId> owners_;
  FlatSet<std::pair<std::uint32_t, OwnerId>> asked_;
  Lineage lineage_;
};

}  // namespace leasehold::sim
