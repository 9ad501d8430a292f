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

// Most alarms are moved on before they ring. One that moves later stays where it is queued, and is
// found to be early when its turn comes.
void Timer::wake_at(Instant<LocalClock> moment, Sleeper& sleeper) {
  Alarm& alarm = alarms_[&sleeper];
  alarm.wanted = moment;
  if (moment >= alarm.queued) return;
  enqueue(alarm, sleeper);
  if (moment < armed_ && !ringing_) arm(moment);
}

void Timer::cancel(Sleeper& sleeper) { alarms_.erase(&sleeper); }

void Timer::enqueue(Alarm& alarm, Sleeper& sleeper) {
  alarm.queued = alarm.wanted;
  if (alarm.queued == Instant<LocalClock>::never()) return;
  queue_.push({alarm.queued, &sleeper});
  if (queue_.size() <= 2 * alarms_.size() + 64) return;
  // What was left behind by alarms that were set earlier, or cancelled.
  queue_ = {};
  for (const auto& [known, one] : alarms_) {
    if (one.queued != Instant<LocalClock>::never()) queue_.push({one.queued, known});
  }
}

// The first alarm that is wanted; null if there is none.
Sleeper* Timer::first() {
  while (!queue_.empty()) {
    const auto [moment, sleeper] = queue_.top();
    const auto known = alarms_.find(sleeper);
    const bool meant = known != alarms_.end() && known->second.queued == moment;
    if (meant && known->second.wanted == moment) return sleeper;
    queue_.pop();
    if (meant) enqueue(known->second, *sleeper);
  }
  return nullptr;
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
        first() == nullptr ? Instant<LocalClock>::never() : queue_.top().first;
    arm(std::max(next, now + shortest_round));
    lock.unlock();
    wait();
    lock.lock();
  }
}

// Wakes all whose time has come. They set new alarms meanwhile; the timer is armed once for all.
void Timer::ring(Instant<LocalClock> now) {
  ringing_ = true;
  while (!stopped_) {
    Sleeper* const sleeper = first();
    if (sleeper == nullptr || queue_.top().first > now) break;
    queue_.pop();
    alarms_[sleeper] = {};
    sleeper->wake();
  }
  ringing_ = false;
}

void Timer::stop() {
  stopped_ = true;
  arm(Instant<LocalClock>::at_ns(1));
}

}  // namespace leasehold
