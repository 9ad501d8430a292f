// What keeps the code of a process from running when it should: bounds on what it does are counted
// from the end of that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/trace/event.h"
#include "sim/trace/kinds.h"

namespace leasehold::sim {

class Hindrances {
 public:
  explicit Hindrances(std::size_t processes) : of_(processes) {}

  static constexpr Kinds looks_at() {
    return {Event::Kind::paused,    Event::Kind::crashed,       Event::Kind::resumed,
            Event::Kind::restarted, Event::Kind::clock_stepped, Event::Kind::starved,
            Event::Kind::wake_late};
  }
  void see(const Event& event);
  /// Until when the process was or is hindered; `never` while that is not known.
  TrueTime until(std::uint32_t process) const;

 private:
  struct Hindrance {
    bool stands_still = false;
    // Of all so far, the latest end: one may outlast another that came later. At first it lies
    // before the beginning.
    TrueTime until = TrueTime::at_ns(-1);
  };
  std::vector<Hindrance> of_;
};

}  // namespace leasehold::sim
