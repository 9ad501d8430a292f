// A set of kinds of events: what somebody who judges a history looks at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "sim/trace/event.h"

namespace leasehold::sim {

inline constexpr std::size_t event_kind_count =
    static_cast<std::size_t>(Event::Kind::delay_over) + 1;

class Kinds {
 public:
  constexpr Kinds(std::initializer_list<Event::Kind> kinds) {
    for (const Event::Kind kind : kinds) bits_ |= bit(kind);
  }
  constexpr bool has(Event::Kind kind) const { return (bits_ & bit(kind)) != 0; }
  friend constexpr Kinds operator|(Kinds one, const Kinds& other) {
    one.bits_ |= other.bits_;
    return one;
  }

 private:
  static_assert(event_kind_count <= 64);
  static constexpr std::uint64_t bit(Event::Kind kind) {
    return std::uint64_t{1} << static_cast<unsigned>(kind);
  }

  std::uint64_t bits_ = 0;
};

}  // namespace leasehold::sim
