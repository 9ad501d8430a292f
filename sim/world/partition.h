// Which processes are cut off from the store, in which direction, and until when.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/engine/true_time.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

class Partition {
 public:
  enum class Way : std::uint8_t { request, answer };

  explicit Partition(const Scenario& scenario);

  /// From now on, until `until`, nothing of `body` and its parts comes through in the directions
  /// that `kind` names. Of two cuts that overlap the later end counts.
  void cut(std::uint32_t body, TimedFault::Kind kind, TrueTime until);
  /// The fault that keeps out what `process` sends or is sent at `now`, if any does.
  std::optional<TimedFault::Kind> between(std::uint32_t process, Way way, TrueTime now) const {
    return now < any_until_ ? cut_of(process, way, now) : std::nullopt;
  }

 private:
  struct Cut {
    TrueTime until{};
    TimedFault::Kind kind = TimedFault::Kind::cut;
  };

  std::optional<TimedFault::Kind> cut_of(std::uint32_t process, Way way, TrueTime now) const;

  const Scenario& scenario_;
  // The end of the cut that lasts longest.
  TrueTime any_until_{};
  // By body, and by way.
  std::vector<std::array<Cut, 2>> cuts_;
};

}  // namespace leasehold::sim
