#include "sim/algorithms/algorithm.h"

#include <leasehold/fence.h>
#include "lib/src/assert.h"
#include "sim/algorithms/answer_anchored.h"
#include "sim/algorithms/leasehold_lock.h"
#include "sim/algorithms/matrix_sdk.h"
#include "sim/algorithms/matrix_sdk_store.h"
#include "sim/algorithms/redis_naive.h"
#include "sim/algorithms/version_cas.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

OwnStore own_store_of(const std::string& name) {
  if (name == "matrix-sdk") {
    return {[table = std::make_shared<MatrixSdkStore>()](const StoreCall& call,
                                                         const CallClocks& clocks) {
              return table->apply(call, clocks.callers);
            },
            true};
  }
  if (name == "version-cas") {
    return {[table = std::make_shared<VersionCasStore>()](
                const StoreCall& call, const CallClocks&) { return table->apply(call); }};
  }
  if (name == "redis-naive") {
    return {[server = std::make_shared<RedisNaiveStore>()](const StoreCall& call,
                                                           const CallClocks& clocks) {
      return server->apply(call, clocks.stores);
    }};
  }
  return {};
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
  if (name == "version-cas")
    return std::make_unique<VersionCas>(doors, scenario.config, process.key, known_as);
  if (name == "redis-naive")
    return std::make_unique<RedisNaive>(doors, scenario.config, process.key, known_as);
  LEASEHOLD_ASSERT(name == "answer-anchored");
  return std::make_unique<AnswerAnchored>(doors, scenario.config, scenario.answer_anchored,
                                          process.key, known_as);
}

}  // namespace leasehold::sim
