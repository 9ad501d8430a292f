#include "sim/planted/trial.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "lib/src/plant.h"
#include "sim/scenario/names.h"
#include "sim/shrink/shrink.h"
#include "sim/sweep/pool.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

constexpr const char* algorithm = "leasehold";
constexpr std::uint64_t at_a_time = 64;

std::vector<Run> run_some(const Ground& ground, std::uint64_t first, std::uint64_t count,
                          unsigned jobs) {
  std::vector<Run> runs(count);
  in_parallel(jobs, count, [&](std::uint64_t index) {
    runs[index] = run(ground.at(first + index), algorithm, {});
  });
  return runs;
}

void note_broken(const Run& one, const Ground& ground, std::uint64_t index, Trial& trial) {
  std::vector<Invariant> broken;
  std::copy_if(ground.judged.begin(), ground.judged.end(), std::back_inserter(broken),
               [&one](Invariant invariant) { return one.broken(invariant); });
  if (broken.empty()) return;
  if (!trial.killed_after) {
    trial.killer = broken.front();
    trial.killed_after = index + 1;
  }
  ++trial.broken;
  for (const Invariant invariant : broken) ++trial.killers[invariant];
  if (broken.size() == 1) ++trial.alone[broken.front()];
}

/// What the bug, and not the program as it is, shows of `invariant` in that world. In one thread.
std::optional<Shown> shown_by_the_bug(const Scenario& world, Invariant invariant) {
  const std::optional<Shown> shown = shown_by(run(world, algorithm, {}), invariant);
  if (!shown) return shown;
  const Bug bug = std::exchange(planted_bug, Bug::none);
  const bool also_without = run(world, algorithm, {}).broken(invariant);
  planted_bug = bug;
  return also_without ? std::nullopt : shown;
}

}  // namespace

Scenario Ground::at(std::uint64_t index) const {
  Profile drawn = profile;
  drawn.authority = authorities[index % authorities.size()];
  return generate(1 + index / authorities.size(), drawn);
}

const std::vector<Ground>& grounds() {
  const std::vector<Authority>& all = simulated_authorities();
  const std::vector<Invariant> every(std::begin(all_invariants), std::end(all_invariants));
  static const std::vector<Ground> grounds{
      {"inside", {}, all, every},
      {"tight", {.tight = true}, all, every},
      // One clock can't disagree with itself.
      {"beyond",
       {.beyond = true},
       {Authority::store_clock, Authority::wall_clock, Authority::observation},
       {Invariant::I2, Invariant::I3, Invariant::I5, Invariant::I6, Invariant::I7, Invariant::I11,
        Invariant::I12, Invariant::I14, Invariant::I17, Invariant::I19}},
      {"forgets", {.forgets = true}, all, {Invariant::I7, Invariant::I14}}};
  return grounds;
}

std::vector<Digest> unharmed(const Ground& ground, std::uint64_t count, unsigned jobs) {
  std::vector<Digest> hashes;
  Trial trial;
  for (const Run& one : run_some(ground, 0, count, jobs)) {
    note_broken(one, ground, hashes.size(), trial);
    hashes.push_back(one.hash);
  }
  if (!trial.killed_after) return hashes;
  throw std::runtime_error("planted: ground " + ground.name + ": without any bug " +
                           to_string(*trial.killer) + " is broken in world " +
                           std::to_string(*trial.killed_after));
}

Trial try_out(const Ground& ground, std::uint64_t most, const std::vector<Digest>& unharmed,
              unsigned jobs) {
  Trial trial;
  const std::vector<Run> compared = run_some(ground, 0, unharmed.size(), jobs);
  for (std::uint64_t index = 0; index < compared.size(); ++index) {
    if (compared[index].hash != unharmed[index]) ++trial.infected;
    note_broken(compared[index], ground, index, trial);
  }
  const auto goes_on = [&](std::uint64_t tried) {
    if (!trial.killed_after) return tried < most;
    return trial.broken < enough_broken && tried < std::min(most, patience * *trial.killed_after);
  };
  for (std::uint64_t first = compared.size(); goes_on(first); first += at_a_time) {
    const std::uint64_t count = std::min(at_a_time, most - first);
    const std::vector<Run> runs = run_some(ground, first, count, jobs);
    for (std::uint64_t index = 0; index < count; ++index) {
      note_broken(runs[index], ground, first + index, trial);
    }
  }
  return trial;
}

void measure_shrunk(const Ground& ground, Trial& trial) {
  const Scenario whole = ground.at(*trial.killed_after - 1);
  if (!shown_by_the_bug(whole, *trial.killer)) {
    throw std::runtime_error("planted: ground " + ground.name + ": without any bug " +
                             to_string(*trial.killer) + " is broken in world " +
                             std::to_string(*trial.killed_after));
  }
  const bool inside = inside_envelope(whole);
  const auto judge = [&](const Scenario& world) -> std::optional<Shown> {
    if (inside && !inside_envelope(world)) return std::nullopt;
    return shown_by_the_bug(world, *trial.killer);
  };
  Scenario plain = without_noise(whole, algorithm);
  // Without its noise it runs as before; were that not so, the world as it was is what we have.
  const Shrunk shrunk = judge(plain) ? shrink(plain, algorithm, judge, most_shrink_runs)
                                     : Shrunk{plain, *shown_by_the_bug(whole, *trial.killer)};
  trial.choices = shrunk.scenario.choices.size();
  trial.faults = shrunk.scenario.faults.size();
  trial.events = shrunk.shown.events;
  trial.shrink_runs = shrunk.runs;
}

}  // namespace leasehold::sim
