// Bugs on purpose: each is one change for the worse, so that it can be measured whether the tests
// of this project find it.
//
// The rule to know: only the build `planted` has them, and there one is picked at run time. In
// every other build `planted` is the constant false, and the compiler leaves nothing of it.
#pragma once

namespace leasehold {

// What each does is told by the list in sim/planted/plants.cc, in the same order. M: what lock
// libraries are known to do wrong; X: what this one could; H: the simulator itself.
// clang-format off
#define LEASEHOLD_BUGS(BUG) \
  BUG(M01) BUG(M02) BUG(M04) BUG(M05) BUG(M06) BUG(M07) BUG(M08) BUG(M09) BUG(M10) BUG(M12) \
  BUG(M14) BUG(M15) BUG(M16) BUG(M17) BUG(M19) BUG(M20) BUG(M21) BUG(M22) BUG(M23) BUG(M25) \
  BUG(M26) BUG(M27) BUG(M29) BUG(M30) BUG(M31) BUG(M32) BUG(M33) BUG(M34) BUG(M36) BUG(M39) \
  BUG(M40) BUG(M41) BUG(M42) BUG(M43) BUG(M45) BUG(M46) BUG(M47) BUG(M48) BUG(M51) BUG(M53) \
  BUG(M55) BUG(M56) BUG(M58) BUG(X01) BUG(X02) BUG(X03) BUG(X04) BUG(X05) BUG(X06) BUG(X07) \
  BUG(X08) BUG(X09) BUG(X10) BUG(X11) BUG(X12) BUG(X13) BUG(X14) BUG(X15) BUG(X16) BUG(X17) \
  BUG(H01) BUG(H02) BUG(H04) BUG(H05) BUG(H06) BUG(H07)
// clang-format on

// NOLINTBEGIN(readability-identifier-naming)
#define LEASEHOLD_BUG(name) name,
enum class Bug { none, LEASEHOLD_BUGS(LEASEHOLD_BUG) };
#undef LEASEHOLD_BUG
// NOLINTEND(readability-identifier-naming)

#ifdef LEASEHOLD_PLANTED
/// What LEASEHOLD_PLANT in the environment names, so that a program of tests, and what it starts,
/// can be run under a bug; `none` if it is not set. A name that is none ends the program.
Bug bug_of_environment();
/// As it is named in LEASEHOLD_BUGS; "none".
const char* to_string(Bug bug);
/// Set before anything runs, and not while anything does.
inline Bug planted_bug = bug_of_environment();
inline bool planted(Bug bug) { return planted_bug == bug; }
#else
constexpr bool planted(Bug) { return false; }
#endif

}  // namespace leasehold
