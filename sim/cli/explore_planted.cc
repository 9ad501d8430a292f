// `leasehold-sim planted --explore`: which of the planted bugs the exhaustive exploration finds.
#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "sim/cli/common.h"
#include "sim/cli/verbs.h"
#include "sim/planted/exploration.h"
#include "sim/planted/in_a_child.h"
#include "sim/planted/plants.h"

namespace leasehold::sim {
namespace {

/// Of processor time.
constexpr unsigned most_seconds = 600;

std::string told(const Expedition& expedition) {
  std::ostringstream line;
  line << (expedition.terrain ? *expedition.terrain + 1 : 0) << ' ' << expedition.states << ' '
       << expedition.moves << ' ' << expedition.steps << ' '
       << (expedition.broken.empty() ? "-" : expedition.broken) << ' '
       << (expedition.shown.empty() ? "-" : expedition.shown);
  return line.str();
}

/// As it was told by a child; `terrain` counts from 1, and 0 is none.
struct Heard {
  std::size_t terrain = 0;
  std::uint64_t states = 0;
  std::size_t moves = 0;
  std::size_t steps = 0;
  std::string broken;
  std::string shown;
};

Heard read(const std::string& told) {
  std::istringstream in(told);
  Heard heard;
  in >> heard.terrain >> heard.states >> heard.moves >> heard.steps >> heard.broken >> heard.shown;
  return heard;
}

class ExplorePlanted {
 public:
  explicit ExplorePlanted(const std::vector<std::string>& only) : only_(only) {}

  int run_all() {
    std::cout << "bug   terrain              states  moves  without ticks  breaks         "
                 "the simulator says\n";
    try_plant({Bug::none, "no bug at all"});
    for (const Plant& plant : plants()) {
      const bool asked = only_.empty() ||
                         std::find(only_.begin(), only_.end(), to_string(plant.bug)) != only_.end();
      if (asked && !plant.in_tests_only) try_plant(plant);
    }
    std::cout << "found " << found_ << " of " << tried_ - 1 << "\n";
    for (const std::string& wrong : wrong_) std::cout << "WRONG: " << wrong << "\n";
    std::cout << std::flush;
    return wrong_.empty() ? exit_as_expected : 1;
  }

 private:
  void try_plant(const Plant& plant) {
    ++tried_;
    const auto work = [&plant] {
      planted_bug = plant.bug;
      return told(explore_terrains());
    };
    const ChildEnd end = in_a_child(work, most_seconds);
    if (!end.ended_well) {
      std::cout << to_string(plant.bug) << "   "
                << (end.asserted ? "stopped by an assertion" : end.how) << "\n";
      if (end.asserted) ++found_;
      if (!end.asserted) wrong_.push_back(to_string(plant.bug) + (" " + end.how));
      return;
    }
    note(plant, read(end.said));
  }

  void note(const Plant& plant, const Heard& heard) {
    std::cout << std::left << std::setw(6) << to_string(plant.bug) << std::setw(19)
              << (heard.terrain == 0 ? "-" : terrains().at(heard.terrain - 1).name) << std::right
              << std::setw(8) << heard.states << std::setw(7) << heard.moves << std::setw(15)
              << heard.steps << "  " << std::left << std::setw(15) << heard.broken << heard.shown
              << "\n"
              << std::flush;
    if (heard.terrain == 0) return;
    if (plant.bug == Bug::none) {
      wrong_.push_back("without any bug " + heard.broken + " is broken");
    } else {
      ++found_;
      if (heard.shown == "-")
        wrong_.push_back(to_string(plant.bug) + std::string(": the simulator does not show it"));
    }
  }

  const std::vector<std::string>& only_;
  std::size_t tried_ = 0;
  std::size_t found_ = 0;
  std::vector<std::string> wrong_;
};

}  // namespace

int explore_planted(const std::vector<std::string>& only) { return ExplorePlanted(only).run_all(); }

}  // namespace leasehold::sim
