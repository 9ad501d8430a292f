// What becomes of one planted bug: whether it is reached, whether it shows, and who sees it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/hash128.h"
#include "sim/scenario/generate.h"

namespace leasehold::sim {

struct Trial {
  /// Of the worlds that were run with the bug and without it: how many had another history.
  std::uint64_t infected = 0;
  /// How many worlds were run until one broke an invariant, that one included.
  std::optional<std::uint64_t> killed_after;
  /// What that world broke first.
  std::optional<Invariant> killer;
  /// How many worlds broke anything, how many each invariant, and how many that one alone.
  std::uint64_t broken = 0;
  std::map<Invariant, std::uint64_t> killers{};
  std::map<Invariant, std::uint64_t> alone{};
  /// Its size once it was shrunk while it broke `killer`.
  std::size_t choices = 0;
  std::size_t faults = 0;
  std::uint64_t events = 0;
  /// Candidates that were run to that end, twice each if they broke it.
  int shrink_runs = 0;
};

/// A kind of generated worlds, and what must hold in them.
struct Ground {
  std::string name;
  Profile profile;
  std::vector<Authority> authorities;
  std::vector<Invariant> judged;

  /// The worlds of each seed, one authority after another.
  Scenario at(std::uint64_t index) const;
};
/// Inside the envelope, with the smallest margins, beyond the envelope, and on stores that forget:
/// as the property suite judges them.
const std::vector<Ground>& grounds();

/// The hashes of the first `count` worlds as they are without a bug. Throws if one breaks what is
/// judged: then nothing can be learnt there.
std::vector<Digest> unharmed(const Ground& ground, std::uint64_t count, unsigned jobs);

/// Runs worlds under the bug that is planted at this moment: the first `unharmed.size()` to
/// compare, and then until one is broken or `most` were run. For what else it breaks it goes on
/// until `enough_broken` are, but not for more than `patience` times as long as the first took. The
/// size is left out.
inline constexpr std::uint64_t enough_broken = 20;
inline constexpr std::uint64_t patience = 8;
Trial try_out(const Ground& ground, std::uint64_t most, const std::vector<Digest>& unharmed,
              unsigned jobs);

/// Shrinks the world that was killed, and takes its size down. Requires: one was; the bug is
/// planted. Throws if the invariant is broken in it without the bug as well.
void measure_shrunk(const Ground& ground, Trial& trial);

}  // namespace leasehold::sim
