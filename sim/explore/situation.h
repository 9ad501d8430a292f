// Everything that the future of an explored world depends on, at one moment, as a value.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "lib/src/core/state.h"
#include "lib/src/stores/record.h"
#include "sim/explore/limits.h"

namespace leasehold::sim {

/// A request on its way to the store or, once it has an answer, that answer on its way back.
struct Letter {
  core::Request request{};
  std::optional<core::Answer> answer{};
  std::uint8_t actor = 0;
  /// Whoever sent it has died since: the answer reaches nobody.
  bool orphan = false;
  /// Copies of one request have the same number here; 0: there is no other copy on its way.
  std::uint8_t twin = 0;
  /// Its process has had an answer to another copy of it.
  bool heard = false;
};

/// A process.
struct Actor {
  bool alive = true;
  core::State state{};
  /// The owner id of the last acquire that it sent, while somebody waits: what I9 is about.
  OwnerId asking{};

  friend bool operator==(const Actor&, const Actor&) = default;
};

/// What the record must say, if the store is one fenced lock: it is moved on by a second, shorter
/// set of rules (judge.cc), and what the store answers is held against it.
struct Model {
  OwnerId owner{};
  Term term = 0;
  /// The last term that was granted. An abandon may have raised `term` since.
  Term granted = 0;
  Seq seq = 0;
  std::optional<Instant<StoreClock>> expires_at{};
  /// observation: when the lease began or was renewed last.
  Instant<StoreClock> renewed_at{};
};

/// What is left of the faults that may happen.
struct Budget {
  std::uint8_t drops = 0;
  std::uint8_t duplicates = 0;
  std::uint8_t crashes = 0;
  std::uint8_t cancels = 0;
  std::uint8_t late = 0;
};

struct Situation {
  LocalTime now{};
  std::array<Actor, most_explored_processes> actors{};
  std::vector<Letter> letters{};
  stores::Record record{};
  Model model{};
  Budget left{};
  /// How many identifiers have been drawn.
  std::uint64_t drawn = 0;
};

/// Whether a letter is an answer about an owner id that its process has forgotten. The core looks
/// at the owner id of an answer before all else (`on_acquire_answer`, `on_renew_answer`,
/// `on_end_answer`), and one that it has forgotten never comes back, for ids are drawn anew. So
/// such an answer is an alarm and no more, whenever it comes: it is left out, and takes no place on
/// the way. None is, if the search is exact.
bool is_dead(const Limits& limits, const Situation& situation, const Letter& letter);

/// Nobody has asked for anything yet.
Situation beginning(const Limits& limits);

}  // namespace leasehold::sim
