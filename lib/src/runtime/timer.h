// Wakes sleepers at moments of the boot clock.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <utility>

#include <leasehold/clock.h>
#include <leasehold/scheduler.h>

namespace leasehold {

/// The alarms of all locks of a client, over one timerfd. Guarded by the client's mutex, which is
/// held by whoever calls, and while a sleeper is woken.
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
  void arm();
  void wait() const;

  const Clock& clock_;
  std::mutex& mutex_;
  const int fd_;
  bool stopped_ = false;
  std::map<Sleeper*, Instant<LocalClock>> moments_;
  std::set<std::pair<Instant<LocalClock>, Sleeper*>> alarms_;
};

}  // namespace leasehold
