// The list of planted bugs: what each does, and what it is expected to break.
#pragma once

#include <string>
#include <vector>

#include "lib/src/plant.h"

namespace leasehold::sim {

/// Tests that are expected to see a bug: a program of the build, and a GoogleTest filter.
struct Suite {
  std::string program;
  std::string filter;
  /// Of real time, since what hangs takes no other.
  unsigned most_seconds = 600;
};

struct Plant {
  Bug bug = Bug::none;
  /// What the program does wrong.
  std::string what;
  /// No generated world runs the code that it changes: tests alone can see it.
  bool in_tests_only = false;
  /// Run if no world shows it; no program: none.
  Suite suite{};
  /// Why neither worlds nor tests can show it; empty: something must.
  std::string argument{};
};

/// In the order of LEASEHOLD_BUGS, each once.
const std::vector<Plant>& plants();

}  // namespace leasehold::sim
