#include "sim/planted/ablation.h"

#include <algorithm>
#include <utility>

#include "lib/src/plant.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

constexpr const char* algorithm = "leasehold";

Variant variant(const char* name, const Swarm& swarm, bool tight) {
  Variant made{.name = name, .grounds = grounds()};
  if (!tight)
    std::erase_if(made.grounds, [](const Ground& ground) { return ground.profile.tight; });
  for (Ground& ground : made.grounds) ground.profile.swarm = swarm;
  return made;
}

std::vector<Invariant> broken_in(const Scenario& world, const std::vector<Invariant>& judged) {
  const Run one = run(world, algorithm, {});
  std::vector<Invariant> broken;
  for (const Invariant invariant : judged) {
    if (one.broken(invariant)) broken.push_back(invariant);
  }
  return broken;
}

// With the bug and not without it.
bool kills(const Scenario& world, const std::vector<Invariant>& judged) {
  const std::vector<Invariant> with = broken_in(world, judged);
  if (with.empty()) return false;
  const Bug bug = std::exchange(planted_bug, Bug::none);
  const std::vector<Invariant> without = broken_in(world, judged);
  planted_bug = bug;
  return std::any_of(with.begin(), with.end(), [&](Invariant invariant) {
    return std::find(without.begin(), without.end(), invariant) == without.end();
  });
}

}  // namespace

Scenario Variant::at(std::uint64_t index) const {
  return ground_of(index).at(index / grounds.size());
}

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all{
      variant("all ingredients", {}, true),
      variant("without masks", {.masks = false}, true),
      variant("without intensities", {.intensity = false}, true),
      variant("without corners", {.corners = false}, true),
      variant("without topology", {.topology = false}, true),
      variant("without smallest margins", {}, false),
      variant("fixed rates",
              {.masks = false, .intensity = false, .corners = false, .topology = false}, false)};
  return all;
}

std::optional<std::uint64_t> killed_after(const Variant& variant, std::uint64_t most,
                                          const std::function<void(std::uint64_t)>& next) {
  for (std::uint64_t index = 0; index < most; ++index) {
    next(index + 1);
    if (kills(variant.at(index), variant.ground_of(index).judged)) return index + 1;
  }
  return std::nullopt;
}

void run_unharmed(const Variant& variant, std::uint64_t nth) {
  const Bug bug = std::exchange(planted_bug, Bug::none);
  run(variant.at(nth - 1), algorithm, {});
  planted_bug = bug;
}

}  // namespace leasehold::sim
