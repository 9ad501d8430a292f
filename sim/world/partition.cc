#include "sim/world/partition.h"

namespace leasehold::sim {

Partition::Partition(const Scenario& scenario)
    : scenario_(scenario), cuts_(scenario.processes.size()) {}

void Partition::cut(std::uint16_t body, TimedFault::Kind kind, TrueTime until) {
  for (const Way way : {Way::request, Way::answer}) {
    const auto other_way =
        way == Way::request ? TimedFault::Kind::answers_cut : TimedFault::Kind::requests_cut;
    Cut& cut = cuts_[body][static_cast<std::size_t>(way)];
    if (kind != other_way && cut.until < until) cut = {until, kind};
  }
}

std::optional<TimedFault::Kind> Partition::between(std::uint16_t process, Way way,
                                                   TrueTime now) const {
  const Cut& cut = cuts_[body_of(scenario_, process)][static_cast<std::size_t>(way)];
  return now < cut.until ? std::optional(cut.kind) : std::nullopt;
}

}  // namespace leasehold::sim
