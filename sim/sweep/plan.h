// What a sweep runs: every world of some seeds under some authorities, in chunks.
//
// The rule to know: how the seeds are cut into chunks depends on the seeds alone, never on threads,
// shards or an interruption, so that chunks of one sweep fit together whoever ran them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <leasehold/timing.h>
#include "sim/scenario/generate.h"

namespace leasehold::sim {

/// Both ends are inside.
struct Seeds {
  std::uint64_t first = 1;
  std::uint64_t last = 1;

  std::uint64_t count() const { return last - first + 1; }
  friend auto operator<=>(const Seeds&, const Seeds&) = default;
};
/// Seeds lie below this: a JSON number holds them exactly.
inline constexpr std::uint64_t seeds_end = std::uint64_t{1} << 53;
/// "1..1000", and back; nullopt: not of this form, from behind, or a seed too high.
std::string to_string(const Seeds& seeds);
std::optional<Seeds> read_seeds(const std::string& text);

/// The `nth` of `of` parts; counts from 1.
struct Shard {
  std::uint64_t nth = 1;
  std::uint64_t of = 1;
};
/// Reads "2/3"; nullopt: not of this form, or no such part.
std::optional<Shard> read_shard(const std::string& text);

/// A size and a kind of worlds that have a name.
struct NamedProfile {
  std::string name;
  /// The seeds if none are given.
  Seeds seeds;
  bool tight = false;
};
/// ci (every change), nightly (for hours), tight (the smallest margins).
const std::vector<NamedProfile>& named_profiles();
const std::vector<std::string>& profile_words();
/// Requires: one of `profile_words()`.
const NamedProfile& profile_named(const std::string& name);

/// What decides the outcome of every world.
struct Sweep {
  Seeds seeds;
  std::string profile = "ci";
  std::string algorithm = "leasehold";
  /// In the order of `simulated_authorities`, each once.
  std::vector<Authority> authorities;

  friend bool operator==(const Sweep&, const Sweep&) = default;
};
/// One world of it.
Scenario world_of(const Sweep& sweep, Authority authority, std::uint64_t seed);

/// Some seeds under one authority: what one thread runs at a time.
struct Chunk {
  Seeds seeds;
  Authority authority = Authority::host_clock;

  friend auto operator<=>(const Chunk&, const Chunk&) = default;
};

/// The chunks of one shard, in the order in which they are run: the authorities take turns, so that
/// a sweep that is stopped has run about as many worlds of each.
class Plan {
 public:
  Plan(const Sweep& sweep, const Shard& shard);

  /// 0 if there are fewer parts than the shard counts.
  std::uint64_t size() const { return parts_ * sweep_.authorities.size(); }
  /// Requires: index < size().
  Chunk at(std::uint64_t index) const;
  std::uint64_t worlds() const;

 private:
  const Sweep sweep_;
  const Shard shard_;
  std::uint64_t step_;
  std::uint64_t parts_;
};

/// How many seeds a chunk of such a sweep has; the last may have fewer.
std::uint64_t chunk_size(const Seeds& seeds);
/// Whether `chunk` is one that a plan of `sweep` has.
bool belongs(const Chunk& chunk, const Sweep& sweep);

}  // namespace leasehold::sim
