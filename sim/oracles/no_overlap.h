// I1: two processes never believe at the same time that they hold the key.
#pragma once

#include <vector>

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class NoOverlap final : public Oracle {
 public:
  explicit NoOverlap(const Names& names)
      : Oracle(Invariant::I1, names,
               {Event::Kind::belief_begins, Event::Kind::belief_ends, Event::Kind::crashed}) {}
  void see(const Event& event) override;

 private:
  struct Belief {
    std::uint32_t process = nobody;
    Term term = 0;
    TrueTime since{};
  };
  void forget(std::uint32_t process);

  // One as a rule; the world has ended every belief that is over before it begins another.
  std::vector<Belief> beliefs_;
};

}  // namespace leasehold::sim
