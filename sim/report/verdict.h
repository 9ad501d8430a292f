// Compares what happened with what the scenario expects.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/world/run.h"

namespace leasehold::sim {

enum class Difference : std::uint8_t {
  none,
  /// An invariant is broken and nobody expected it to be.
  broken,
  /// An expected violation did not happen.
  not_broken,
  /// An invariant is expected to hold and nothing put it to the test.
  never_exercised,
};

/// The judgement on one invariant beside what was expected.
struct Compared {
  Judgement judgement;
  Difference difference = Difference::none;
  bool expected_to_hold = false;
  bool expected_to_break = false;
};

/// One entry per invariant, in order. Without an expectation only a broken invariant differs.
std::vector<Compared> compare(const Run& run, const Expectation& expectation);

/// One sentence, or "" if nothing differs: "I1 is broken and was expected to hold".
std::string sentence(const Compared& compared);
/// Those of all that differ, with "; " between them; "" if nothing does.
std::string sentences(const std::vector<Compared>& all);

/// 0: as expected. 1: an invariant is broken that should not be. 2: an expectation or vacuity
/// failed.
int exit_code(const std::vector<Compared>& all);

/// The worse of two exit codes: 4 (not deterministic), 3 (bad input), 1, 2, 0.
int worse(int a, int b);

}  // namespace leasehold::sim
