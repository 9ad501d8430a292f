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
  const std::size_t place = place_of(sleeper);
  alarms_[place].wanted = moment;
  if (moment >= alarms_[place].queued) return;
  enqueue(place);
  if (moment < armed_ && !ringing_) arm(moment);
}

// Where it is queued it stays, for whoever has its place next: a lock that is taken and dropped
// again and again would else queue an alarm for every request.
void Timer::cancel(Sleeper& sleeper) {
  std::size_t& slot = slot_of(sleeper);
  if (slot == 0) return;
  alarms_[slot - 1] = {.queued = alarms_[slot - 1].queued};
  unused_.push_back(slot - 1);
  slot = 0;
}

// The place of the sleeper's alarm in `alarms_`.
std::size_t Timer::place_of(Sleeper& sleeper) {
  std::size_t& slot = slot_of(sleeper);
  if (slot != 0) return slot - 1;
  if (unused_.empty()) {
    unused_.push_back(alarms_.size());
    alarms_.emplace_back();
  }
  const std::size_t place = unused_.back();
  unused_.pop_back();
  alarms_[place].sleeper = &sleeper;
  slot = place + 1;
  return place;
}

void Timer::enqueue(std::size_t place) {
  Alarm& alarm = alarms_[place];
  alarm.queued = alarm.wanted;
  if (alarm.queued == Instant<LocalClock>::never()) return;
  queue_.push({alarm.queued, place});
  if (queue_.size() <= 2 * alarms_.size() + 64) return;
  // What was left behind by alarms that were set earlier, or cancelled.
  queue_ = {};
  for (std::size_t one = 0; one < alarms_.size(); ++one) {
    const Instant<LocalClock> queued = alarms_[one].queued;
    if (queued != Instant<LocalClock>::never()) queue_.push({queued, one});
  }
}

// The first alarm that is wanted; null if there is none.
Sleeper* Timer::first() {
  while (!queue_.empty()) {
    const auto [moment, place] = queue_.top();
    const Alarm& alarm = alarms_[place];
    const bool meant = alarm.queued == moment;
    if (meant && alarm.wanted == moment) return alarm.sleeper;
    queue_.pop();
    if (meant) enqueue(place);
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
    Alarm& alarm = alarms_[queue_.top().second];
    queue_.pop();
    alarm.wanted = alarm.queued = Instant<LocalClock>::never();
    sleeper->wake();
  }
  ringing_ = false;
}

void Timer::stop() {
  stopped_ = true;
  arm(Instant<LocalClock>::at_ns(1));
}

}  // namespace leasehold
