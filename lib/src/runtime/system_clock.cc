#include "lib/src/runtime/system_clock.h"

#include <time.h>

namespace leasehold {
namespace {

std::int64_t read(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);  // can't fail: these clocks exist on every Linux that we run on
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

const SystemClock& SystemClock::shared() {
  static const SystemClock* const clock = new SystemClock;
  return *clock;
}

LocalTime SystemClock::now() const {
  const std::int64_t boot = read(CLOCK_BOOTTIME);
  // Read second: a pause in between makes the time slept look smaller now and larger at the next
  // reading, and so at worst tells of a sleep that never was.
  const std::int64_t awake = read(CLOCK_MONOTONIC);
  return {Instant<LocalClock>::at_ns(boot), Span<LocalClock>::ns(boot - awake)};
}

Instant<WallClock> SystemClock::wall_now() const {
  return Instant<WallClock>::at_ns(read(CLOCK_REALTIME));
}

}  // namespace leasehold
