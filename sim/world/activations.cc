#include "sim/world/activations.h"

namespace leasehold::sim {
namespace {

// In the order of FaultKind.
constexpr std::array names{"stopped",
                           "suspended",
                           "frozen",
                           "crash",
                           "starve",
                           "clock_step",
                           "clock_rate",
                           "wall_step",
                           "cut",
                           "requests_cut",
                           "answers_cut",
                           "writer_stall",
                           "store_restart",
                           "store_clock_step",
                           "store_clock_rate",
                           "failover",
                           "clone",
                           "request_loss",
                           "answer_loss",
                           "duplicate",
                           "error_before_effect",
                           "error_after_effect",
                           "request_delay",
                           "answer_delay",
                           "late_wake",
                           "reordering"};
static_assert(names.size() == fault_kind_count);

}  // namespace

const char* to_string(FaultKind kind) { return names.at(static_cast<std::size_t>(kind)); }

}  // namespace leasehold::sim
