#include "sim/oracles/marks.h"

namespace leasehold::sim {

// NOLINTNEXTLINE(readability-function-size): a table
const char* to_string(Mark mark) {
  switch (mark) {
    case Mark::ending_met_another:
      return "a release or an abandon met another's tenure";
    case Mark::not_applied_heard:
      return "a process heard not_applied";
    case Mark::unknown_heard:
      return "a process heard unknown";
    case Mark::renewal_unanswered:
      return "a renewal was not answered in time";
    case Mark::refused_as_unknown:
      return "a try ended as unknown";
    case Mark::guard_shared:
      return "a tenure had several guards";
    case Mark::drop_not_last:
      return "a guard was dropped that was not the last";
    case Mark::release_for_several:
      return "release() ended several guards";
    case Mark::fell_quiet:
      return "a process fell quiet";
    case Mark::ending_repeated:
      return "a release or an abandon was repeated";
    case Mark::stale_write_refused:
      return "the fence kept out a write of an older tenure";
    case Mark::unchanged_over_tenures:
      return "a cache outlived a tenure";
    case Mark::change_told:
      return "a change was told to a cache";
    case Mark::ghost_freed:
      return "an abandon freed what nobody wanted";
    case Mark::late_copy_refused:
      return "a late copy of an abandoned acquire was refused";
    case Mark::renewed_together:
      return "renewals of several locks went in one batch";
    case Mark::taken_over:
      return "a lease that ran out was taken over in time";
    case Mark::failures_outlived:
      return "a renewal was confirmed after others had failed";
    case Mark::asked_again:
      return "a request was sent again after a pause";
    case Mark::promoted_under_a_tenure:
      return "a replica was promoted under a tenure";
    case Mark::left_at_deadline:
      return "a call left at its deadline";
    case Mark::served_after_heal:
      return "somebody was served after a heal";
    case Mark::delay_waited:
      return "a key passed on after a lock delay";
    case Mark::kept_unheld:
      return "a tenure was kept without a guard";
    case Mark::granted_never_held:
      return "a key was granted that nobody ever had";
    case Mark::granted_released:
      return "a key was granted that was released";
    case Mark::granted_run_out:
      return "a key was granted whose lease had run out";
    case Mark::granted_again:
      return "a grant was repeated to its owner";
    case Mark::busy_answered:
      return "an acquire met a tenure";
    case Mark::moved_answered:
      return "an acquire met another term";
    case Mark::acquires_raced:
      return "the acquires of two processes were on their way at once";
    case Mark::renewal_met_another:
      return "a renewal met a record that was not its owner's";
    case Mark::renewal_was_stale:
      return "a renewal met a record that had seen a later one";
    case Mark::release_applied:
      return "a release ended its tenure";
    case Mark::abandon_settled:
      return "an abandon settled an attempt";
    case Mark::abandon_unsettled:
      return "an abandon met a tenure in the way";
    case Mark::applied_twice:
      return "a request was applied twice";
    case Mark::applied_out_of_order:
      return "a request was applied after a later one of its process";
    case Mark::applied_while_paused:
      return "a request was applied while its process was paused";
    case Mark::applied_after_crash:
      return "a request was applied after its process had crashed";
    case Mark::lost_at_deadline:
      return "a tenure was lost at its deadline";
    case Mark::lost_superseded:
      return "a tenure was lost because it was superseded";
    case Mark::lost_suspended:
      return "a tenure was lost because the machine had slept";
    case Mark::lost_forgotten:
      return "a tenure was lost because the store had forgotten it";
    case Mark::ended_released:
      return "a release was confirmed";
    case Mark::ended_already_lost:
      return "a release came too late";
    case Mark::ended_unknown:
      return "a release ended as unknown";
    case Mark::refused_as_busy:
      return "a try was refused as busy";
    case Mark::given_back_late:
      return "a grant came too late and was given back";
    case Mark::refused_as_not_applied:
      return "a try ended as not applied";
    case Mark::call_cancelled:
      return "a call was cancelled";
    case Mark::joined:
      return "a call joined a tenure that was there";
    case Mark::told_to_stop:
      return "a holder was told to stop";
    case Mark::renewed_after_stop:
      return "a tenure was renewed after its holder was told to stop";
    case Mark::belief_ended_in_pause:
      return "a belief ended while its process was paused";
    case Mark::asked_past_deadline:
      return "a guard was asked past its deadline";
    case Mark::crashed_holding:
      return "a process crashed while it held";
    case Mark::stopped_holding:
      return "a process was stopped while it held";
    case Mark::suspended_holding:
      return "a machine was suspended while it held";
    case Mark::starved_holding:
      return "a process starved while it held";
    case Mark::cut_off_holding:
      return "a process was cut off while it held";
    case Mark::clock_rated_holding:
      return "a holder's clock changed its rate";
    case Mark::stalled_under_holder:
      return "the store's writer stalled while somebody held";
    case Mark::store_down_under_holder:
      return "the store was down while somebody held";
    case Mark::granted_after_restart:
      return "a process that had crashed was granted the key anew";
    case Mark::woken_late_holding:
      return "a wake-up of a holder came late";
    case Mark::write_accepted:
      return "the fence let a write through";
    case Mark::write_lost:
      return "a write was lost";
  }
  return "?";
}

}  // namespace leasehold::sim
