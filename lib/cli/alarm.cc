#include "lib/cli/alarm.h"

#include <algorithm>
#include <cerrno>
#include <sys/timerfd.h>
#include <system_error>

#include "lib/src/runtime/system_clock.h"

namespace leasehold::cli {

std::int64_t boot_now() { return SystemClock::shared().now().at.ns(); }

Alarm::Alarm() : fd_(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (!fd_) throw std::system_error(errno, std::generic_category(), "timerfd_create");
}

void Alarm::set(std::int64_t moment) {
  constexpr std::int64_t second = 1'000'000'000;
  // Zero would disarm it.
  const std::int64_t at = std::max<std::int64_t>(moment, 1);
  itimerspec when{};
  when.it_value = {.tv_sec = at / second, .tv_nsec = at % second};
  timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void Alarm::clear() {
  const itimerspec never{};
  timerfd_settime(fd_.get(), 0, &never, nullptr);
}

}  // namespace leasehold::cli
