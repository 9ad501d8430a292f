// Wakes sleepers at moments of the boot clock.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <queue>
#include <utility>
#include <vector>

#include <leasehold/clock.h>
#include <leasehold/scheduler.h>

namespace leasehold {

/// The alarms of all locks of a client, over one timerfd. Rounds are at least 1 ms apart, so that
/// the alarms of many locks are rung in few; nothing that is believed depends on an alarm. Guarded
/// by the client's mutex, which is held by whoever calls, and while a sleeper is woken.
class Timer final : public Scheduler {
 public:
  /// Both must outlive the timer. Ends the program if the kernel has no file descriptor to give.
  Timer(const Clock& clock, std::mutex& mutex);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() override;

  void wake_at(Instant<LocalClock> moment, Sleeper& sleeper) override;
  void cancel(Sleeper& sleeper) override;

  /// Wakes sleepers until `stop`: the body of the client's timer thread. Called without the mutex.
  void run();
  /// Makes `run` return. With the mutex held.
  void stop();

 private:
  /// One is left to the next sleeper that comes when its own is gone.
  struct Alarm {
    Sleeper* sleeper = nullptr;
    Instant<LocalClock> wanted = Instant<LocalClock>::never();
    /// Where it stands in the queue: at `wanted` or before. Other entries of it mean nothing.
    Instant<LocalClock> queued = Instant<LocalClock>::never();
  };
  using Queued = std::pair<Instant<LocalClock>, std::size_t>;

  std::size_t place_of(Sleeper& sleeper);
  void enqueue(std::size_t place);
  Sleeper* first();
  void arm(Instant<LocalClock> moment);
  void ring(Instant<LocalClock> now);
  void wait() const;

  const Clock& clock_;
  std::mutex& mutex_;
  const int fd_;
  bool stopped_ = false;
  bool ringing_ = false;
  // When the timerfd rings next.
  Instant<LocalClock> armed_ = Instant<LocalClock>::never();
  std::vector<Alarm> alarms_;
  std::vector<std::size_t> unused_;
  std::priority_queue<Queued, std::vector<Queued>, std::greater<>> queue_;
};

}  // namespace leasehold
