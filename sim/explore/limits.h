// How much of the lock's behaviour is explored: a few processes, a lease of a few ticks, and a
// budget of faults.
#pragma once

#include <cstdint>

#include <leasehold/timing.h>

namespace leasehold::sim {

/// Time in an exploration passes in steps of this length: the tick of every clock, and the step in
/// which the store keeps time.
inline constexpr Length explored_tick = std::chrono::microseconds(1);
inline constexpr std::uint32_t most_explored_processes = 3;

struct Limits {
  /// host_clock, store_clock or observation. Calendar clocks differ from each other, and there is
  /// but one clock here.
  Authority authority = Authority::host_clock;
  /// 1 to `most_explored_processes`.
  std::uint32_t processes = 2;
  /// Requests and answers of one process that are on their way at once, 1 to 8. What would send
  /// more does not happen until one of them has arrived.
  std::uint32_t in_flight = 1;
  /// Guards that a process has and waits for together, at least 1.
  std::uint32_t guards = 1;
  // The budgets, each at most 255 and over all processes together. Messages may be late without
  // end, and that costs nothing.
  /// How many messages are lost.
  std::uint32_t drops = 0;
  /// How many requests come twice.
  std::uint32_t duplicates = 0;
  /// How often a process dies. It may start again.
  std::uint32_t crashes = 0;
  /// How often somebody who waits leaves.
  std::uint32_t cancels = 0;
  /// How often time goes on by a tick although somebody's alarm is due.
  std::uint32_t late = 0;
  /// Where it stops: after so many steps, the ticks of time among them, and so many states.
  std::uint32_t depth = 0xffff'ffff;
  std::uint64_t states = 100'000'000;
  /// Processes that could be told apart by their names only are taken for one another.
  bool symmetry = true;
  /// Without what is argued from the library's own code (clean.h): many times as many states, and
  /// true of any code.
  bool exact = false;
};

/// The configuration that is explored: the shortest lease, in ticks, that `checked` accepts with
/// renewals, tries and time-outs of a tick each. A random draw changes nothing under it.
Config explored_config(Authority authority);

}  // namespace leasehold::sim
