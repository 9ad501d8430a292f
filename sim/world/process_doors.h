// The doors through which the code of one virtual process sees its world.
#pragma once

#include <leasehold/clock.h>
#include <leasehold/random.h>
#include <leasehold/scheduler.h>
#include "lib/src/shell/async_store.h"
#include "sim/world/kernel.h"
#include "sim/world/network.h"
#include "sim/world/virtual_clock.h"

namespace leasehold::sim {

class ProcessDoors final : public Clock, public Scheduler, public Random, public AsyncStore {
 public:
  /// All must outlive the doors.
  ProcessDoors(Kernel& kernel, Network& network, const VirtualClock& clock,
               const VirtualClock& wall, std::uint32_t process);

  LocalTime now() const override;
  Span<LocalClock> tick() const override { return clock_.tick(); }
  Instant<WallClock> wall_now() const override;
  void wake_at(Instant<LocalClock> moment, Sleeper& sleeper) override;
  void cancel(Sleeper& sleeper) override;
  std::uint64_t below(std::uint64_t bound) override;
  void send(StoreCall&& call, ReplySink& sink) override;

  bool armed() const { return sleeper_ != nullptr; }
  /// The alarm of this generation rings, unless it was set anew meanwhile.
  void on_wake(std::uint32_t generation);
  /// The clock was changed, or the process runs again: the alarm rings at another moment.
  void plan_alarm();
  /// Alarms that are due before `until` ring then.
  void starve(TrueTime until) { starved_until_ = until; }
  /// The calendar clock jumped.
  void wall_stepped() { wall_stepped_ = true; }
  /// Until when code that is due now can't run because its wake-up was made late.
  TrueTime held_up_until() const;
  /// Everything that the last life asked for is forgotten.
  void begin_life();
  std::uint32_t life() const { return life_; }

 protected:
  Bits id_bits() override;

 private:
  // How far the calendar clock has moved away from the other one since the start.
  Span<LocalClock> calendar_moved() const;

  Kernel& kernel_;
  Network& network_;
  const VirtualClock& clock_;
  const VirtualClock& wall_;
  // What every alarm looks at lies together.
  const std::uint32_t process_;
  std::uint32_t generation_ = 0;
  Sleeper* sleeper_ = nullptr;
  Instant<LocalClock> moment_ = Instant<LocalClock>::never();
  TrueTime due_ = TrueTime::never();
  TrueTime rings_ = TrueTime::never();
  TrueTime starved_until_{};
  // How often it was woken, over all lives: what choices are keyed by. So are draws.
  std::uint32_t wakes_ = 0;
  // The alarm is late by choice; no call went out since the calendar clock jumped.
  bool late_ = false;
  bool wall_stepped_ = false;

  // The latest moment of which it was recorded that an alarm rings only then.
  TrueTime told_late_{};
  const Span<LocalClock> calendar_ahead_;
  std::uint32_t life_ = 0;
  std::uint32_t draws_ = 0;
  std::uint64_t ids_ = 0;
};

}  // namespace leasehold::sim
