#include "sim/sweep/specimen.h"

#include "lib/src/plant.h"
#include "sim/engine/hash128.h"
#include "sim/shrink/shrink.h"
#include "sim/world/run.h"

namespace leasehold::sim {

Scenario specimen_of(const Sweep& sweep, const FailureKind& kind) {
  const std::string& algorithm = sweep.algorithm;
  const Scenario whole = world_of(sweep, kind.authority, kind.seed);
  const bool inside = inside_envelope(whole);
  const auto judge = [&](const Scenario& world) -> std::optional<Shown> {
    if (inside && !inside_envelope(world)) return std::nullopt;
    const Run one = run(world, algorithm, {});
    const auto other = one.first_broken();
    if (planted(Bug::H04) && other) return shown_by(one, *other);
    return shown_by(one, kind.invariant);
  };
  Scenario small = without_noise(whole, algorithm);
  // Without its noise it runs as before; were that not so, the world as it was is what we have.
  small =
      judge(small) ? shrink(std::move(small), algorithm, judge, most_shrink_runs).scenario : whole;
  const std::string invariant = to_string(kind.invariant);
  small.name = invariant + " under " + to_string(kind.authority) + ", seed " +
               std::to_string(kind.seed) + " of profile " + sweep.profile;
  small.about = "Found and shrunk by a sweep. " +
                run(small, algorithm, {}).of(kind.invariant).finding->sentence;
  small.expect[algorithm].holds = {kind.invariant};
  return small;
}

std::string file_name_of(const Sweep& sweep, const FailureKind& kind) {
  Hash128 hash;
  for (const char c : kind.signature) hash.word(static_cast<unsigned char>(c));
  return sweep.profile + "-" + sweep.algorithm + "-" + to_string(kind.invariant) + "-" +
         to_string(hash.digest()).substr(0, 8) + ".json";
}

}  // namespace leasehold::sim
