// Makes a whole world from one number.
//
// Swarm style: each world draws which kinds of fault are on, how intense they are, and whether its
// clocks sit exactly at their bounds, so that worlds differ in kind and not only in degree. Some
// are healed before they end.
#pragma once

#include <cstdint>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// What makes worlds differ in kind. All is on, but where it is measured what each is worth.
struct Swarm {
  /// Each kind of fault is on in some worlds only; else in all.
  bool masks = true;
  /// A kind that is on is 1, 4 or 12 times as frequent as at least; else always as at least.
  bool intensity = true;
  /// Clocks are as often exactly at their bounds as somewhere within; else somewhere within.
  bool corners = true;
  /// Worlds have two to four processes, some with a second lock, some on a network that takes no
  /// time; else three of one lock each, on one that does.
  bool topology = true;
};

struct Profile {
  Authority authority = Authority::host_clock;
  /// False: everything lies inside what the configuration assumes. True: clocks run faster or
  /// slower than the bound, step, or stand still, calendar clocks and the store's leave theirs,
  /// and processes are cloned (not under host_clock: one clock can't disagree).
  bool beyond = false;
  /// Every world has processes with two locks; else some have.
  bool several_keys = false;
  /// Margins are as small as the bounds allow; see tight.h.
  bool tight = false;
  /// The store fails over to replicas that lack what it acknowledged last; see failovers.h.
  bool forgets = false;
  Swarm swarm{};
};

/// The same seed and profile always give the same scenario; it is one that `read_scenario` accepts.
Scenario generate(std::uint64_t seed, const Profile& profile);

}  // namespace leasehold::sim
