#include "sim/shrink/shrink.h"

#include <utility>

#include "lib/src/assert.h"

namespace leasehold::sim {

Scenario without_noise(const Scenario& scenario, const std::string& algorithm) {
  Scenario plain = scenario;
  plain.choices = run(scenario, algorithm, {.keep_choices = true}).choices;
  plain.noise = {};
  return plain;
}

std::optional<Shown> shown_by(const Run& run, Invariant invariant) {
  const Judgement& judgement = run.of(invariant);
  if (judgement.verdict != Verdict::broken) return std::nullopt;
  Shown shown{run.tally.events};
  const TrueTime at = judgement.finding->at;
  if (at != TrueTime::never()) shown.at = Length(at.ns());
  return shown;
}

Shrunk shrink(Scenario scenario, const std::string& algorithm, const Judge& judge, int most_runs,
              const ShrinkProgress& progress) {
  const std::optional<Shown> shown = judge(scenario);
  LEASEHOLD_ASSERT(shown);
  Search search(std::move(scenario), *shown, algorithm);
  Shrunk shrunk{{}, *shown, 0, false};
  while (shrunk.runs < most_runs) {
    const std::optional<Scenario> candidate = search.next();
    shrunk.at_fixpoint = !candidate;
    if (!candidate) break;
    ++shrunk.runs;
    const std::optional<Shown> found = judge(*candidate);
    if (found && search.take(*found)) shrunk.shown = *found;
    if (progress) progress(shrunk.runs, search.size());
  }
  shrunk.scenario = search.smallest();
  return shrunk;
}

}  // namespace leasehold::sim
