// Judges what real processes wrote down, by the simulator's own oracles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proptests/reality/log.h"
#include "sim/oracles/oracle.h"

namespace leasehold::reality {

/// One process from its start to its death.
struct Life {
  std::string name;
  std::vector<Line> lines{};
  /// It certainly lived until here (boot clock, ns); after that it believes nothing.
  std::int64_t killed_at = 0;
  /// Whose place it took, when it began, and when it was stopped: for recordings.
  std::size_t seat = 0;
  std::int64_t born_at = 0;
  struct Stop {
    std::int64_t at = 0;
    std::int64_t until = 0;
  };
  std::vector<Stop> stops{};
};

struct Judgement {
  struct Entry {
    sim::Invariant invariant;
    sim::Verdict verdict;
    std::string sentence;
  };
  std::vector<Entry> entries;
  std::size_t tenures = 0;
  /// How often the lock went from one life to another.
  std::size_t hand_overs = 0;
  std::size_t losses = 0;
  /// How often one began to believe while another did: what I1 forbids.
  std::size_t overlaps = 0;
  std::size_t written = 0;
  std::size_t refused = 0;

  bool broken() const;
  bool broken(sim::Invariant invariant) const;
};

/// The events of `lives` in the order of the boot clock, for oracles. Beliefs are cut short at the
/// deadline, at a drop, at the first no, and at death; ends come before beginnings of one moment.
std::vector<sim::Event> history_of(const std::vector<Life>& lives);

/// I1, I3 and I14 of that history.
Judgement judge(const std::vector<Life>& lives);

}  // namespace leasehold::reality
