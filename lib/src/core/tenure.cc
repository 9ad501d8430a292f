// How a tenure is kept, and the two ways in which it ends.
#include <algorithm>

#include "lib/src/core/stepper.h"
#include "lib/src/plant.h"

namespace leasehold::core {

// The deadline D of a confirmed request.
//
// host_clock: the answer's expires_at was written as floor_q(apply time) + L on the clock that we
// read ourselves. A contender takes over only when it reads a time > expires_at inside its own
// write; we stop at expires_at - q on that same clock, one resolution earlier. No drift is
// involved, because there is only one clock. The request was applied before now, so a true
// expires_at is at most now + L + q: one further ahead (a damaged row) is not believed.
//
// Others: t_s is read before the request leaves, hence before the authority can start the lease.
// `usable_window` is what our clock counts at most while the authority's lease runs; its derivation
// stands there. Counting from t_s and not from the answer, latency costs usable time, never safety.
Instant<LocalClock> Stepper::deadline_of(const Reply& reply) const {
  const Span<LocalClock> whole = on_local(config_.timing.lease);
  if (planted(Bug::M01)) return reply.request.sent.at + whole;
  if (planted(Bug::M02)) return now_.at + usable_window(config_);
  if (planted(Bug::M10)) {
    const Span<LocalClock> guarded = usable_window(config_);
    return reply.request.sent.at + Span<LocalClock>::ns((whole.ns() + guarded.ns()) / 2);
  }
  if (config_.authority == Authority::host_clock && reply.answer.expires_at) {
    const Instant<LocalClock> latest = after(config_.timing.lease);
    return std::min(latest,
                    same_kernel(*reply.answer.expires_at) - on_local(config_.bounds.resolution));
  }
  return reply.request.sent.at + usable_window(config_);
}

// R +- 10 %, so that processes which started together do not stay in step. The draw 0 means R.
Instant<LocalClock> Stepper::renewal_after(Instant<LocalClock> sent) {
  const std::int64_t every = config_.timing.renew_every.count();
  const std::int64_t most = every / 10;
  const auto draw =
      static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(2 * most + 1)));
  std::int64_t jitter = draw % 2 == 0 ? draw / 2 : -(draw + 1) / 2;
  if (planted(Bug::M47)) jitter = 0;
  return sent + Span<LocalClock>::ns(every + jitter);
}

Span<LocalClock> Stepper::latest_renewal() const {
  const std::int64_t every = config_.timing.renew_every.count();
  return Span<LocalClock>::ns(every + every / 10);
}

void Stepper::begin_tenure(const Reply& reply) {
  const Request& request = reply.request;
  state_.tenure = Tenure{.owner = request.owner,
                         .term = reply.answer.term,
                         .incarnation = reply.answer.incarnation,
                         .anchor = request.sent,
                         .deadline = deadline_of(reply),
                         .last_attempt = request.sent,
                         .began = now_.at,
                         .next_renewal = renewal_after(request.sent.at)};
  state_.campaign.reset();
  state_.sighting.reset();
  forget_endings_before(reply.answer.term);
}

// The store names the owner of the tenure before. If that is us, and no term lies between, then
// nobody else had the key since. A grant that comes too late for a tenure counts too: nobody could
// act under it.
void Stepper::note_run(const Reply& reply) {
  const Answer& answer = reply.answer;
  std::optional<Run>& run = state_.run;
  const bool same_table = run && run->incarnation == answer.incarnation;
  const bool goes_on =
      same_table && answer.term == run->last + 1 && answer.previous_owner == run->owner;
  const Term since = goes_on || (planted(Bug::M43) && run) ? run->since : answer.term;
  run = Run{answer.incarnation, since, answer.term, reply.request.owner};
}

void Stepper::expire_tenure() {
  if (!state_.tenure || now_.at < state_.tenure->deadline || planted(Bug::M04)) return;
  lose(slept_since(config_, state_.tenure->anchor, now_) ? Loss::suspended : Loss::deadline);
}

void Stepper::end_tenure() {
  // Guards learn that they are dead before the store learns that the key is free.
  if (!planted(Bug::X03)) tell_stopped();
  const Tenure ended = *state_.tenure;
  if (planted(Bug::X03)) {
    begin_ending(Request::Kind::release, ended.owner, ended.term);
    send_endings();
    tell_stopped();
    state_.tenure.reset();
    return;
  }
  state_.tenure.reset();
  begin_ending(Request::Kind::release, ended.owner, ended.term);
}

void Stepper::tell_stopped() {
  if (state_.tenure->release_at) return;
  tell({.kind = Tell::Kind::stopped, .tenure = state_.tenure->id()});
}

void Stepper::lose(Loss reason) {
  const Tenure lost = *state_.tenure;
  state_.tenure.reset();
  // Dead guards don't die again.
  const bool stopping = lost.release_at.has_value();
  if (!stopping) tell({.kind = Tell::Kind::lost, .tenure = lost.id(), .loss = reason});
  // The row may still count as ours: others need not wait for it to run out. A clone's row is the
  // clone's, and a record that said "not yours" has nothing left to release.
  const bool ceded = reason == Loss::cloned && planted(Bug::X13);
  if (reason == Loss::deadline || reason == Loss::suspended || ceded) {
    if (!runs_out(lost)) return begin_ending(Request::Kind::release, lost.owner, lost.term);
    tell({.kind = Tell::Kind::ended, .tenure = lost.id(), .outcome = EndOutcome::unknown});
  } else if (stopping) {
    tell({.kind = Tell::Kind::ended, .tenure = lost.id(), .outcome = EndOutcome::already_lost});
  }
}

// Two promises would be broken if the row of a tenure that was lost were handed back at once: that
// it is left alone for the lock delay, since whoever worked under it may not have come to rest, and
// that it is kept for its minimum hold, as far as the lease lasts.
bool Stepper::runs_out(const Tenure& lost) const {
  const bool delayed = config_.timing.lock_delay > Length::zero() && !planted(Bug::X09);
  const bool kept = now_.at < lost.began + counted_hold(config_) && !planted(Bug::X10);
  return delayed || kept;
}

void Stepper::drive_tenure() {
  if (!state_.tenure) return;
  Tenure& tenure = *state_.tenure;
  if (tenure.release_at && now_.at >= *tenure.release_at) return end_tenure();
  if (!tenure.jeopardy && now_.at >= soft_deadline(config_, state_)) {
    tenure.jeopardy = true;
    if (!tenure.release_at) tell({.kind = Tell::Kind::jeopardy, .tenure = tenure.id()});
  }
  // Kept without a guard until now. Who waits joins it, or is waiting for its end.
  const bool is_spent = tenure.guards == 0 && now_.at >= kept_until(config_, state_);
  if (is_spent && !(wanted() && may_join())) return end_tenure();
  if (planted(Bug::M31) && timed_out(tenure.renewal)) {
    tenure.deadline = tenure.renewal->sent.at + usable_window(config_);
  }
  if (timed_out(tenure.renewal)) renewal_failed();
  // A renewal that failed ended the tenure.
  if (planted(Bug::M34) && !state_.tenure) return;
  // After a sleep nothing is believed until a renewal that was sent after it is confirmed: send one
  // now, and do not wait for one that was sent before.
  if (slept_since(config_, tenure.last_attempt, now_)) {
    tenure.renewal.reset();
    tenure.next_renewal = now_.at;
  }
  const bool idle = !tenure.renewal || planted(Bug::M42);
  if (idle && now_.at >= tenure.next_renewal) send_renewal();
}

// The locks of a process renew together: neighbours in a store cost it less than strangers. Sent
// R/2 before its time, a renewal only moves the anchor on earlier than it had to. One that failed
// keeps its pause, or a store in trouble would get more to do.
void Stepper::on(const Company&) {
  if (!state_.tenure || state_.tenure->renewal) return;
  Tenure& tenure = *state_.tenure;
  const bool failed = tenure.seq != tenure.confirmed;
  if (failed || tenure.next_renewal <= now_.at) return;
  if (tenure.next_renewal > after(config_.timing.renew_every / 2)) return;
  send_renewal();
  tenure.in_company = true;
}

void Stepper::send_renewal() {
  Tenure& tenure = *state_.tenure;
  tenure.in_company = false;
  Request request = next_request(Request::Kind::renew, tenure.owner, tenure.term);
  request.seq = ++tenure.seq;
  request.renew_id = tenure.renew_id = random_.id<RenewId>();
  tenure.renewal = InFlight{request.ordinal, now_};
  tenure.last_attempt = now_;
  effects_.push_back(request);
}

void Stepper::renewal_failed() {
  state_.tenure->renewal.reset();
  state_.tenure->next_renewal = after(config_.timing.retry_pause);
  if (planted(Bug::M33)) state_.tenure->next_renewal = Instant<LocalClock>::never();
  if (planted(Bug::M34)) return lose(Loss::deadline);
  tell({.kind = Tell::Kind::renew_failed, .tenure = state_.tenure->id()});
}

void Stepper::on_renew_answer(const Reply& reply) {
  if (!state_.tenure || state_.tenure->owner != reply.request.owner ||
      state_.tenure->term != reply.request.term) {
    return;
  }
  // A table that was made anew knows nothing of us, whatever it says. An error tells of no table.
  const Answer::Kind kind = reply.answer.kind;
  const bool definite = kind == Answer::Kind::renewed || kind == Answer::Kind::not_owner ||
                        kind == Answer::Kind::stale;
  if (definite && reply.answer.incarnation != state_.tenure->incarnation) {
    return lose(Loss::store_gone);
  }
  const bool awaited =
      state_.tenure->renewal && state_.tenure->renewal->ordinal == reply.request.ordinal;
  switch (kind) {
    case Answer::Kind::renewed:
      return on_renewed(reply);
    // Definite, whichever attempt it answers: a tenure that is over never comes back.
    case Answer::Kind::not_owner:
      if (planted(Bug::M32)) {
        if (awaited) renewal_failed();
        return;
      }
      return lose(was_forgotten(reply.answer) ? Loss::forgotten : Loss::superseded);
    case Answer::Kind::stale:
      return on_stale(reply);
    // An error is not a loss: only the deadline or a definite answer is.
    default:
      if (awaited) renewal_failed();
  }
}

// Terms only rise, and each has one owner. A record with a lower term than was granted, or with
// this one and another owner, is that of a store which lost what it had acknowledged.
bool Stepper::was_forgotten(const Answer& not_owner) const {
  const Term term = state_.tenure->term;
  return not_owner.term < term ||
         (not_owner.term == term && not_owner.why == NotOwner::Why::superseded);
}

void Stepper::on_renewed(const Reply& reply) {
  Tenure& tenure = *state_.tenure;
  const Request& request = reply.request;
  if (tenure.renewal && tenure.renewal->ordinal == request.ordinal) tenure.renewal.reset();
  const Span<LocalClock> margin = tenure.deadline - now_.at;
  // The latest sent counts, and goes by its own deadline. While clocks only rise that is the latest
  // deadline too; after one stepped back an earlier attempt's is too late by as much.
  const bool newer =
      planted(Bug::X01) ? request.sent.at > tenure.anchor.at : request.seq > tenure.confirmed;
  if (newer) {
    tenure.confirmed = request.seq;
    tenure.deadline = deadline_of(reply);
    tenure.anchor = request.sent;
    // Who went along waits for company again, as long as renewals may be apart. So the one that led
    // leads again, and its jitter is that of all.
    tenure.next_renewal =
        tenure.in_company ? request.sent.at + latest_renewal() : renewal_after(request.sent.at);
  }
  tell({.kind = Tell::Kind::renewed, .tenure = tenure.id(), .margin = margin});
}

// The record has seen our seq or a later one. If that was not us, there are two of us.
void Stepper::on_stale(const Reply& reply) {
  const Tenure& tenure = *state_.tenure;
  const Answer& answer = reply.answer;
  const auto used_by_another = [&answer](Seq seq, const RenewId& id) {
    return answer.seq == seq && answer.renew_id != id;
  };
  const bool not_ours = answer.seq > tenure.seq || used_by_another(tenure.seq, tenure.renew_id) ||
                        used_by_another(reply.request.seq, reply.request.renew_id);
  if (not_ours && !planted(Bug::X02)) return lose(Loss::cloned);
  if (tenure.renewal && tenure.renewal->ordinal == reply.request.ordinal) renewal_failed();
}

}  // namespace leasehold::core
