// The commands of the stateful test, as RapidCheck draws, shrinks and prints them.
#pragma once

#include <array>
#include <memory>

#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include "proptests/stateful/system.h"

namespace leasehold::proptests {

/// What must be known of a run before it is made, so that commands which make no sense are not
/// drawn. What the library should do is in `Model`, which sees what it did.
struct Plan {
  std::array<bool, client_count> closed{};
  std::array<Trouble, client_count> trouble{};
};

using Command = rc::state::Command<Plan, System>;

/// Any command that makes sense by the plan.
rc::Gen<std::shared_ptr<const Command>> any_command(const Plan& plan);

}  // namespace leasehold::proptests
