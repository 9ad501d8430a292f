#include "sim/sweep/test_cases.h"

#include <string>

namespace leasehold::sim {
namespace {

void add(std::string& failure, const std::string& sentence) {
  failure += (failure.empty() ? "" : "; ") + sentence;
}

std::string failure_of(const Summary& summary, Authority authority, Invariant invariant) {
  std::string failure;
  for (const FailureKind& kind : summary.kinds) {
    if (kind.invariant != invariant || !kind.worlds.contains(authority)) continue;
    add(failure, told(kind) + ", seed " + std::to_string(kind.seed) + " of " +
                     to_string(kind.authority) + ": " + kind.sentence);
  }
  return failure;
}

}  // namespace

std::vector<TestCase> test_cases(const Summary& summary) {
  const Sweep& sweep = summary.sweep;
  const std::string suite = sweep.algorithm + " " + sweep.profile + " " + to_string(sweep.seeds);
  std::vector<TestCase> cases;
  for (const Summary::Row& row : summary.rows) {
    if (row.counts.worlds == 0) continue;
    const std::string authority = to_string(row.authority);
    for (const Invariant invariant : all_invariants) {
      cases.push_back({suite, authority + " " + to_string(invariant),
                       failure_of(summary, row.authority, invariant)});
    }
    TestCase proves{suite, authority + " is not vacuous", ""};
    for (const std::string& vacuity : vacuities(row)) add(proves.failure, vacuity);
    cases.push_back(proves);
  }
  return cases;
}

}  // namespace leasehold::sim
