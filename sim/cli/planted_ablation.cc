// `leasehold-sim planted --ablation`: kills at equal budget, with each ingredient taken out.
#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"
#include "sim/planted/ablation.h"
#include "sim/planted/in_a_child.h"
#include "sim/planted/plants.h"
#include "sim/sweep/progress_line.h"

namespace leasehold::sim {
namespace {

/// Of processor time: a bug that takes longer hangs the simulator.
constexpr unsigned most_seconds = 600;

/// 10, 30, 100, 300, ... and the whole.
std::vector<std::uint64_t> budgets_of(std::uint64_t most) {
  std::vector<std::uint64_t> budgets;
  for (std::uint64_t ten = 10; ten < most; ten *= 10) {
    budgets.push_back(ten);
    if (3 * ten < most) budgets.push_back(3 * ten);
  }
  budgets.push_back(most);
  return budgets;
}

// An assertion that stops the program is found in the first world that meets it, and no oracle had
// a part in it: it counts nowhere. 0: not killed.
std::uint64_t kill(const Variant& variant, const Plant& plant, std::uint64_t most) {
  const ChildEnd end = in_a_child(
      [&] {
        planted_bug = plant.bug;
        return std::to_string(killed_after(variant, most).value_or(0));
      },
      most_seconds);
  return end.ended_well ? std::stoull(end.said) : 0;
}

}  // namespace

int ablate_planted(const std::vector<std::string>& only, std::uint64_t worlds) {
  const std::vector<std::uint64_t> budgets = budgets_of(worlds);
  std::cout << "bugs killed within so many worlds, the grounds taking turns\n"
            << std::left << std::setw(26) << "generator" << std::right;
  for (const std::uint64_t budget : budgets) std::cout << std::setw(8) << grouped(budget);
  std::cout << "  not killed\n" << std::flush;
  for (const Variant& variant : variants()) {
    std::vector<std::uint64_t> kills(budgets.size());
    std::string left;
    for (const Plant& plant : plants()) {
      const std::string name = to_string(plant.bug);
      const bool wanted = only.empty() || std::find(only.begin(), only.end(), name) != only.end();
      // Those that no world can show say nothing of any generator.
      if (!wanted || !plant.argument.empty() || !plant.suite.program.empty()) continue;
      const std::uint64_t after = kill(variant, plant, worlds);
      for (std::size_t index = 0; index < budgets.size(); ++index) {
        kills[index] += after > 0 && after <= budgets[index] ? 1 : 0;
      }
      if (after == 0) left += " " + name;
    }
    std::cout << std::left << std::setw(26) << variant.name << std::right;
    for (const std::uint64_t killed : kills) std::cout << std::setw(8) << killed;
    std::cout << " " << left << "\n" << std::flush;
  }
  return exit_as_expected;
}

}  // namespace leasehold::sim
