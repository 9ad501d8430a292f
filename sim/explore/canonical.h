// Two situations that differ in nothing that matters are one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/engine/hash128.h"
#include "sim/explore/situation.h"

namespace leasehold::sim {

/// Rewrites a situation as the one that stands for all that have the same future. What is left
/// out, and why that is sound, stands at each step in clean.cc and canonical.cc;
/// `tests/explore_test.cc` holds the futures of situations against those of what stands for them.
void make_canonical(const Limits& limits, const Config& config, Situation& situation);

/// Of every field. Requires: it is canonical.
Digest digest_of(const Limits& limits, const Situation& situation);

/// Numbers of requests are compared for being equal: an answer is the one that is waited for, or it
/// is not. So those that a process waits for are numbered from 1, and all others have the number 0.
class RequestNumbers {
 public:
  /// Numbers the requests of `state` anew.
  explicit RequestNumbers(core::State& state);
  /// The new number of the request that had the number `ordinal`.
  std::uint64_t of(std::uint64_t ordinal) const;

 private:
  std::array<std::uint64_t, 4> waited_for_{};
  std::size_t count_ = 0;
};

// What processes are put into order by. The owner ids in it are replaced by their roles, and a
// tenure's renewal id by none.
void append_nameless(Hash128& hash, const Actor& actor);
/// The same of a letter, of which only the owner id must have been replaced.
Digest digest_of_nameless(Letter letter);

/// Feeds a letter of a canonical situation into a hash.
void append(Hash128& hash, const Letter& letter);
/// The same of the store.
void append(Hash128& hash, const stores::Record& record, const Model& model);

}  // namespace leasehold::sim
