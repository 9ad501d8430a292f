#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <utility>

#include <leasehold/timing.h>
#include "lib/src/plant.h"

namespace leasehold {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace std::chrono_literals;

constexpr std::int64_t widest_drift_ppm = 500'000;
// Two lengths of 7 days, 5,000 times over, still fit 64 bits; more failures never fit a lease.
constexpr int most_failures = 5'000;

// True time that passes at most while a clock of the slowest permitted rate counts `local`.
Length true_time_at_most(Length local, DriftBound drift) {
  return Length(detail::scale_up(local.count(), 1'000'000, drift.slowest()));
}

// What a wait may last longer than it was set to: who waits for a moment between two readings of
// its clock sees the next one. Nothing on a clock that counts single nanoseconds.
Length lateness(const ClockBounds& bounds) { return bounds.tick - 1ns; }

// From the sending of the last renewal that was confirmed to that of the next: 1.1 R, since the
// jitter of the interval is 10 %.
Length latest_renewal(const Config& config) {
  const Length interval = config.timing.renew_every;
  return interval + interval / 10 + lateness(config.bounds);
}

// What a renewal that fails costs: its answer is waited for, and then the pause.
Length cost_of_failure(const Config& config) {
  return config.timing.request_timeout + config.timing.retry_pause + 2 * lateness(config.bounds);
}

Error misuse(std::string detail) { return Error{Errc::misuse, "timing: " + std::move(detail)}; }

std::string named(const char* name, Length value) {
  return std::string(name) + " " + to_string(value);
}

std::string check_ranges(const Config& config) {
  const Timing& t = config.timing;
  const ClockBounds& c = config.bounds;
  struct Term {
    const char* name;
    Length value;
    Length least;
  };
  const std::array<Term, 15> terms{{{"lease", t.lease, 1ns},
                                    {"renew_every", t.renew_every, 0ns},
                                    {"request_timeout", t.request_timeout, 1ns},
                                    {"retry_pause", t.retry_pause, 1ns},
                                    {"longest_wait", t.longest_wait, 0ns},
                                    {"stop_budget", t.stop_budget, 0ns},
                                    {"min_useful", t.min_useful, 0ns},
                                    {"max_tenure", t.max_tenure, 0ns},
                                    {"lock_delay", t.lock_delay, 0ns},
                                    {"min_hold", t.min_hold, 0ns},
                                    {"resolution", c.resolution, 0ns},
                                    {"tick", c.tick, 1ns},
                                    {"max_clock_skew", c.skew, 0ns},
                                    {"jump_forward", c.jump_forward, 0ns},
                                    {"jump_backward", c.jump_backward, 0ns}}};
  for (const Term& term : terms) {
    if (term.value < term.least || term.value > longest_length) {
      return named(term.name, term.value) + " is outside [" + to_string(term.least) + ", " +
             to_string(longest_length) + "]";
    }
  }
  if (c.drift.ppm() < 0 || c.drift.ppm() > widest_drift_ppm) {
    return "max_drift_ppm " + std::to_string(c.drift.ppm()) + " is outside [0, " +
           std::to_string(widest_drift_ppm) + "]";
  }
  if (t.tolerated_failures < 0) return "tolerated_failures is negative: set 0 or more";
  return {};
}

// The inequality that keeps a live holder alive (and, with it, everybody told in time).
std::string check_renewal_fits(const Config& config, Length window) {
  const Timing& t = config.timing;
  const int k = t.tolerated_failures;
  if (k > most_failures) {
    return "tolerated_failures " + std::to_string(k) + " is above " + std::to_string(most_failures);
  }
  const Length need = latest_renewal(config) + k * cost_of_failure(config) + t.request_timeout;
  const Length late = lateness(config.bounds);
  const std::string ticks = late == 0ns ? std::string()
                                        : " + " + std::to_string(1 + 2 * k) + " x (" +
                                              named("tick", config.bounds.tick) + " - 1ns)";
  if (need <= window - t.stop_budget || planted(Bug::M45)) return {};
  const int most = affordable_failures(config);
  const std::string fitting = most < 0 ? "not even 0" : std::to_string(most);
  return "a holder could lose its lease after " + std::to_string(k) + " failed renewals: 1.1 x " +
         named("renew_every", t.renew_every) + " + " + std::to_string(k) + " x (" +
         named("request_timeout", t.request_timeout) + " + " + named("retry_pause", t.retry_pause) +
         ") + " + named("request_timeout", t.request_timeout) + ticks + " = " + to_string(need) +
         ", but only usable window " + to_string(window) + " - " +
         named("stop_budget", t.stop_budget) + " = " + to_string(window - t.stop_budget) +
         " is there (" + named("lease", t.lease) + ", authority " + to_string(config.authority) +
         "): lengthen lease, or shorten renew_every, request_timeout or stop_budget, or lower " +
         "tolerated_failures (" + fitting + " would fit)";
}

std::string check_order(const Timing& t, Length window) {
  if (t.request_timeout > t.renew_every) {
    return named("request_timeout", t.request_timeout) + " is longer than " +
           named("renew_every", t.renew_every) +
           ": a renewal would still be waited for when the next is due; shorten request_timeout";
  }
  if (t.stop_budget + t.retry_pause > t.min_useful) {
    return named("stop_budget", t.stop_budget) + " + " + named("retry_pause", t.retry_pause) +
           " = " + to_string(t.stop_budget + t.retry_pause) + " is more than " +
           named("min_useful", t.min_useful) +
           ": a fresh grant could be stopped at once; raise min_useful";
  }
  if (t.min_useful > window - t.request_timeout) {
    return named("min_useful", t.min_useful) + " is more than usable window " + to_string(window) +
           " - " + named("request_timeout", t.request_timeout) + " = " +
           to_string(window - t.request_timeout) +
           ": a slow grant would never be useful; lower min_useful or lengthen lease";
  }
  if (t.retry_pause > t.longest_wait) {
    return named("retry_pause", t.retry_pause) + " is longer than " +
           named("longest_wait", t.longest_wait) + ": raise longest_wait";
  }
  return {};
}

// What a store is asked to count is a length like any other.
std::string check_delay(const Config& config) {
  const Length counted = counted_delay(config);
  if (counted <= longest_length) return {};
  return named("lock_delay", config.timing.lock_delay) + " may come to " + to_string(counted) +
         " on a clock within its bounds, above " + to_string(longest_length) + ": lower lock_delay";
}

}  // namespace

const char* to_string(Authority authority) {
  switch (authority) {
    case Authority::host_clock:
      return "host_clock";
    case Authority::store_clock:
      return "store_clock";
    case Authority::wall_clock:
      return "wall_clock";
    case Authority::observation:
      return "observation";
  }
  return "?";
}

Span<LocalClock> usable_window(const Config& config) {
  const Length lease = config.timing.lease;
  const ClockBounds& c = config.bounds;
  switch (config.authority) {
    // The store writes expires_at = floor_q(apply) + L, where floor_q takes off less than q and
    // t_s <= apply; the deadline is expires_at - q on the same clock.
    case Authority::host_clock:
      return on<LocalClock>(lease - 2 * c.resolution);
    // The store counts L from its apply moment, at or after t_s, and its clock may jump J of that
    // away; what is left is at least this much on our clock.
    case Authority::store_clock: {
      const Length sure = lease - c.jump_forward - c.resolution;
      if (sure < Length::zero()) return on<LocalClock>(sure);
      return at_most<LocalClock>(on<StoreClock>(sure), c.drift) - on<LocalClock>(c.tick);
    }
    // Two wall clocks differ by at most eps at any moment, steps included, so L - eps of true time
    // are sure; our local clock counts at least (1 - rho) of it.
    case Authority::wall_clock: {
      const Length sure = lease - c.skew - c.resolution;
      if (sure < Length::zero()) return on<LocalClock>(sure);
      return Span<LocalClock>::ns(detail::scale_down(sure.count(), c.drift.slowest(), 1'000'000)) -
             on<LocalClock>(c.tick);
    }
    // A contender waits `observation_wait(L)` counted from an answer that is later than our apply,
    // which is later than t_s. That wait is the drift's whole share, so nothing comes off here.
    case Authority::observation:
      return on<LocalClock>(lease - c.tick);
  }
  return {};
}

Span<LocalClock> observation_wait(Length record_lease, const ClockBounds& bounds) {
  // The holder stops at t_s + L - q_l of its clock, which is at most L / (1 - rho) of true time
  // after t_s. We wait w = L (1 + rho)/(1 - rho) of our clock, which is at least w / (1 + rho) =
  // L / (1 - rho) of true time, counted from an answer that came after t_s. The tick q_l pays for
  // the reading of our clock that was cut down to a tick when the wait began.
  const auto wait = at_least<LocalClock>(on<PeerClock>(record_lease), bounds.drift);
  const auto tick = on<LocalClock>(bounds.tick);
  // A record may say any length; a wait that wrapped around would be no wait at all.
  return wait > Span<LocalClock>::max() - tick ? Span<LocalClock>::max() : wait + tick;
}

// The judge's clock shows more than E at the moment m, and the contender takes over at a reading of
// more than E + c, at the moment n. Were n - m < d, that clock would have counted less than
// d (1 + rho) and jumped no further than J in each of the ceil(d / L) leases that cover the time
// between: less than c. Both E and c are multiples of q, so no rounding of a reading comes between.
//   host_clock, store_clock  the holder believes no longer than until m (its derivation).
//   wall_clock               the holder stops by the true time E - eps/2, and a contender whose
//                            clock shows more than E + c >= E + d is eps/2 ahead at most.
//   observation              the contender's clock counts c >= d (1 + rho) beyond a wait that ends
//                            after the holder's deadline, in no less than d.
Length counted_delay(const Config& config) {
  const Timing& t = config.timing;
  const ClockBounds& c = config.bounds;
  if (t.lock_delay <= Length::zero()) return {};
  detail::Wide counted = detail::scale_up(t.lock_delay.count(), c.drift.fastest(), 1'000'000);
  if (config.authority == Authority::store_clock && t.lease > Length::zero()) {
    const std::int64_t leases = (t.lock_delay - 1ns) / t.lease + 1;
    counted += static_cast<detail::Wide>(leases) * c.jump_forward.count();
  }
  const std::int64_t step = std::max<std::int64_t>(1, c.resolution.count());
  counted = (counted + step - 1) / step * step;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  return Length(counted > most ? most : static_cast<std::int64_t>(counted));
}

// From one reading to another: the first was cut down to a tick.
Span<LocalClock> counted_hold(const Config& config) {
  if (config.timing.min_hold <= Length::zero()) return {};
  return Span<LocalClock>::ns(detail::scale_up(config.timing.min_hold.count(),
                                               config.bounds.drift.fastest(), 1'000'000)) +
         on<LocalClock>(lateness(config.bounds));
}

int affordable_failures(const Config& config) {
  const Timing& t = config.timing;
  const Length window = Length(usable_window(config).ns());
  const Length spare = window - t.stop_budget - latest_renewal(config) - t.request_timeout;
  if (spare < Length::zero()) return -1;
  const Length each = cost_of_failure(config);
  // Nothing was checked yet: a failure may cost no time at all.
  if (each <= Length::zero() || spare / each > most_failures) return most_failures;
  return static_cast<int>(spare / each);
}

// The try before the one that succeeds was applied while the lease still ran, so it was sent before
// the lease ended; the next is sent at most G later and answered within Q. By observation this
// happens twice: until the last version is first seen, and again after the wait. A lock delay is
// counted by the same clock as the lease and follows on it.
Length takeover_bound(const Config& config) {
  const Timing& t = config.timing;
  const ClockBounds& c = config.bounds;
  const Length gap = std::max(t.longest_wait, t.request_timeout + t.retry_pause);
  const Length taken = t.lease + counted_delay(config);
  switch (config.authority) {
    case Authority::host_clock:
      return true_time_at_most(taken + c.resolution + gap, c.drift) + t.request_timeout;
    case Authority::store_clock:
      return true_time_at_most(taken + c.resolution + c.jump_backward + gap, c.drift) +
             t.request_timeout;
    case Authority::wall_clock:
      return taken + c.skew + c.resolution + true_time_at_most(gap, c.drift) + t.request_timeout;
    case Authority::observation:
      return true_time_at_most(
                 Length(observation_wait(t.lease, c).ns()) + counted_delay(config) + 2 * gap,
                 c.drift) +
             2 * t.request_timeout;
  }
  return {};
}

Result<Config> checked(const Config& config) {
  if (std::string wrong = check_ranges(config); !wrong.empty()) return misuse(std::move(wrong));
  const Length window = Length(usable_window(config).ns());
  if (std::string wrong = check_renewal_fits(config, window); !wrong.empty()) {
    return misuse(std::move(wrong));
  }
  if (std::string wrong = check_order(config.timing, window); !wrong.empty()) {
    return misuse(std::move(wrong));
  }
  if (std::string wrong = check_delay(config); !wrong.empty()) return misuse(std::move(wrong));
  return config;
}

Config host_preset() {
  Config config;
  config.authority = Authority::host_clock;
  config.timing = Timing{.lease = 5s,
                         .renew_every = 1s,
                         .request_timeout = 1s,
                         .retry_pause = 100ms,
                         .longest_wait = 1s,
                         .stop_budget = 500ms,
                         .min_useful = 600ms,
                         .tolerated_failures = 2};
  config.bounds.resolution = 1ms;
  return config;
}

Config network_preset() {
  Config config;
  config.authority = Authority::store_clock;
  config.timing = Timing{.lease = 15s,
                         .renew_every = 3s,
                         .request_timeout = 2s,
                         .retry_pause = 250ms,
                         .longest_wait = 1s,
                         .stop_budget = 1s,
                         .min_useful = 1250ms,
                         .tolerated_failures = 3};
  config.bounds.drift = DriftBound::ppm(10'000);
  config.bounds.jump_forward = 500ms;
  config.bounds.resolution = 1ms;
  return config;
}

Config command_preset() {
  Config config = network_preset();
  config.timing = Timing{.lease = 30s,
                         .renew_every = 5s,
                         .request_timeout = 2s,
                         .retry_pause = 500ms,
                         .longest_wait = 1s,
                         .stop_budget = 6s,
                         .min_useful = 6500ms,
                         .tolerated_failures = 3};
  return config;
}

std::string to_string(Length length) {
  struct Unit {
    std::int64_t ns;
    const char* name;
  };
  const std::int64_t count = length.count();
  for (const Unit& unit : {Unit{1'000'000'000, "s"}, Unit{1'000'000, "ms"}, Unit{1'000, "us"}}) {
    if (count != 0 && count % unit.ns == 0) return std::to_string(count / unit.ns) + unit.name;
  }
  return count == 0 ? "0ms" : std::to_string(count) + "ns";
}

}  // namespace leasehold
