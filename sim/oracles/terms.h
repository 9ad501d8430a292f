// I3: terms strictly increase, one tenure to a term, as the store grants them and as processes are
// told.
#pragma once

#include <map>

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class Terms final : public Oracle {
 public:
  explicit Terms(const Names& names) : Oracle(Invariant::I3, names) {}
  void see(const Event& event) override;

 private:
  void on_grant(const Event& event);

  Term latest_ = 0;
  OwnerId latest_owner_{};
  // Which process was told of a term.
  std::map<Term, std::uint16_t> told_;
};

}  // namespace leasehold::sim
