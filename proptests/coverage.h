// What a set of worlds was about: a suite in which something never happens proves nothing of it.
#pragma once

#include <array>
#include <string>

#include "sim/oracles/marks.h"
#include "sim/scenario/generate.h"
#include "sim/world/activations.h"
#include "sim/world/run.h"

namespace leasehold::proptests {

/// In how many worlds each coverage mark was reached.
class Coverage {
 public:
  void count(const sim::Run& run);
  /// Prints a line per mark, headed by `name`.
  void print(const char* name) const;
  /// The marks that were reached in fewer than one world of `worlds`; "" if there are none.
  std::string missed(int worlds) const;
  /// The kinds of fault that occur in worlds of `profile` and were active in fewer than one world
  /// of a hundred; "" if there are none.
  std::string idle_faults(const sim::Profile& profile) const;

 private:
  int worlds_ = 0;
  std::array<int, sim::mark_count> reached_{};
  std::array<int, sim::fault_kind_count> active_{};
};

}  // namespace leasehold::proptests
