#include "sim/planted/exploration.h"

#include <utility>

#include "lib/src/plant.h"
#include "sim/explore/retell.h"
#include "sim/explore/search.h"

namespace leasehold::sim {
namespace {

// By the bug, and not by the program as it is.
std::string shown_by_the_simulator(const Limits& limits, const Outcome& outcome) {
  const std::optional<Scenario> scenario = scenario_of(limits, outcome.moves);
  const auto shown = scenario ? broken_in(*scenario, outcome.broken) : std::nullopt;
  if (!shown) return {};
  const Bug bug = std::exchange(planted_bug, Bug::none);
  const bool also_without = broken_in(*scenario, {*shown}).has_value();
  planted_bug = bug;
  return also_without ? std::string() : to_string(*shown);
}

}  // namespace

const std::vector<Terrain>& terrains() {
  static const std::vector<Terrain> all{
      {"late", {.late = 1}},
      {"guards", {.guards = 2}},
      {"leaves", {.cancels = 1}},
      {"faults", {.drops = 1, .crashes = 1}},
      {"copies", {.in_flight = 2, .duplicates = 1, .depth = 11}},
      {"losses", {.in_flight = 2, .drops = 2, .depth = 14}},
      {"two endings", {.processes = 1, .in_flight = 2, .drops = 1, .cancels = 1}},
      {"observed", {.authority = Authority::observation, .drops = 1}},
      {"exact", {.drops = 1, .crashes = 1, .depth = 17, .exact = true}},
      {"exact, observed",
       {.authority = Authority::observation, .drops = 1, .depth = 14, .exact = true}}};
  return all;
}

Expedition explore_terrains() {
  Expedition expedition;
  for (std::size_t index = 0; index < terrains().size(); ++index) {
    const Limits& limits = terrains()[index].limits;
    const Outcome outcome = explore(limits);
    if (outcome.end != Outcome::End::broken) {
      expedition.states += outcome.explored.states;
      continue;
    }
    expedition.states = outcome.explored.states;
    expedition.terrain = index;
    expedition.moves = outcome.moves.size();
    expedition.steps = steps_of(limits, outcome.moves).size();
    for (const Invariant invariant : outcome.broken) {
      expedition.broken += (expedition.broken.empty() ? "" : "+") + to_string(invariant);
    }
    expedition.shown = shown_by_the_simulator(limits, outcome);
    return expedition;
  }
  return expedition;
}

}  // namespace leasehold::sim
