#include "sim/sweep/counts.h"

#include <cstddef>

namespace leasehold::sim {

void Counts::count(const Run& run) {
  ++worlds;
  broken += run.first_broken() ? 1 : 0;
  hand_over += run.tally.hand_overs > 0 ? 1 : 0;
  contended += run.tally.contended > 0 ? 1 : 0;
  nobody_held += run.tally.tenures == 0 ? 1 : 0;
  lossy += run.tally.losses > 0 ? 1 : 0;
  events += run.tally.events;
  for (std::size_t mark = 0; mark < mark_count; ++mark) {
    marks.at(mark) += run.marks.of(static_cast<Mark>(mark)) > 0 ? 1 : 0;
  }
  for (std::size_t kind = 0; kind < fault_kind_count; ++kind) {
    faults.at(kind) += run.activations.of(static_cast<FaultKind>(kind)) > 0 ? 1 : 0;
  }
}

void Counts::add(const Counts& other) {
  worlds += other.worlds;
  broken += other.broken;
  hand_over += other.hand_over;
  contended += other.contended;
  nobody_held += other.nobody_held;
  lossy += other.lossy;
  events += other.events;
  for (std::size_t mark = 0; mark < mark_count; ++mark) marks.at(mark) += other.marks.at(mark);
  for (std::size_t kind = 0; kind < fault_kind_count; ++kind) {
    faults.at(kind) += other.faults.at(kind);
  }
}

}  // namespace leasehold::sim
