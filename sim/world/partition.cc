#include "sim/world/partition.h"

#include <algorithm>

namespace leasehold::sim {

Partition::Partition(const Scenario& scenario)
    : scenario_(scenario), cuts_(scenario.processes.size()) {}

void Partition::cut(std::uint32_t body, TimedFault::Kind kind, TrueTime until) {
  any_until_ = std::max(any_until_, until);
  for (const Way way : {Way::request, Way::answer}) {
    const auto other_way =
        way == Way::request ? TimedFault::Kind::answers_cut : TimedFault::Kind::requests_cut;
    Cut& cut = cuts_[body][static_cast<std::size_t>(way)];
    if (kind != other_way && cut.until < until) cut = {until, kind};
  }
}

std::optional<TimedFault::Kind> Partition::cut_of(std::uint32_t process, Way way,
                                                  TrueTime now) const {
  const Cut& cut = cuts_[body_of(scenario_, process)][static_cast<std::size_t>(way)];
  return now < cut.until ? std::optional(cut.kind) : std::nullopt;
}

}  // namespace leasehold::sim
