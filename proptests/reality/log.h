// What a real process writes down about its lock, so that it can be judged afterwards.
//
// The rule to know: a belief is never written longer than it was. A line is one write(2) to a file
// opened for appending, so that a process can be killed between any two of them and the rest
// stands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <leasehold/store.h>

namespace leasehold::reality {

struct Line {
  enum class Kind : char {
    /// The lock was granted as `term`.
    granted = 'G',
    /// `is_held()` said yes at some moment before `at`, and would until `until` unless a later line
    /// ends it.
    held = 'H',
    /// `is_held()` said no: the question was put after `at`.
    lost = 'L',
    /// The guard is about to be dropped.
    dropped = 'D',
    /// A fenced write was committed.
    written = 'W',
    /// The fence refused a write.
    refused = 'R',
  };
  Kind kind = Kind::held;
  /// Nanoseconds of the boot clock.
  std::int64_t at = 0;
  Term term = 0;
  std::int64_t until = 0;
  /// `Fence::owner_digest`: a store that forgets gives one term to two tenures.
  std::uint64_t owner = 0;

  friend bool operator==(const Line&, const Line&) = default;
};

/// "H 123 4 567 89\n"
std::string to_text(const Line& line);
/// nullopt for what is no line, such as the torn end of a file.
std::optional<Line> line_of(const std::string& text);

}  // namespace leasehold::reality
