// How often each kind of fault was really active in a run: not that it was planned, but that
// something met it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// Every kind of fault, with what counts as one activation.
enum class FaultKind : std::uint8_t {
  // Those of TimedFault, in their order.
  stopped,     // something came to the process while it did not run
  suspended,   // as above
  frozen,      // as above
  crash,       // it had a wake-up to come
  starve,      // a wake-up that was due had to wait
  clock_step,  // a process on that clock had a wake-up to come
  clock_rate,  // as above
  wall_step,   // a call went out with the changed time, which counts (wall_clock)
  cut,         // a message was kept out; also of the next two
  requests_cut,
  answers_cut,
  writer_stall,      // a call had to wait
  store_restart,     // a call was refused or broken off
  store_clock_step,  // a lease that the clock judges was on record
  store_clock_rate,  // as above
  failover,          // a call was refused or broken off, a change was forgotten, or the clock
                     // differs and a lease that it judges was on record
  clone,             // the copy had a wake-up to come
  // Those that meet a call or a wake-up.
  request_loss,
  answer_loss,
  duplicate,
  error_before_effect,
  error_after_effect,
  request_delay,
  answer_delay,
  late_wake,
  reordering,  // a message arrived that its process's next one had overtaken
};
inline constexpr std::size_t fault_kind_count = static_cast<std::size_t>(FaultKind::reordering) + 1;
static_assert(static_cast<std::size_t>(FaultKind::clone) ==
              static_cast<std::size_t>(TimedFault::Kind::clone));

/// "stopped"
const char* to_string(FaultKind kind);

class Activations {
 public:
  void met(FaultKind kind) { ++counts_[static_cast<std::size_t>(kind)]; }
  void met(TimedFault::Kind kind) { met(static_cast<FaultKind>(kind)); }
  std::uint64_t of(FaultKind kind) const { return counts_[static_cast<std::size_t>(kind)]; }

 private:
  std::array<std::uint64_t, fault_kind_count> counts_{};
};

}  // namespace leasehold::sim
