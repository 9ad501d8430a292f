// Coverage marks: situations that a suite of worlds must have met, or its green means nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace leasehold::sim {

enum class Mark : std::uint8_t {
  /// I7: a release or an abandon reached the store while another tenure was there.
  ending_met_another,
  /// I17: a process heard that a request was not applied, that it may have been; a renewal was not
  /// answered in time; a try ended in an unknown outcome.
  not_applied_heard,
  unknown_heard,
  renewal_unanswered,
  refused_as_unknown,
  /// I15: a tenure had several guards; one was dropped that was not the last; several were ended by
  /// release().
  guard_shared,
  drop_not_last,
  release_for_several,
  /// I16: a process had nothing left to do; sent a release or an abandon again.
  fell_quiet,
  ending_repeated,
  /// I2: a write of an older tenure came after one of a newer, and the fence kept it out.
  stale_write_refused,
  /// I8: a cache was rightly said to be unchanged over several tenures of its process; it was told
  /// that another's tenure lay between.
  unchanged_over_tenures,
  change_told,
  /// I9: an abandon found a grant that nobody wanted; a copy of an abandoned acquire came late.
  ghost_freed,
  late_copy_refused,
  /// I18: the store renewed several locks of a process in one batch.
  renewed_together,
  /// I4: a lease that ran out went to one whose wait was judged.
  taken_over,
  /// I10: a renewal was confirmed after others had failed.
  failures_outlived,
  /// I11: a request was sent again, for no reason but that its pause was over.
  asked_again,
  /// I3: a replica was promoted while the record showed a tenure.
  promoted_under_a_tenure,
  /// I12: a call left at its deadline.
  left_at_deadline,
  /// I10: somebody was waiting for a key that nobody held, after a heal, and was served.
  served_after_heal,
  /// I13: a key passed on after a lease that ran out had been left alone for its lock delay.
  delay_waited,
  /// I15: a tenure of which nobody had a guard was kept to the end of its minimum hold.
  kept_unheld,
};
inline constexpr std::size_t mark_count = static_cast<std::size_t>(Mark::kept_unheld) + 1;

/// "a release or an abandon met another's tenure"
const char* to_string(Mark mark);

/// How often each mark was reached.
class Marks {
 public:
  void reach(Mark mark) { ++counts_[static_cast<std::size_t>(mark)]; }
  std::uint64_t of(Mark mark) const { return counts_[static_cast<std::size_t>(mark)]; }
  void add(const Marks& other) {
    for (std::size_t mark = 0; mark < mark_count; ++mark) counts_[mark] += other.counts_[mark];
  }

 private:
  std::array<std::uint64_t, mark_count> counts_{};
};

}  // namespace leasehold::sim
