#include "proptests/stateful/virtual_runtime.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "lib/src/assert.h"

namespace leasehold::proptests {
namespace {

constexpr Instant<LocalClock> first_moment = Instant<LocalClock>::at_ns(1'000'000'000);

}  // namespace

VirtualRuntime& VirtualRuntime::instance() {
  static auto* const runtime = new VirtualRuntime;
  return *runtime;
}

VirtualRuntime::VirtualRuntime() : clock_(first_moment) {
  std::thread([this] { pump(); }).detach();
}

void VirtualRuntime::start_anew() {
  const std::scoped_lock lock(mutex_);
  LEASEHOLD_ASSERT(alarms_.empty() && jobs_.empty() && !at_work_);
  ids_ = 0;
  clock_.set(first_moment);
}

void VirtualRuntime::forget() {
  settle();
  const std::scoped_lock lock(mutex_);
  alarms_.clear();
}

std::uint64_t VirtualRuntime::next_id() {
  const std::scoped_lock lock(mutex_);
  return ++ids_;
}

void VirtualRuntime::post(std::function<void()> job) {
  const std::scoped_lock lock(mutex_);
  jobs_.push_back(std::move(job));
  posted_.notify_one();
}

void VirtualRuntime::pump() {
  std::unique_lock lock(mutex_);
  for (;;) {
    posted_.wait(lock, [this] { return !jobs_.empty(); });
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    at_work_ = true;
    lock.unlock();
    job();
    // What it holds may be a client's last.
    job = nullptr;
    lock.lock();
    at_work_ = false;
    if (jobs_.empty()) settled_.notify_all();
  }
}

void VirtualRuntime::settle() {
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [this] { return jobs_.empty() && !at_work_; });
}

void VirtualRuntime::wake_at(Instant<LocalClock> moment, const Sleeper& sleeper,
                             std::function<void()> ring) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(alarms_, [&](const Alarm& one) { return one.sleeper == &sleeper; });
  if (moment == Instant<LocalClock>::never()) return;
  alarms_.push_back({&sleeper, moment, std::move(ring)});
}

void VirtualRuntime::cancel(const Sleeper& sleeper) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(alarms_, [&](const Alarm& one) { return one.sleeper == &sleeper; });
}

std::vector<VirtualRuntime::Alarm>::const_iterator VirtualRuntime::first() const {
  return std::min_element(alarms_.begin(), alarms_.end(),
                          [](const Alarm& a, const Alarm& b) { return a.moment < b.moment; });
}

std::optional<Instant<LocalClock>> VirtualRuntime::next_alarm() const {
  const std::scoped_lock lock(mutex_);
  if (alarms_.empty()) return std::nullopt;
  return first()->moment;
}

void VirtualRuntime::ring() {
  for (;;) {
    std::function<void()> ring;
    {
      const std::scoped_lock lock(mutex_);
      const auto next = first();
      if (next == alarms_.end() || next->moment > now()) return;
      ring = next->ring;
      alarms_.erase(next);
    }
    ring();
    settle();
  }
}

}  // namespace leasehold::proptests
