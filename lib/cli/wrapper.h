// Runs a command under a lock.
#pragma once

#include "lib/cli/run_plan.h"

namespace leasehold::cli {

/// Takes the plan's lock, has its command run and releases the lock; returns the exit code. Forks:
/// to be called while there is one thread. Messages go to stderr.
int run_command(const RunPlan& plan);

}  // namespace leasehold::cli
