#include "proptests/coverage.h"

#include <cstddef>
#include <cstdio>

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

}  // namespace

void Coverage::count(const sim::Run& run) {
  ++worlds_;
  for (std::size_t mark = 0; mark < sim::mark_count; ++mark) {
    reached_.at(mark) += run.marks.of(static_cast<Mark>(mark)) > 0 ? 1 : 0;
  }
  for (std::size_t kind = 0; kind < sim::fault_kind_count; ++kind) {
    active_.at(kind) += run.activations.of(static_cast<FaultKind>(kind)) > 0 ? 1 : 0;
  }
}

std::string Coverage::idle_faults(const sim::Profile& profile) const {
  std::string idle;
  for (std::size_t index = 0; index < sim::fault_kind_count; ++index) {
    const auto kind = static_cast<FaultKind>(index);
    if (!occurs(kind, profile)) continue;
    const bool active = active_.at(index) > 0 && active_.at(index) >= worlds_ / 100;
    if (!active) idle += std::string(idle.empty() ? "" : ", ") + to_string(kind);
  }
  return idle;
}

void Coverage::print(const char* name) const {
  for (std::size_t mark = 0; mark < sim::mark_count; ++mark) {
    std::printf("%s: in %d of %d worlds %s\n", name, reached_.at(mark), worlds_,
                to_string(static_cast<Mark>(mark)));
  }
  for (std::size_t kind = 0; kind < sim::fault_kind_count; ++kind) {
    std::printf("%s: in %d of %d worlds %s was active\n", name, active_.at(kind), worlds_,
                to_string(static_cast<FaultKind>(kind)));
  }
}

std::string Coverage::missed(int worlds) const {
  std::string missed;
  for (std::size_t mark = 0; mark < sim::mark_count; ++mark) {
    if (reached_.at(mark) > 0 && reached_.at(mark) >= worlds_ / worlds) continue;
    missed += std::string(missed.empty() ? "" : ", ") + to_string(static_cast<Mark>(mark));
  }
  return missed;
}

}  // namespace leasehold::proptests
