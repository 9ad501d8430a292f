// What all chunks of a sweep come to: counted, its failures sorted by kind, and told.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "sim/sweep/chunk_run.h"
#include "sim/sweep/plan.h"

namespace leasehold::sim {

/// Failures with one signature.
struct FailureKind {
  Invariant invariant = Invariant::I1;
  std::string signature;
  std::map<Authority, std::uint64_t> worlds;
  /// The one with the lowest seed stands for all.
  std::uint64_t seed = 0;
  Authority authority = Authority::host_clock;
  std::string sentence;
};

struct Summary {
  struct Row {
    Authority authority = Authority::host_clock;
    Counts counts;
    /// Of the digests of its chunks, in the order of the seeds.
    Digest digest;
  };

  Sweep sweep;
  /// In the order of the sweep's authorities.
  std::vector<Row> rows;
  /// By invariant, then by signature.
  std::vector<FailureKind> kinds;

  std::uint64_t worlds() const;
};

Summary sum_up(const Sweep& sweep, const std::map<Chunk, ChunkRun>& chunks);

/// A table with a row for each authority, and what its worlds never met. `planned` is how many
/// worlds there would be if all were run.
void write_table(std::ostream& out, const Summary& summary, std::uint64_t planned);

/// The line that says what a kind of failure is and how often it was met.
std::string told(const FailureKind& kind);

/// Fewer worlds of an authority than this say nothing of shares.
inline constexpr std::uint64_t worlds_for_shares = 1'000;
/// Why the sweep proves little though nothing is broken: the key seldom changed hands, nobody was
/// kept waiting, or nobody ever had it. A sentence for each reason.
std::vector<std::string> vacuities(const Summary::Row& row);
/// Of all authorities.
std::vector<std::string> vacuities(const Summary& summary);

}  // namespace leasehold::sim
