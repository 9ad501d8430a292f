// Lengths of time as scenario files write them: a whole number and a unit, "500ms".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <leasehold/time.h>

namespace leasehold::sim {

/// Reads "500ms", "-3s", "20us", "1ns", "2min", "1h". nullopt: not of this form, or more than 365
/// days either way.
std::optional<Length> parse_duration(std::string_view text);

/// In the largest unit that holds it exactly; `parse_duration` reads it back.
std::string write_duration(Length length);

}  // namespace leasehold::sim
