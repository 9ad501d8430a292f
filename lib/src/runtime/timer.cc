#include "lib/src/runtime/timer.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lib/src/assert.h"

namespace leasehold {
namespace {

constexpr Span<LocalClock> shortest_round = Span<LocalClock>::ns(1'000'000);

}  // namespace

Timer::Timer(const Clock& clock, std::mutex& mutex)
    : clock_(clock), mutex_(mutex), fd_(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC)) {
  LEASEHOLD_ASSERT(fd_ >= 0);
}

Timer::~Timer() { close(fd_); }

void Timer::wake_at(Instant<LocalClock> moment, Sleeper& sleeper) {
  cancel(sleeper);
  moments_.emplace(&sleeper, moment);
  alarms_.emplace(moment, &sleeper);
  if (moment < armed_ && !ringing_) arm(moment);
}

void Timer::cancel(Sleeper& sleeper) {
  const auto known = moments_.find(&sleeper);
  if (known == moments_.end()) return;
  alarms_.erase({known->second, &sleeper});
  moments_.erase(known);
}

void Timer::arm(Instant<LocalClock> moment) {
  armed_ = moment;
  // The zero time would disarm it; 1 ns after boot is as surely over.
  const std::int64_t at = std::max<std::int64_t>(1, moment.ns());
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
    const Instant<LocalClock> now = clock_.now().at;
    ring(now);
    if (stopped_) return;
    const Instant<LocalClock> next =
        alarms_.empty() ? Instant<LocalClock>::never() : alarms_.begin()->first;
    arm(std::max(next, now + shortest_round));
    lock.unlock();
    wait();
    lock.lock();
  }
}

// Wakes all whose time has come. They set new alarms meanwhile; the timer is armed once for all.
void Timer::ring(Instant<LocalClock> now) {
  ringing_ = true;
  while (!stopped_ && !alarms_.empty() && alarms_.begin()->first <= now) {
    Sleeper& sleeper = *alarms_.begin()->second;
    cancel(sleeper);
    sleeper.wake();
  }
  ringing_ = false;
}

void Timer::stop() {
  stopped_ = true;
  arm(Instant<LocalClock>::at_ns(1));
}

}  // namespace leasehold
