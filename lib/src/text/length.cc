#include "lib/src/text/length.h"

#include <charconv>
#include <cstdint>

namespace leasehold {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
constexpr Unit units[] = {{"ns", 1},
                          {"us", 1'000},
                          {"ms", 1'000'000},
                          {"s", 1'000'000'000},
                          {"min", 60'000'000'000},
                          {"h", 3'600'000'000'000}};
constexpr std::int64_t most = std::int64_t{365} * 24 * 3'600'000'000'000;

}  // namespace

std::optional<Length> parse_length(std::string_view text) {
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc()) return std::nullopt;
  // "-0ms" is no length: the schema knows a sign only where a negative is accepted.
  if (count == 0 && text.front() == '-') return std::nullopt;
  const std::string_view name(rest, static_cast<std::size_t>(end - rest));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (count > most / unit.ns || count < -most / unit.ns) return std::nullopt;
    return Length(count * unit.ns);
  }
  return std::nullopt;
}

std::string seconds(Length length) {
  constexpr std::uint64_t in_a_second = 1'000'000'000;
  const bool negative = length < Length::zero();
  const auto count = static_cast<std::uint64_t>(length.count());
  const std::uint64_t ns = negative ? 0 - count : count;
  std::string fraction = std::to_string(in_a_second + ns % in_a_second).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  const std::string whole = (negative ? "-" : "") + std::to_string(ns / in_a_second);
  return fraction.empty() ? whole : whole + "." + fraction;
}

}  // namespace leasehold
