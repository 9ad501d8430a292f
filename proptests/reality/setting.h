// What the driver and its actors agree on.
#pragma once

#include <chrono>
#include <string>

#include <leasehold/timing.h>

namespace leasehold::reality {

/// Short leases, so that a stopped process is soon past its lease. All clocks are of one machine,
/// whose calendar clock nobody sets; it may be slewed, by NTP's 500 ppm at most.
inline Config timing(Authority authority) {
  using namespace std::chrono_literals;
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
                     .resolution = 1ms}};
}

inline std::string locks_in(const std::string& directory) { return directory + "/locks.db"; }
/// The user's own database, which the lock protects.
inline std::string data_in(const std::string& directory) { return directory + "/data.db"; }

}  // namespace leasehold::reality
