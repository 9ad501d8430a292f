// What the driver and its actors agree on.
#pragma once

#include <chrono>
#include <string>

#include <leasehold/timing.h>

namespace leasehold::reality {

/// By how much a server's clock is set forward at most, and how rarely.
inline constexpr std::chrono::milliseconds forward_jump{60};
inline constexpr std::chrono::milliseconds between_jumps{600};

/// Short leases, so that a stopped process is soon past its lease. All clocks are of one machine,
/// whose own calendar clock nobody sets; it may be slewed, by NTP's 500 ppm at most.
inline Config timing(Authority authority) {
  using namespace std::chrono_literals;
  const bool judged_by_store = authority == Authority::store_clock;
  return {.authority = authority,
          .timing = {.lease = 500ms,
                     .renew_every = 100ms,
                     .request_timeout = 100ms,
                     .retry_pause = 10ms,
                     .longest_wait = 110ms,
                     .stop_budget = 50ms,
                     .min_useful = 100ms,
                     .tolerated_failures = 1},
          .bounds = {.drift = DriftBound::ppm(authority == Authority::host_clock ? 0 : 1000),
                     .resolution = 1ms,
                     .jump_forward = judged_by_store ? Length(forward_jump) : Length::zero(),
                     .jump_backward = judged_by_store ? Length(200ms) : Length::zero()}};
}

inline std::string locks_in(const std::string& directory) { return directory + "/locks.db"; }
/// The user's own database, which the lock protects.
inline std::string data_in(const std::string& directory) { return directory + "/data.db"; }

}  // namespace leasehold::reality
