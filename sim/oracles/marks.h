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

  // What `Situations` sees.
  /// The store. A grant: of a key that nobody ever had; that was released; that ran out; to the
  /// owner of the tenure that is there, again.
  granted_never_held,
  granted_released,
  granted_run_out,
  granted_again,
  /// An acquire met a tenure; another term than it expected. One was on its way when another
  /// process's was applied.
  busy_answered,
  moved_answered,
  acquires_raced,
  /// A renewal met a record that was not its owner's; one that had seen a later renewal.
  renewal_met_another,
  renewal_was_stale,
  /// A release ended its tenure; an abandon settled an attempt; could not, because of a tenure in
  /// the way.
  release_applied,
  abandon_settled,
  abandon_unsettled,
  /// A request was applied twice; after one that its process had sent later; while its process
  /// was paused; after it had crashed.
  applied_twice,
  applied_out_of_order,
  applied_while_paused,
  applied_after_crash,
  /// Why tenures were lost, and how releases ended.
  lost_at_deadline,
  lost_superseded,
  lost_suspended,
  lost_forgotten,
  ended_released,
  ended_already_lost,
  ended_unknown,
  /// A try was refused as busy; a grant came too late; a try ended as not applied; a call was
  /// cancelled; one joined a tenure that was there.
  refused_as_busy,
  given_back_late,
  refused_as_not_applied,
  call_cancelled,
  joined,
  /// The last moments of a tenure: told to stop; renewed after that; a belief ended while its
  /// process was paused; a guard was asked past its deadline.
  told_to_stop,
  renewed_after_stop,
  belief_ended_in_pause,
  asked_past_deadline,
  /// What went wrong while a process held: it crashed; was stopped; suspended; starved; cut off;
  /// its
  /// clock changed its rate; the store stalled; was down.
  crashed_holding,
  stopped_holding,
  suspended_holding,
  starved_holding,
  cut_off_holding,
  clock_rated_holding,
  stalled_under_holder,
  store_down_under_holder,
  /// A process that had crashed was granted the key anew; a wake-up of a holder came late; a write
  /// was let through by the fence; was lost.
  granted_after_restart,
  woken_late_holding,
  write_accepted,
  write_lost,
};
inline constexpr std::size_t mark_count = static_cast<std::size_t>(Mark::write_lost) + 1;

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
