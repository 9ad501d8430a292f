// I3: terms strictly increase, one tenure to a term, as the store grants them and as processes are
// told. Copies of one process may be told of one term, if it was granted to an owner id of both.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "sim/oracles/lineage.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class Terms final : public Oracle {
 public:
  explicit Terms(const Names& names) : Oracle(Invariant::I3, names), lineage_(names.size()) {}
  void see(const Event& event) override;

 private:
  void on_grant(const Event& event);
  void on_told(const Event& event);
  void on_cloned(const Event& event);

  Term latest_ = 0;
  OwnerId latest_owner_{};
  // Which process was told of a term first.
  std::map<Term, std::uint16_t> told_;
  // Whom each term was granted to, and what each process asks with.
  std::map<Term, OwnerId> owners_;
  std::set<std::pair<std::uint16_t, OwnerId>> asked_;
  Lineage lineage_;
};

}  // namespace leasehold::sim
