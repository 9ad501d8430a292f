#include "sim/oracles/marks.h"

namespace leasehold::sim {

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
  }
  return "?";
}

}  // namespace leasehold::sim
