// Two situations that differ in nothing that matters are one.
#pragma once

#include "sim/engine/hash128.h"
#include "sim/explore/situation.h"

namespace leasehold::sim {

/// Rewrites a situation as the one that stands for all that have the same future. What is left
/// out, and why that is sound, stands at each step in clean.cc and canonical.cc;
/// `tests/explore_test.cc` holds the futures of situations against those of what stands for them.
void make_canonical(const Limits& limits, const Config& config, Situation& situation);

/// Of every field. Requires: it is canonical.
Digest digest_of(const Limits& limits, const Situation& situation);

/// Feeds a letter of a canonical situation into a hash.
void append(Hash128& hash, const Letter& letter);

}  // namespace leasehold::sim
