#include "proptests/coverage.h"

#include <cstddef>
#include <iostream>

namespace leasehold::proptests {

using sim::FaultKind;
using sim::Mark;

namespace {

bool occurs(FaultKind kind, const sim::Profile& profile) {
  switch (kind) {
    case FaultKind::suspended:
      // Processes of one host share one kernel.
      return profile.authority != Authority::host_clock;
    case FaultKind::frozen:
    case FaultKind::clock_step:
    case FaultKind::clone:
      return profile.beyond;
    case FaultKind::store_clock_step:
    case FaultKind::store_clock_rate:
      return profile.authority == Authority::store_clock;
    case FaultKind::wall_step:
      return profile.authority == Authority::wall_clock;
    default:
      return true;
  }
}

bool occurs(Mark mark, const sim::Profile& profile) {
  switch (mark) {
    // Processes of one host share one kernel, and by its clock a lease runs out in a sleep.
    case Mark::suspended_holding:
    case Mark::lost_suspended:
      return profile.authority != Authority::host_clock;
    // Within the bounds nobody comes before its holder's deadline.
    case Mark::lost_superseded:
      return profile.beyond;
    case Mark::lost_forgotten:
      return profile.forgets;
    default:
      return true;
  }
}

}  // namespace

std::string Coverage::idle_faults(const sim::Profile& profile) const {
  std::string idle;
  for (std::size_t index = 0; index < sim::fault_kind_count; ++index) {
    const auto kind = static_cast<FaultKind>(index);
    if (!occurs(kind, profile)) continue;
    const bool active =
        counts_.faults.at(index) > 0 && counts_.faults.at(index) >= counts_.worlds / 100;
    if (!active) idle += std::string(idle.empty() ? "" : ", ") + to_string(kind);
  }
  return idle;
}

void Coverage::print(const char* name) const {
  const auto print_line = [this, name](std::uint64_t some, const std::string& what) {
    std::cout << name << ": in " << some << " of " << counts_.worlds << " worlds " << what << "\n";
  };
  for (std::size_t mark = 0; mark < sim::mark_count; ++mark) {
    print_line(counts_.marks.at(mark), to_string(static_cast<Mark>(mark)));
  }
  for (std::size_t kind = 0; kind < sim::fault_kind_count; ++kind) {
    print_line(counts_.faults.at(kind),
               std::string(to_string(static_cast<FaultKind>(kind))) + " was active");
  }
}

std::string Coverage::missed(std::uint64_t worlds, const sim::Profile& profile) const {
  std::string missed;
  for (std::size_t mark = 0; mark < sim::mark_count; ++mark) {
    if (!occurs(static_cast<Mark>(mark), profile)) continue;
    if (counts_.marks.at(mark) > 0 && counts_.marks.at(mark) >= counts_.worlds / worlds) continue;
    missed += std::string(missed.empty() ? "" : ", ") + to_string(static_cast<Mark>(mark));
  }
  return missed;
}

}  // namespace leasehold::proptests
