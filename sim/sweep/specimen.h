// The world that stands for a kind of failure, made small.
#pragma once

#include <string>

#include "sim/scenario/scenario.h"
#include "sim/sweep/plan.h"
#include "sim/sweep/summary.h"

namespace leasehold::sim {

/// The kind's world, shrunk while the same invariant stays broken and, if it lay inside the
/// envelope, it still does. It expects the invariant to hold, and its `about` says how that fails.
Scenario specimen_of(const Sweep& sweep, const FailureKind& kind);

/// "ci-leasehold-I1-0f3a9c21.json": the same name for the same kind in every run of such a sweep.
std::string file_name_of(const Sweep& sweep, const FailureKind& kind);

}  // namespace leasehold::sim
