// I12: the caller of an acquire leaves at its deadline, by its own clock, and not before; whoever
// can't run then leaves as soon as he can.
#pragma once

#include <utility>

#include "sim/engine/flat_map.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class WaitBound final : public Oracle {
 public:
  explicit WaitBound(const Names& names)
      : Oracle(Invariant::I12, names,
               {Event::Kind::waits_until, Event::Kind::refused, Event::Kind::granted,
                Event::Kind::cancel, Event::Kind::crashed, Event::Kind::wait_due}) {}
  void see(const Event& event) override;

 private:
  using Call = std::pair<std::uint32_t, std::uint64_t>;

  void on_refused(const Event& event);

  // When each call that still waits has to leave, as things stand.
  FlatMap<Call, TrueTime> waiting_;
};

}  // namespace leasehold::sim
