// The list of planted bugs: what each does, and what it is expected to break.
#pragma once

#include <string>
#include <vector>

#include "lib/src/plant.h"

namespace leasehold::sim {

struct Plant {
  Bug bug = Bug::none;
  std::string name;
  /// What the program does wrong.
  std::string what;
  /// Why no world can show it; empty: some world must.
  std::string argument{};
};

/// In the order of their names.
const std::vector<Plant>& plants();

}  // namespace leasehold::sim
