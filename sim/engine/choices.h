// What a schedule decides: a sparse map from keys to values. What is absent is benign.
//
// The rule to know: a choice is named by who meets it and when in that process's own life, never by
// a global counter, so that taking one event away from a world does not shift all others.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>

namespace leasehold::sim {

/// What a choice is about: the n-th call of one kind, the n-th wake-up, the n-th random draw, or
/// the n-th write to what the lock protects.
enum class Site : std::uint8_t { acquire, renew, release, abandon, wake, draw, write };

/// What is decided there, and the unit of the value.
enum class Purpose : std::uint8_t {
  /// ns added to the way of the request, of the answer.
  request_delay,
  answer_delay,
  /// 1: it never arrives.
  request_loss,
  answer_loss,
  /// ns after the request at which a copy of it arrives as well; 0: no copy.
  duplicate,
  /// wake: ns by which the wake-up is late (a starved heartbeat).
  late,
  /// draw: the number drawn, cut to its bound.
  value,
  /// Rank among events of the same instant; 0 is planning order.
  request_tie,
  answer_tie,
  wake_tie,
  /// 1: the store fails the request and does not apply it; applies it and says that it can't tell.
  error_before_effect,
  error_after_effect,
};

inline constexpr std::size_t purpose_count =
    static_cast<std::size_t>(Purpose::error_after_effect) + 1;

struct ChoiceKey {
  /// Index in Scenario::processes.
  std::uint32_t process = 0;
  Site site = Site::acquire;
  /// Counts from 1, per process and site.
  std::uint32_t ordinal = 0;
  Purpose purpose = Purpose::request_delay;

  friend auto operator<=>(const ChoiceKey&, const ChoiceKey&) = default;
};

/// Values are at least 1; 0 is the benign default and never stored.
using Choices = std::map<ChoiceKey, std::int64_t>;

const char* to_string(Site site);
const char* to_string(Purpose purpose);

}  // namespace leasehold::sim
