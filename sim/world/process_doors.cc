#include "sim/world/process_doors.h"

#include <algorithm>

#include "lib/src/assert.h"
#include "lib/src/plant.h"

namespace leasehold::sim {

ProcessDoors::ProcessDoors(Kernel& kernel, Network& network, const VirtualClock& clock,
                           const VirtualClock& wall, std::uint32_t process)
    : kernel_(kernel),
      network_(network),
      clock_(clock),
      wall_(wall),
      process_(process),
      calendar_ahead_(wall.read(kernel.now).at - clock.read(kernel.now).at) {}

Span<LocalClock> ProcessDoors::calendar_moved() const {
  return wall_.read(kernel_.now).at - clock_.read(kernel_.now).at - calendar_ahead_;
}

LocalTime ProcessDoors::now() const {
  LocalTime now = clock_.read(kernel_.now);
  if (planted(Bug::M05)) now.at = now.at + calendar_moved();
  return now;
}

Instant<WallClock> ProcessDoors::wall_now() const {
  return Instant<WallClock>::at_ns(wall_.read(kernel_.now).at.ns());
}

void ProcessDoors::wake_at(Instant<LocalClock> moment, Sleeper& sleeper) {
  LEASEHOLD_ASSERT(sleeper_ == nullptr || sleeper_ == &sleeper);
  sleeper_ = &sleeper;
  moment_ = planted(Bug::M05) ? moment - calendar_moved() : moment;
  plan_alarm();
}

void ProcessDoors::cancel(Sleeper&) {
  sleeper_ = nullptr;
  due_ = rings_ = TrueTime::never();
  ++generation_;
}

void ProcessDoors::plan_alarm() {
  if (sleeper_ == nullptr) return;
  const ChoiceKey late{process_, Site::wake, wakes_ + 1, Purpose::late};
  const ChoiceKey tie{process_, Site::wake, wakes_ + 1, Purpose::wake_tie};
  due_ = clock_.first_at(moment_, kernel_.now);
  rings_ = kernel_.put_off(due_, due_ + Span<TrueClock>::ns(kernel_.chooser.choose(late)),
                           FaultKind::late_wake);
  late_ = rings_ > due_;
  if (late_ && due_ != TrueTime::never() && rings_ > told_late_) {
    told_late_ = rings_;
    kernel_.record({.kind = Event::Kind::wake_late, .process = process_, .until = rings_});
  }
  kernel_.plan(
      rings_,
      {.kind = Task::Kind::wake, .process = process_, .index = 0, .generation = ++generation_},
      static_cast<std::uint32_t>(kernel_.chooser.choose(tie)));
}

void ProcessDoors::on_wake(std::uint32_t generation) {
  if (generation != generation_ || sleeper_ == nullptr) return;
  if (kernel_.now < starved_until_) {
    rings_ = starved_until_;
    kernel_.activations.met(FaultKind::starve);
    kernel_.plan(
        rings_,
        {.kind = Task::Kind::wake, .process = process_, .index = 0, .generation = generation_});
    return;
  }
  Sleeper* const sleeper = sleeper_;
  cancel(*sleeper);
  ++wakes_;
  if (late_) kernel_.activations.met(FaultKind::late_wake);
  sleeper->wake();
}

TrueTime ProcessDoors::held_up_until() const {
  const bool late = due_ <= kernel_.now && rings_ != TrueTime::never();
  return late ? std::max(rings_, kernel_.now) : kernel_.now;
}

void ProcessDoors::begin_life() {
  if (sleeper_ != nullptr) cancel(*sleeper_);
  starved_until_ = {};
  ++life_;
}

std::uint64_t ProcessDoors::below(std::uint64_t bound) {
  const ChoiceKey key{process_, Site::draw, ++draws_, Purpose::value};
  return static_cast<std::uint64_t>(kernel_.chooser.choose(key, static_cast<std::int64_t>(bound)));
}

Random::Bits ProcessDoors::id_bits() {
  const Chooser::Bits bits = kernel_.chooser.id_bits(process_, ++ids_);
  return {bits.high, bits.low};
}

void ProcessDoors::send(StoreCall&& call, ReplySink& sink) {
  if (wall_stepped_ && kernel_.scenario.config.authority == Authority::wall_clock) {
    kernel_.activations.met(FaultKind::wall_step);
    wall_stepped_ = false;
  }
  network_.send(call, {.sink = &sink, .process = process_, .life = life_, .wall = wall_now()});
}

}  // namespace leasehold::sim
