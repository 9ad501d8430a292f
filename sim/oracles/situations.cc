#include "sim/oracles/situations.h"

#include "lib/src/shell/shell.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {
namespace {

using Kind = Event::Kind;

Mark mark_of_grant(Previous previous) {
  switch (previous) {
    case Previous::never:
      return Mark::granted_never_held;
    case Previous::released:
      return Mark::granted_released;
    case Previous::expired:
      return Mark::granted_run_out;
    case Previous::own:
      break;
  }
  return Mark::granted_again;
}

bool is_grant(const Event& event) {
  return event.call == core::Request::Kind::acquire &&
         static_cast<core::Answer::Kind>(event.detail) == core::Answer::Kind::granted;
}

}  // namespace

void Situations::see(const Event& event) {
  if (event.kind <= Kind::stop_due) return on_lock(event);
  if (event.kind < Kind::paused) return on_wire(event);
  on_trouble(event);
}

void Situations::on_lock(const Event& event) {
  Process& process = processes_[event.process];
  switch (event.kind) {
    case Kind::cancel:
      return marks_.reach(Mark::call_cancelled);
    case Kind::granted:
      reach_if(process.granted == tenure_of(event), Mark::joined);
      reach_if(process.died_before, Mark::granted_after_restart);
      process.granted = tenure_of(event);
      process.grant_heard = TrueTime::never();
      return;
    case Kind::refused: {
      const auto why = static_cast<core::Refusal>(event.other);
      const bool busy = event.detail == static_cast<std::uint8_t>(ShellListener::Ending::busy);
      reach_if(busy && why == core::Refusal::busy, Mark::refused_as_busy);
      return reach_if(why == core::Refusal::not_applied, Mark::refused_as_not_applied);
    }
    case Kind::renewed:
      return reach_if(process.told_to_stop.term == event.term, Mark::renewed_after_stop);
    case Kind::stop_told:
      process.told_to_stop.term = event.term;
      return marks_.reach(Mark::told_to_stop);
    case Kind::lost: {
      const auto why = static_cast<core::Loss>(event.detail);
      reach_if(why == core::Loss::deadline, Mark::lost_at_deadline);
      reach_if(why == core::Loss::superseded, Mark::lost_superseded);
      reach_if(why == core::Loss::suspended, Mark::lost_suspended);
      return reach_if(why == core::Loss::forgotten, Mark::lost_forgotten);
    }
    case Kind::ended: {
      const auto how = static_cast<core::EndOutcome>(event.detail);
      reach_if(how == core::EndOutcome::released, Mark::ended_released);
      reach_if(how == core::EndOutcome::already_lost, Mark::ended_already_lost);
      return reach_if(how == core::EndOutcome::unknown, Mark::ended_unknown);
    }
    case Kind::belief_begins:
      return note_belief(event, true);
    case Kind::belief_ends:
      return note_belief(event, false);
    case Kind::asked:
      return reach_if((event.detail & 2U) != 0, Mark::asked_past_deadline);
    default:
      return;
  }
}

void Situations::note_belief(const Event& event, bool believes) {
  Process& process = processes_[event.process];
  if (process.believes == believes) return;
  process.believes = believes;
  if (believes) {
    ++believers_;
    return;
  }
  --believers_;
  process.belief_ended = event.at;
  reach_if(process.paused, Mark::belief_ended_in_pause);
}

void Situations::on_wire(const Event& event) {
  switch (event.kind) {
    case Kind::sent:
      return on_sent(event);
    case Kind::answered:
      if (is_grant(event)) processes_[event.process].grant_heard = event.at;
      return;
    case Kind::request_lost:
      return note_acquire_on_its_way(processes_[event.process], false);
    case Kind::applied:
      return on_applied(event);
    default:
      return;
  }
}

void Situations::on_sent(const Event& event) {
  Process& process = processes_[event.process];
  const bool given_back = process.grant_heard == event.at;
  reach_if(given_back && event.call == core::Request::Kind::release, Mark::given_back_late);
  if (event.call == core::Request::Kind::acquire) note_acquire_on_its_way(process, true);
}

void Situations::note_acquire_on_its_way(Process& process, bool is) {
  if (process.acquire_on_its_way == is) return;
  process.acquire_on_its_way = is;
  if (is) {
    ++acquires_on_their_way_;
  } else {
    --acquires_on_their_way_;
  }
}

void Situations::on_applied(const Event& event) {
  Process& process = processes_[event.process];
  reach_if(process.paused, Mark::applied_while_paused);
  reach_if(process.dead, Mark::applied_after_crash);
  note_order(process.applied.at(static_cast<std::size_t>(event.call)), event.ordinal);
  on_answer_of_store(event);
  if (event.call != core::Request::Kind::acquire) return;
  note_acquire_on_its_way(process, false);
  reach_if(acquires_on_their_way_ > 0, Mark::acquires_raced);
}

void Situations::on_answer_of_store(const Event& event) {
  using Answer = core::Answer::Kind;
  const bool is_release = event.call == core::Request::Kind::release;
  switch (static_cast<Answer>(event.detail)) {
    case Answer::granted:
      return marks_.reach(mark_of_grant(static_cast<Previous>(event.other)));
    case Answer::busy:
      return marks_.reach(Mark::busy_answered);
    case Answer::moved:
      return marks_.reach(Mark::moved_answered);
    case Answer::not_owner:
      return reach_if(!is_release, Mark::renewal_met_another);
    case Answer::stale:
      return marks_.reach(Mark::renewal_was_stale);
    case Answer::released:
      return marks_.reach(Mark::release_applied);
    case Answer::abandoned:
      return marks_.reach(event.value == 1 ? Mark::abandon_settled : Mark::abandon_unsettled);
    default:
      return;
  }
}

// What is further back than the bits reach counts as out of order too, which it is.
void Situations::note_order(Applied& applied, std::uint64_t ordinal) {
  constexpr std::uint64_t width = 64;
  const bool first = applied.before == 0;
  if (first || ordinal > applied.highest) {
    const std::uint64_t rise = first ? 0 : ordinal - applied.highest;
    applied.before = rise < width ? applied.before << rise | 1U : 1U;
    applied.highest = ordinal;
    return;
  }
  const std::uint64_t back = applied.highest - ordinal;
  const std::uint64_t bit = back < width ? std::uint64_t{1} << back : 0;
  const bool again = (applied.before & bit) != 0;
  applied.before |= bit;
  marks_.reach(again ? Mark::applied_twice : Mark::applied_out_of_order);
}

void Situations::on_trouble(const Event& event) {
  switch (event.kind) {
    case Kind::stalled:
      return reach_if(believers_ > 0, Mark::stalled_under_holder);
    case Kind::store_down:
      return reach_if(believers_ > 0, Mark::store_down_under_holder);
    case Kind::write_came:
      return reach_if(event.detail == 1, Mark::write_accepted);
    case Kind::write_lost:
      return marks_.reach(Mark::write_lost);
    default:
      break;
  }
  if (event.process == nobody) return;
  Process& process = processes_[event.process];
  switch (event.kind) {
    case Kind::paused:
      return note_paused(event);
    case Kind::resumed:
      process.paused = false;
      return;
    case Kind::crashed:
      // Its beliefs end first, at the same moment.
      reach_if(process.believes || process.belief_ended == event.at, Mark::crashed_holding);
      process.dead = process.died_before = true;
      process.paused = false;
      return;
    case Kind::restarted:
      process.dead = false;
      return;
    case Kind::starved:
      return reach_if(process.believes, Mark::starved_holding);
    case Kind::cut_off:
      return reach_if(process.believes, Mark::cut_off_holding);
    case Kind::clock_rated:
      return reach_if(process.believes, Mark::clock_rated_holding);
    case Kind::wake_late:
      return reach_if(process.believes, Mark::woken_late_holding);
    default:
      return;
  }
}

void Situations::note_paused(const Event& event) {
  Process& process = processes_[event.process];
  process.paused = true;
  const auto how = static_cast<TimedFault::Kind>(event.detail);
  reach_if(process.believes && how == TimedFault::Kind::stopped, Mark::stopped_holding);
  reach_if(process.believes && how == TimedFault::Kind::suspended, Mark::suspended_holding);
}

}  // namespace leasehold::sim
