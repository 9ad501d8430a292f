// The one door through which the library asks to be called later.
#pragma once

#include <cstddef>

#include <leasehold/time.h>

namespace leasehold {

/// Something that wants to be woken at a moment of its choice, by one scheduler for all its life.
class Sleeper {
 public:
  Sleeper() = default;
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  virtual ~Sleeper() = default;

  /// Called by the scheduler, never earlier than the moment asked for and possibly much later: the
  /// sleeper reads the clock again and decides by what it reads.
  virtual void wake() = 0;

 private:
  friend class Scheduler;
  // Where its scheduler keeps its alarm, plus one; 0 if nowhere.
  std::size_t slot_ = 0;
};

/// Wakes sleepers. A sleeper has one alarm: setting it again replaces the former, so a wake-up that
/// was cancelled can never arrive late and act on what it finds then.
class Scheduler {
 public:
  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  virtual ~Scheduler() = default;

  /// Sets the alarm of `sleeper`. A moment that has passed means "as soon as possible", but never
  /// from inside this call. `sleeper` must outlive its alarm. Does not block.
  virtual void wake_at(Instant<LocalClock> moment, Sleeper& sleeper) = 0;
  /// Clears the alarm. After the return no wake-up arrives that was not asked for anew.
  virtual void cancel(Sleeper& sleeper) = 0;

 protected:
  /// A number that a scheduler may keep with a sleeper, to find its alarm without a search: 0 at
  /// first.
  static std::size_t& slot_of(Sleeper& sleeper) { return sleeper.slot_; }
};

}  // namespace leasehold
