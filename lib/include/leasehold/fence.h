// What a protected resource checks, so that a holder which is late can do no harm.
#pragma once

#include <cstdint>
#include <string>

#include <leasehold/export.h>
#include <leasehold/ids.h>
#include <leasehold/store.h>

namespace leasehold {

/// A fencing token: names one tenure to the resource that the lock protects. The resource accepts a
/// higher term than it has seen, an equal one only with the same owner digest, and nothing of
/// another incarnation. That needs no assumption on clocks, pauses or messages, only that the store
/// keeps what it acknowledged.
struct Fence {
  /// Of the lock table.
  Incarnation incarnation;
  /// As the store has it, with a client's prefix.
  std::string key;
  /// Of the tenure.
  Term term = 0;
  /// Tells two tenures apart that a store which forgot a grant gave one term. It is a digest, so
  /// that whoever sees a token can't release the lock with it.
  std::uint64_t owner_digest = 0;

  friend bool operator==(const Fence&, const Fence&) = default;
};

/// 64 bits of `owner` from which it can't be had back: two rounds of SplitMix64's finalizer
/// (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). Never
/// changes: stored fences hold it.
LEASEHOLD_API std::uint64_t digest_of(const OwnerId& owner);

/// What the table of fences said to a token.
enum class FenceVerdict {
  /// No newer tenure has written: go on, and commit.
  accepted,
  /// A newer tenure has written, or another one of the same term: roll back.
  refused,
  /// The fence knows another table of locks than the one that this token is from. Roll back, and
  /// see `repin_fence`.
  other_incarnation,
};
/// "accepted", "refused" or "other_incarnation".
LEASEHOLD_API const char* to_string(FenceVerdict verdict);

}  // namespace leasehold
