#include "sim/algorithms/algorithm.h"

#include "lib/src/assert.h"
#include "sim/algorithms/answer_anchored.h"
#include "sim/algorithms/leasehold_lock.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

std::unique_ptr<Algorithm> make_algorithm(const std::string& name, const Shell::Doors& doors,
                                          const Scenario& scenario, const std::string& process) {
  if (name == "leasehold") {
    return std::make_unique<LeaseholdLock>(doors, scenario.config, process);
  }
  LEASEHOLD_ASSERT(name == "answer-anchored");
  return std::make_unique<AnswerAnchored>(doors, scenario.config, scenario.answer_anchored,
                                          process);
}

}  // namespace leasehold::sim
