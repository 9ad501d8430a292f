// The search for a smaller world that still fails: what to try next, and when nothing is left.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/shrink/edits.h"

namespace leasehold::sim {

/// How much there is to read; what comes first counts most. Every step of a search makes it
/// smaller, so a search ends.
struct Size {
  /// Choices, faults, and the heal.
  std::size_t faults = 0;
  /// Of the run.
  std::uint64_t events = 0;
  /// Processes, lines of programs, and what these do besides.
  std::size_t parts = 0;
  /// Digits and magnitudes of all numbers; see numbers.h.
  std::uint64_t roughness = 0;

  friend auto operator<=>(const Size&, const Size&) = default;
};

/// What a world showed that fails.
struct Shown {
  /// Of its run.
  std::uint64_t events = 0;
  /// When what fails was first seen; absent: not known.
  std::optional<Length> at{};
};

Size size_of(const Scenario& scenario, const Shown& shown);

/// A value: a copy goes on from where the original is. Deterministic.
class Search {
 public:
  /// Requires: `from` fails under `algorithm` and has no noise.
  Search(Scenario from, const Shown& shown, std::string algorithm);

  /// The next candidate: it differs from `smallest()` and its configuration is sound. Nothing: the
  /// fixpoint is reached, for no edit of `smallest()` was taken.
  std::optional<Scenario> next();
  /// The candidate that `next` gave last fails too. True if it is smaller: it is then what the
  /// search goes on from.
  bool take(const Shown& shown);
  /// The smallest so far.
  const Scenario& smallest() const { return smallest_; }
  const Size& size() const { return size_; }
  const std::string& algorithm() const { return known_.algorithm; }

 private:
  void make_edits(std::uint64_t from);

  Scenario smallest_;
  Known known_;
  Size size_;
  Scenario candidate_;
  std::size_t pass_ = 0;
  Edits edits_;
  std::size_t next_ = 0;
  // How many passes in a row had nothing that was taken; all of them: the fixpoint.
  std::size_t vain_ = 0;
  bool taken_in_pass_ = false;
};

}  // namespace leasehold::sim
