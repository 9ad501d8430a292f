// Bugs on purpose: each is one change for the worse, so that it can be measured whether the tests
// of this project find it.
//
// The rule to know: only the build `planted` has them, and there one is picked at run time. In
// every other build `planted` is the constant false, and the compiler leaves nothing of it.
#pragma once

namespace leasehold {

/// What each does is told by the list in sim/planted/plants.cc, under the same names.
// NOLINTBEGIN(readability-identifier-naming)
enum class Bug {
  none,
  M01,
  M02,
  M04,
  M08,
  M09,
  M10,
  M12,
  M16,
  M17,
  M19,
  M20,
  M21,
  M22,
  M23,
  M27,
  M29,
  M30,
  M31,
  M32,
  M33,
  M34,
  M36,
  M39,
  M40,
  M41,
  M42,
  M43,
  M48,
  X01,
  X02,
  X03,
  X04,
  X05,
  X06,
  X07,
  X08,
  X09,
  X10,
  X11,
};
// NOLINTEND(readability-identifier-naming)

#ifdef LEASEHOLD_PLANTED
/// Set before anything runs, and not while anything does.
inline Bug planted_bug = Bug::none;
inline bool planted(Bug bug) { return planted_bug == bug; }
#else
constexpr bool planted(Bug) { return false; }
#endif

}  // namespace leasehold
