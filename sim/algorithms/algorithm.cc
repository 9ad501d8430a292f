#include "sim/algorithms/algorithm.h"

#include <leasehold/fence.h>
#include "lib/src/assert.h"
#include "sim/algorithms/answer_anchored.h"
#include "sim/algorithms/leasehold_lock.h"
#include "sim/algorithms/matrix_sdk.h"
#include "sim/algorithms/matrix_sdk_store.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

OwnStore own_store_of(const std::string& name) {
  if (name != "matrix-sdk") return nullptr;
  return [table = std::make_shared<MatrixSdkStore>()](
             const StoreCall& call, Instant<WallClock> wall) { return table->apply(call, wall); };
}

bool Algorithm::unchanged(CallId, const core::TenureId&, Term) const { return false; }

std::uint64_t Algorithm::token_digest(const core::TenureId& tenure) const {
  return digest_of(tenure.owner);
}

std::unique_ptr<Algorithm> make_algorithm(const std::string& name, const Shell::Doors& doors,
                                          const Scenario& scenario, const ProcessSpec& process) {
  const std::string& known_as = process.known_as.empty() ? process.name : process.known_as;
  if (name == "leasehold") {
    return std::make_unique<LeaseholdLock>(doors, scenario.config, process.key, known_as);
  }
  if (name == "matrix-sdk")
    return std::make_unique<MatrixSdk>(doors, scenario.config, process.key, known_as);
  LEASEHOLD_ASSERT(name == "answer-anchored");
  return std::make_unique<AnswerAnchored>(doors, scenario.config, scenario.answer_anchored,
                                          process.key, known_as);
}

}  // namespace leasehold::sim
