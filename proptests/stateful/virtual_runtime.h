// Virtual time and one thread in place of a client's clock, timer, lanes and callback thread.
//
// The library's clients name their clocks and threads themselves and can be given no others. So
// this program links doors.cc in the place of the library's own runtime: everything above it, from
// the public headers down to the core, is what ships.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include <leasehold/scheduler.h>
#include "lib/tests/doubles.h"

namespace leasehold::proptests {

/// Time stands still but where `wind` moves it. What clients leave to their threads is done by one
/// thread, in the order in which it was posted, while whoever left it blocks for the answer or
/// settles: nothing depends on how fast anything is.
class VirtualRuntime {
 public:
  /// The one of this program. Never destroyed.
  static VirtualRuntime& instance();
  VirtualRuntime(const VirtualRuntime&) = delete;
  VirtualRuntime& operator=(const VirtualRuntime&) = delete;
  ~VirtualRuntime() = default;

  // For the doors of the clients. Thread-safe.
  Instant<LocalClock> now() const { return clock_.now().at; }
  std::uint64_t next_id();
  void post(std::function<void()> job);
  /// `ring` wakes `sleeper`.
  void wake_at(Instant<LocalClock> moment, const Sleeper& sleeper, std::function<void()> ring);
  void cancel(const Sleeper& sleeper);

  // For the test, from its one thread.
  /// Back to the first moment. Requires: nobody is left who wants to be woken.
  void start_anew();
  /// Settles, and nobody who waits is ever woken.
  void forget();
  /// Until nothing is left to do at this moment.
  void settle();
  void wind(Instant<LocalClock> to) { clock_.set(to); }
  /// When the first sleeper wants to be woken; nullopt: nobody does.
  std::optional<Instant<LocalClock>> next_alarm() const;
  /// Wakes those whose moment has come, and settles after each.
  void ring();

 private:
  struct Alarm {
    const Sleeper* sleeper = nullptr;
    Instant<LocalClock> moment;
    std::function<void()> ring;
  };

  VirtualRuntime();
  void pump();
  std::vector<Alarm>::const_iterator first() const;

  doubles::ManualClock clock_;
  mutable std::mutex mutex_;
  std::condition_variable posted_;
  std::condition_variable settled_;
  std::deque<std::function<void()>> jobs_;
  bool at_work_ = false;
  // In the order in which they came: of two at one moment the older rings first.
  std::vector<Alarm> alarms_;
  std::uint64_t ids_ = 0;
};

}  // namespace leasehold::proptests
