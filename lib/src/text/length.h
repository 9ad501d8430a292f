// Lengths of time as people write them: a whole number and a unit, "500ms".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <leasehold/time.h>

namespace leasehold {

/// Reads "500ms", "-3s", "20us", "1ns", "2min", "1h"; `to_string(Length)` writes them. nullopt: not
/// of this form, or more than 365 days either way.
std::optional<Length> parse_length(std::string_view text);

/// For programs: whole nanoseconds as a number of seconds, with no rounding: "4.9985".
std::string seconds(Length length);

}  // namespace leasehold
