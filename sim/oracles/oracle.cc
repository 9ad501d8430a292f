#include "sim/oracles/oracle.h"

#include <utility>

#include "sim/oracles/available.h"
#include "sim/oracles/bounded_load.h"
#include "sim/oracles/change_is_told.h"
#include "sim/oracles/counted.h"
#include "sim/oracles/dead_stays_dead.h"
#include "sim/oracles/fenced_effects.h"
#include "sim/oracles/linearisable_store.h"
#include "sim/oracles/loss_is_told.h"
#include "sim/oracles/no_ghost.h"
#include "sim/oracles/no_overlap.h"
#include "sim/oracles/no_resurrection.h"
#include "sim/oracles/own_release_only.h"
#include "sim/oracles/quiet.h"
#include "sim/oracles/takeover.h"
#include "sim/oracles/terms.h"
#include "sim/oracles/truthful_errors.h"
#include "sim/oracles/wait_bound.h"
#include "sim/oracles/within_authority.h"

namespace leasehold::sim {

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::broken:
      return "broken";
    case Verdict::never_exercised:
      return "never exercised";
  }
  return "?";
}

Verdict Oracle::verdict() const {
  if (finding_) return Verdict::broken;
  return exercised_ ? Verdict::holds : Verdict::never_exercised;
}

void Oracle::broken(TrueTime at, std::string sentence) {
  if (!finding_) finding_ = Finding{at, std::move(sentence)};
}

std::vector<std::unique_ptr<Oracle>> make_oracles(const Names& names, const Bounds& bounds) {
  std::vector<std::unique_ptr<Oracle>> oracles;
  oracles.push_back(std::make_unique<NoOverlap>(names));
  oracles.push_back(std::make_unique<FencedEffects>(names));
  oracles.push_back(std::make_unique<Terms>(names));
  oracles.push_back(std::make_unique<Takeover>(names, bounds));
  oracles.push_back(std::make_unique<LossIsTold>(names));
  oracles.push_back(std::make_unique<NoResurrection>(names));
  oracles.push_back(std::make_unique<OwnReleaseOnly>(names));
  oracles.push_back(std::make_unique<ChangeIsTold>(names));
  oracles.push_back(std::make_unique<NoGhost>(names));
  oracles.push_back(std::make_unique<Available>(names, bounds));
  oracles.push_back(std::make_unique<BoundedLoad>(names, bounds));
  oracles.push_back(std::make_unique<WaitBound>(names));
  oracles.push_back(std::make_unique<WithinAuthority>(names, bounds));
  oracles.push_back(std::make_unique<DeadStaysDead>(names));
  oracles.push_back(std::make_unique<Counted>(names, bounds));
  oracles.push_back(std::make_unique<Quiet>(names, bounds));
  oracles.push_back(std::make_unique<TruthfulErrors>(names));
  oracles.push_back(std::make_unique<LinearisableStore>(names));
  return oracles;
}

std::string moment(TrueTime at) {
  if (at == TrueTime::never()) return "never";
  const std::int64_t second = 1'000'000'000;
  const std::string fraction = std::to_string(second + at.ns() % second);
  return std::to_string(at.ns() / second) + "." + fraction.substr(1) + " s";
}

}  // namespace leasehold::sim
