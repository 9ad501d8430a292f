// Makes the choices of one run: those that the scenario states, then those that its noise draws.
#pragma once

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
  std::int64_t choose(const ChoiceKey& key, std::int64_t bound = 0);

  /// From now on every choice is benign, stated or not, but for draws and ties. A request that the
  /// store has failed stays so: a copy of it may be on its way yet.
  void heal() { healed_ = true; }

  /// Every choice so far that was not 0, if they are kept.
  const Choices& made() const { return made_; }

  /// The greatest ordinal of each process and site that a choice was asked for, if they are kept.
  const std::map<std::pair<std::uint16_t, Site>, std::uint32_t>& asked() const { return asked_; }

  /// 128 random bits that are nobody else's: the `nth` of process `process` (`nobody`: the store).
  struct Bits {
    std::uint64_t high;
    std::uint64_t low;
  };
  Bits id_bits(std::uint16_t process, std::uint64_t nth) const;

 private:
  std::int64_t drawn(const ChoiceKey& key, std::int64_t bound) const;
  std::uint64_t bits(const ChoiceKey& key, std::uint64_t salt) const;

  const Scenario& scenario_;
  const bool keep_;
  bool healed_ = false;
  // By name and not by index, so that taking a process away changes nothing for the others.
  std::vector<std::uint64_t> name_hash_;
  Choices made_;
  std::map<std::pair<std::uint16_t, Site>, std::uint32_t> asked_;
  // What the store has failed so far, if there is a heal to come.
  std::set<ChoiceKey> failed_;
};

}  // namespace leasehold::sim
