// A program of tests, run under a planted bug: which test sees it first.
#pragma once

#include <string>

#include "lib/src/plant.h"
#include "sim/planted/plants.h"

namespace leasehold::sim {

struct TestRun {
  /// The first test that failed, crashed, or did not come to its end; empty: all passed.
  std::string failed;
  /// Why nothing can be said, for people; empty: something can.
  std::string trouble;
};

/// Runs `suite` under `bug`, from the present directory, until a test fails, and what then failed
/// once more without a bug: a test that fails anyway says nothing. The program lies beside this
/// one. Requires: no threads.
TestRun run_tests(const Suite& suite, Bug bug);

}  // namespace leasehold::sim
