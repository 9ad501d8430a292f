// What came of a sweep as lines of JSON: kept while it runs, gone on with later, put together from
// several shards.
//
// The form: {"leasehold_sweep": 1, ...} says what is swept, then each chunk has a line. Nothing of
// when and by whom it was run is written, so the same sweep always gives the same lines.
#pragma once

#include <cstddef>
#include <istream>
#include <map>
#include <optional>
#include <string>

#include <leasehold/result.h>
#include "sim/sweep/chunk_run.h"
#include "sim/sweep/plan.h"

namespace leasehold::sim {

/// What chunks must have in common to go together.
struct Head {
  Sweep sweep;
  /// See `probe`.
  Digest probe;

  friend bool operator==(const Head&, const Head&) = default;
};

/// A line with its end.
std::string line_of(const Head& head);
std::string line_of(const ChunkRun& run);

struct Record {
  /// nullopt: there was no whole line.
  std::optional<Head> head{};
  std::map<Chunk, ChunkRun> chunks{};
  /// How many bytes the whole lines have; what follows is a line that was cut off.
  std::size_t whole = 0;
};

/// Adds what `in` holds to `record`: one file, or several one after another. A last line without
/// its end is left out: its writer was killed. Any other line that is not as `line_of` writes it, a
/// head that differs from the first, and a chunk that came out in two ways are `misuse`, with
/// `where` and the line.
Result<Record> read_record(std::istream& in, const std::string& where, Record record);

/// Why chunks under these heads do not go together, or "" if they do: `seeds: found "1..10",
/// wanted "1..20"`.
std::string difference(const Head& found, const Head& wanted);

}  // namespace leasehold::sim
