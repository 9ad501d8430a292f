// Lengths of time as scenario files write them: a whole number and a unit, "500ms".
#pragma once

#include <string>

#include <leasehold/timing.h>

namespace leasehold::sim {

/// In the largest unit that holds it exactly; `parse_length` reads it back.
inline std::string write_duration(Length length) { return leasehold::to_string(length); }

}  // namespace leasehold::sim
