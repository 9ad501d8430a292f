// I18: no key's outcome depends on another's.
//
// The rule to know: this one is judged on two histories. What happened to a key in a world with
// others must be, event by event, what happens to it in the same world without them. Choices are
// named by who meets them, so the same faults meet it there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

/// The first thing that happened to `key` in one history and not in the other, if there is one.
/// That its renewals shared a batch is none: it is what keys may share.
std::optional<Finding> difference_of_key(std::uint32_t key, const std::string& key_name,
                                         const std::vector<Event>& together,
                                         const std::vector<Event>& alone, const Names& names);

}  // namespace leasehold::sim
