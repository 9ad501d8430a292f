#include "lib/src/runtime/timer.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lib/src/assert.h"

namespace leasehold {

Timer::Timer(const Clock& clock, std::mutex& mutex)
    : clock_(clock), mutex_(mutex), fd_(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC)) {
  LEASEHOLD_ASSERT(fd_ >= 0);
}

Timer::~Timer() { close(fd_); }

void Timer::wake_at(Instant<LocalClock> moment, Sleeper& sleeper) {
  cancel(sleeper);
  moments_.emplace(&sleeper, moment);
  alarms_.emplace(moment, &sleeper);
  if (alarms_.begin()->second == &sleeper) arm();
}

void Timer::cancel(Sleeper& sleeper) {
  const auto known = moments_.find(&sleeper);
  if (known == moments_.end()) return;
  alarms_.erase({known->second, &sleeper});
  moments_.erase(known);
}

void Timer::arm() {
  // The zero time would disarm it; 1 ns after boot is as surely over.
  const std::int64_t at = stopped_ ? 1 : std::max<std::int64_t>(1, alarms_.begin()->first.ns());
  itimerspec when{};
  when.it_value.tv_sec = at / 1'000'000'000;
  when.it_value.tv_nsec = at % 1'000'000'000;
  LEASEHOLD_ASSERT(timerfd_settime(fd_, TFD_TIMER_ABSTIME, &when, nullptr) == 0);
}

void Timer::wait() const {
  std::uint64_t rung = 0;
  const ssize_t got = read(fd_, &rung, sizeof rung);
  LEASEHOLD_ASSERT(got == static_cast<ssize_t>(sizeof rung) || errno == EINTR);
}

void Timer::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    if (alarms_.empty() || clock_.now().at < alarms_.begin()->first) {
      if (!alarms_.empty()) arm();
      lock.unlock();
      wait();
      lock.lock();
      continue;
    }
    Sleeper& sleeper = *alarms_.begin()->second;
    cancel(sleeper);
    sleeper.wake();
  }
}

void Timer::stop() {
  stopped_ = true;
  arm();
}

}  // namespace leasehold
