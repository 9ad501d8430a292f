// What `leasehold run` was asked to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <leasehold/result.h>
#include <leasehold/timing.h>
#include "lib/cli/exit_code.h"

namespace leasehold::cli {

/// What becomes of the command when the lease can't be kept.
enum class OnLost {
  /// TERM, then KILL after the grace, in time before the deadline.
  term,
  /// KILL, as late as it may be.
  kill,
  /// Nothing: it is said, and the command goes on without the lock.
  warn,
};

struct RunPlan {
  std::string store;
  std::string key;
  /// Absent: without end; 0: one try.
  std::optional<Length> wait;
  Length lease = std::chrono::seconds(30);
  /// Absent: `default_grace`.
  std::optional<Length> grace;
  /// As in `Timing`.
  Length lock_delay{};
  Length min_hold{};
  OnLost on_lost = OnLost::term;
  int busy_code = exit_busy;
  /// The command and its arguments; never empty.
  std::vector<std::string> command;
};

/// How a lease of `lease` is kept and ended. Its stop budget S is the grace and the margin.
struct Keeping {
  /// Of the store's authority, and with what its preset assumes of clocks.
  Config config;
  /// From TERM to KILL.
  Length grace{};
  /// The same for what a command leaves behind; it takes nothing of the lease, which is renewed
  /// meanwhile.
  Length grace_of_others{};
  /// From KILL to the deadline: what the kernel gets to end the processes and what a late guardian
  /// may be late.
  Length margin{};
};

/// 5 s, or a sixth of a shorter lease.
Length default_grace(Length lease);

/// Scales `command_preset` (L 30 s, R 5 s, Q 2 s, b 500 ms) to the plan's lease. Errors: `misuse`
/// for a url of no store that is known, and if the grace does not fit into the lease, with the
/// arithmetic.
Result<Keeping> keeping_of(const RunPlan& plan);

}  // namespace leasehold::cli
