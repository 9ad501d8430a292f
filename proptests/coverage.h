// What a set of worlds was about: a suite in which something never happens proves nothing of it.
#pragma once

#include <string>

#include "sim/scenario/generate.h"
#include "sim/sweep/counts.h"
#include "sim/world/run.h"

namespace leasehold::proptests {

/// In how many worlds each coverage mark was reached and each kind of fault was active.
class Coverage {
 public:
  void count(const sim::Run& run) { counts_.count(run); }
  const sim::Counts& counts() const { return counts_; }
  /// Prints a line per mark, headed by `name`.
  void print(const char* name) const;
  /// The marks that can be reached in worlds of `profile` and were so in fewer than one world of
  /// `worlds`; "" if there are none.
  std::string missed(std::uint64_t worlds, const sim::Profile& profile) const;
  /// The kinds of fault that occur in worlds of `profile` and were active in fewer than one world
  /// of a hundred; "" if there are none.
  std::string idle_faults(const sim::Profile& profile) const;

 private:
  sim::Counts counts_;
};

}  // namespace leasehold::proptests
