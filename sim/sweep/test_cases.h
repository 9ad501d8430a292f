// A sweep as test cases, for CI systems.
#pragma once

#include <vector>

#include "sim/report/junit.h"
#include "sim/sweep/summary.h"

namespace leasehold::sim {

/// For each authority of which worlds were run: a case for each invariant, which fails with the
/// kinds of failure and their lowest seeds, and one that asks whether these worlds prove anything.
std::vector<TestCase> test_cases(const Summary& summary);

}  // namespace leasehold::sim
