// Where two histories part.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/report/recording.h"

namespace leasehold::sim {

struct FirstDifference {
  /// How many events are the same in both before it.
  std::size_t same = 0;
  /// Where both histories go on, the fields of `json_of` in which the two events differ; empty: one
  /// history ends here.
  std::vector<std::string> fields{};
};

/// nullopt: they are the same, event for event, by the names of processes and keys. `ignored`:
/// fields that may differ.
std::optional<FirstDifference> first_difference(const Recording& a, const Recording& b,
                                                const std::vector<std::string>& ignored = {});

}  // namespace leasehold::sim
