// The lock of one key in one process, as a state machine without clock, thread or I/O.
//
// The rule to know: `step` is a pure function of its arguments. Production and the simulator feed
// it the same events; only the time in them and the answers of the store come from different
// places.
#pragma once

#include <leasehold/random.h>
#include <leasehold/timing.h>
#include "lib/src/core/state.h"

namespace leasehold::core {

/// Growth of boot - monotonic time above which the machine has slept: well above the time between
/// the two clock readings, well below any suspend.
inline constexpr Span<LocalClock> slept = Span<LocalClock>::ns(10'000'000);

/// Takes one event at the time `now`, changes `state`, and appends to `effects` what is to be done,
/// in order. `now` must have been read before anything that a request made here will cause, because
/// deadlines are counted from it. Requires: `config` passed `checked`; the same one for every step.
void step(const Config& config, State& state, LocalTime now, const Event& event, Random& random,
          Effects& effects);

/// The next moment at which `step` wants an `Alarm`, or `never`. Any other event may come earlier.
Instant<LocalClock> next_wake(const Config& config, const State& state);

/// Whether a guard of `tenure` may act at `now`. Right at any moment, however long no step
/// was taken.
bool is_held(const Config& config, const State& state, const TenureId& tenure, LocalTime now);

/// Joins the tenure that is held, if a `Join` at `now` would be granted at once: false, and nothing
/// changed, if not. The same as that step, without its tell and its cost.
bool join_at_once(const Config& config, State& state, LocalTime now);

/// Drops a guard of `tenure`, if a `Leave` would do nothing but count it: false, and nothing
/// changed, if it is the last one.
bool leave_at_once(State& state, const TenureId& tenure);

/// How long a row counts as taken at most after the last request of its tenure was sent and given
/// up (all on this clock): then it is over for everybody, and the lock delay too.
Span<LocalClock> longest_aftermath(const Config& config);

/// Until when `tenure` is kept although nobody has a guard of it (`Timing::min_hold`). Requires: a
/// tenure.
Instant<LocalClock> kept_until(const Config& config, const State& state);

/// D - S: when holders are told to stop. Requires: a tenure.
Instant<LocalClock> soft_deadline(const Config& config, const State& state);

}  // namespace leasehold::core
