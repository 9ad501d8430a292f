#include "lib/cli/run_plan.h"

#include <algorithm>
#include <chrono>

#include <leasehold/store_scheme.h>

namespace leasehold::cli {
namespace {

using namespace std::chrono_literals;

// The most that any of the scaled lengths is worth: those of the preset at 30 s.
constexpr Length longest_timeout = 2s;
constexpr Length longest_pause = 500ms;
constexpr Length longest_sleep = 1s;
constexpr Length longest_margin = 1s;

// A part of a lease, in whole milliseconds if it is that long: people read these.
Length part(Length lease, int divisor) {
  const Length exact = lease / divisor;
  const Length whole = std::chrono::floor<std::chrono::milliseconds>(exact);
  return whole > Length::zero() ? whole : exact;
}

}  // namespace

Length default_grace(Length lease) { return std::min<Length>(5s, part(lease, 6)); }

Result<Keeping> keeping_of(const RunPlan& plan) {
  const Length lease = plan.lease;
  const Result<Config> preset = preset_of(plan.store);
  if (!preset) return preset.error();
  Keeping keeping{.config = *preset};
  keeping.grace_of_others = plan.grace.value_or(default_grace(lease));
  // Who is not asked to stop needs no time to do so.
  if (plan.on_lost == OnLost::term) keeping.grace = keeping.grace_of_others;
  keeping.margin = std::min(longest_margin, part(lease, 10));
  Timing& timing = keeping.config.timing;
  timing = Timing{};
  timing.lease = lease;
  timing.renew_every = part(lease, 6);
  timing.request_timeout = std::min(longest_timeout, part(lease, 15));
  timing.retry_pause = std::min(longest_pause, part(lease, 60));
  timing.longest_wait = std::max(timing.retry_pause, std::min(longest_sleep, part(lease, 30)));
  timing.stop_budget = keeping.grace + keeping.margin;
  timing.min_useful = timing.stop_budget + timing.retry_pause;
  timing.tolerated_failures = 3;
  timing.lock_delay = plan.lock_delay;
  timing.min_hold = plan.min_hold;
  if (const Result<Config> good = checked(keeping.config); !good) {
    return Error{Errc::misuse, "a grace of " + to_string(keeping.grace) + " and a margin of " +
                                   to_string(keeping.margin) + " to stop the command (together " +
                                   "stop_budget) do not fit into a lease of " + to_string(lease) +
                                   ": " + good.error().detail +
                                   "; on this command line: raise --lease or lower --grace"};
  }
  return keeping;
}

}  // namespace leasehold::cli
