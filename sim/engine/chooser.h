// Makes the choices of one run: those that the scenario states, then those that its noise draws.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sim/engine/choices.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

class Chooser {
 public:
  /// `scenario` must outlive the chooser. `keep`: remember the choices that were made.
  Chooser(const Scenario& scenario, bool keep);

  /// The value of the choice `key`: stated, or drawn from (seed, key), or 0. For a draw `bound`
  /// cuts it to [0, bound). The same key always gets the same value.
  std::int64_t choose(const ChoiceKey& key, std::int64_t bound = 0) {
    const bool never = odds_[static_cast<std::size_t>(key.purpose)].ppm == 0;
    return never && !keep_ && scenario_.choices.empty() ? 0 : made(key, bound);
  }

  /// From now on every choice is benign, stated or not, but for draws and ties. A request that the
  /// store has failed stays so: a copy of it may be on its way yet.
  void heal() { healed_ = true; }

  /// Every choice so far that was not 0, if they are kept.
  const Choices& made() const { return made_; }

  /// The greatest ordinal of each process and site that a choice was asked for, if they are kept.
  const std::map<std::pair<std::uint32_t, Site>, std::uint32_t>& asked() const { return asked_; }

  /// 128 random bits that are nobody else's: the `nth` of process `process` (`nobody`: the store).
  struct Bits {
    std::uint64_t high;
    std::uint64_t low;
  };
  Bits id_bits(std::uint32_t process, std::uint64_t nth) const;

 private:
  /// With which probability a value is drawn at all, and the values that it may then have.
  struct Odds {
    std::int64_t ppm = 0;
    std::int64_t least = 1;
    std::int64_t most = 1;
  };
  /// What a process's bits are made of: those that decide whether a value is drawn, and which.
  struct Salted {
    std::uint64_t whether = 0;
    std::uint64_t which = 0;
  };
  static Odds odds_of(const Noise& noise, Purpose purpose);

  std::int64_t made(const ChoiceKey& key, std::int64_t bound);
  std::int64_t drawn(const ChoiceKey& key, std::int64_t bound) const;

  const Scenario& scenario_;
  const bool keep_;
  bool healed_ = false;
  // By name and not by index, so that taking a process away changes nothing for the others.
  std::vector<std::uint64_t> name_hash_;
  std::vector<Salted> salted_;
  // By purpose. How far a draw reaches is said with it.
  std::array<Odds, purpose_count> odds_;
  Choices made_;
  std::map<std::pair<std::uint32_t, Site>, std::uint32_t> asked_;
  // What the store has failed so far, if there is a heal to come.
  std::set<ChoiceKey> failed_;
};

}  // namespace leasehold::sim
