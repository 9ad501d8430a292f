// What each ingredient of the generator is worth: how many planted bugs are still found without it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/planted/trial.h"

namespace leasehold::sim {

/// The generator without an ingredient.
struct Variant {
  std::string name;
  /// As `grounds()`, all drawn in this variant's way; they take turns.
  std::vector<Ground> grounds;

  Scenario at(std::uint64_t index) const;
  const Ground& ground_of(std::uint64_t index) const { return grounds[index % grounds.size()]; }
};
/// All ingredients first, then without one at a time, and at last what has none: every kind of
/// fault in every world at its lowest rate, and no world with the smallest margins.
const std::vector<Variant>& variants();

/// How many worlds of `variant` are run under the bug that is planted at this moment until one
/// breaks what is judged there and does not without the bug; at most `most`. `next` is told of each
/// before it is run, counted from 1: it may be the last that this program does.
std::optional<std::uint64_t> killed_after(const Variant& variant, std::uint64_t most,
                                          const std::function<void(std::uint64_t)>& next);

/// Runs the world of `variant` that is the `nth` without any bug.
void run_unharmed(const Variant& variant, std::uint64_t nth);

}  // namespace leasehold::sim
