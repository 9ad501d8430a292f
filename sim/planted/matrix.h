// Which oracles are needed: what each planted bug broke, and what nobody else would have seen.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "sim/planted/trial.h"

namespace leasehold::sim {

class Matrix {
 public:
  /// What became of a bug that was found.
  void add(const std::string& bug, const Trial& trial);

  /// A row for each bug, with the share of its broken worlds in which each invariant is broken, and
  /// then what each oracle is needed for.
  void print(std::ostream& out) const;

 private:
  struct Row {
    std::string bug;
    Trial trial;
  };

  /// Oracles without which each bug, or each broken world, would have been seen all the same.
  struct Unneeded {
    std::set<Invariant> by_bugs;
    std::set<Invariant> by_worlds;
  };

  void print_rows(std::ostream& out, const std::vector<Invariant>& seen) const;
  Unneeded print_needs(std::ostream& out, const std::vector<Invariant>& seen) const;

  std::vector<Row> rows_;
};

}  // namespace leasehold::sim
