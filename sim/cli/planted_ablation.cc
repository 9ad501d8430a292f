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

struct Kill {
  /// 0: not killed.
  std::uint64_t after = 0;
  bool by_assertion = false;
  /// Why nothing is known of it; empty: it is.
  std::string trouble{};
};

// An assertion of the library that stops the program kills a bug as an oracle does, unless it stops
// the same world without the bug too.
Kill kill(const Variant& variant, const Plant& plant, std::uint64_t most) {
  SharedNumber world;
  const ChildEnd end = in_a_child(
      [&] {
        planted_bug = plant.bug;
        const auto next = [&world](std::uint64_t nth) { world.set(nth); };
        return std::to_string(killed_after(variant, most, next).value_or(0));
      },
      most_seconds);
  if (end.ended_well) return {.after = std::stoull(end.said)};
  if (!end.asserted) return {.trouble = end.how};
  const ChildEnd unharmed = in_a_child(
      [&] {
        run_unharmed(variant, world.value());
        return std::string();
      },
      most_seconds);
  if (!unharmed.ended_well) return {.trouble = "without the bug: " + unharmed.how};
  return {.after = world.value(), .by_assertion = true};
}

}  // namespace

int ablate_planted(const std::vector<std::string>& only, std::uint64_t worlds) {
  const std::vector<std::uint64_t> budgets = budgets_of(worlds);
  std::cout << "bugs killed within so many worlds, the grounds taking turns\n"
            << std::left << std::setw(26) << "generator" << std::right;
  for (const std::uint64_t budget : budgets) std::cout << std::setw(8) << grouped(budget);
  std::cout << "  not killed\n" << std::flush;
  std::vector<std::string> troubles;
  for (const Variant& variant : variants()) {
    std::vector<std::uint64_t> kills(budgets.size());
    std::string left;
    std::string asserted;
    for (const Plant& plant : plants()) {
      const std::string name = to_string(plant.bug);
      const bool wanted = only.empty() || std::find(only.begin(), only.end(), name) != only.end();
      // Those that no world can show say nothing of any generator.
      if (!wanted || !plant.argument.empty() || !plant.suite.program.empty()) continue;
      const Kill found = kill(variant, plant, worlds);
      for (std::size_t index = 0; index < budgets.size(); ++index) {
        kills[index] += found.after > 0 && found.after <= budgets[index] ? 1 : 0;
      }
      if (found.after == 0) left += " " + name;
      if (found.by_assertion) asserted += " " + name;
      if (!found.trouble.empty()) {
        troubles.push_back(variant.name + ": " + name + ": " + found.trouble);
      }
    }
    std::cout << std::left << std::setw(26) << variant.name << std::right;
    for (const std::uint64_t killed : kills) std::cout << std::setw(8) << killed;
    std::cout << " " << (left.empty() ? " none" : left)
              << (asserted.empty() ? "" : "; by an assertion:" + asserted) << "\n"
              << std::flush;
  }
  for (const std::string& trouble : troubles) std::cout << "WRONG: " << trouble << "\n";
  return troubles.empty() ? exit_as_expected : 1;
}

}  // namespace leasehold::sim
