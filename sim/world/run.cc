#include "sim/world/run.h"

#include <algorithm>

#include "lib/src/assert.h"
#include "sim/world/independence.h"
#include "sim/world/world.h"

namespace leasehold::sim {

const Judgement& Run::of(Invariant invariant) const {
  for (const Judgement& judgement : judgements) {
    if (judgement.invariant == invariant) return judgement;
  }
  LEASEHOLD_ASSERT(false);
}

std::optional<Invariant> Run::first_broken() const {
  for (const Judgement& judgement : judgements) {
    if (judgement.verdict == Verdict::broken) return judgement.invariant;
  }
  return std::nullopt;
}

Run run(const Scenario& scenario, const std::string& algorithm, const RunOptions& options) {
  const Timing& timing = scenario.config.timing;
  const bool waits = timing.lock_delay > Length::zero() || timing.min_hold > Length::zero();
  if (waits && algorithm != "leasehold") {
    // Baselines know nothing of either, and are not judged by what they do not promise.
    Scenario plain = scenario;
    plain.config.timing.lock_delay = plain.config.timing.min_hold = Length::zero();
    return run(plain, algorithm, options);
  }
  Run together = World(scenario, algorithm, options).run();
  const Judgement independence = judge_independence(scenario, algorithm, options, together);
  const auto place =
      std::find_if(together.judgements.begin(), together.judgements.end(),
                   [](const Judgement& one) { return one.invariant > Invariant::I18; });
  together.judgements.insert(place, independence);
  return together;
}

}  // namespace leasehold::sim
