// 128-bit random identifiers, one type per purpose so that they can't be mistaken for each other.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace leasehold {

/// A random 128-bit identifier. All zero means "nobody"; `Random` never draws it.
template <class Purpose>
struct Id {
  /// The upper half.
  std::uint64_t high = 0;
  /// The lower half.
  std::uint64_t low = 0;

  /// False for "nobody".
  constexpr explicit operator bool() const { return high != 0 || low != 0; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

/// Names one tenure. Drawn anew for every acquire call and kept in memory only: a host name, pid or
/// configured name is information about an owner and never its identity.
using OwnerId = Id<struct OwnerTag>;
/// Names the table a store made when it was created: a wiped store can't fake an old term.
using Incarnation = Id<struct IncarnationTag>;
/// Names one renewal attempt, so that a process and its clone can be told apart.
using RenewId = Id<struct RenewTag>;

/// 32 lower-case hexadecimal digits.
template <class Purpose>
std::string to_string(const Id<Purpose>& id) {
  const char* const digits = "0123456789abcdef";
  std::string text;
  text.reserve(32);
  for (const std::uint64_t half : {id.high, id.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text.push_back(digits[(half >> shift) & 15U]);
  }
  return text;
}

}  // namespace leasehold
