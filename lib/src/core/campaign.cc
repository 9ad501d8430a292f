// How a process that wants the key gets a tenure.
#include <algorithm>
#include <chrono>
#include <utility>

#include "lib/src/core/stepper.h"
#include "lib/src/plant.h"

namespace leasehold::core {
namespace {

constexpr Length longest_between_hurries = std::chrono::milliseconds(50);

}  // namespace

void Stepper::drive_campaign() {
  if (state_.tenure || !wanted()) return;
  if (!state_.campaign) {
    if (!endings_allow_a_campaign()) return refuse_tries_held_back();
    start_campaign();
  }
  Campaign& campaign = *state_.campaign;
  if (planted(Bug::M46) && campaign.next_try == Instant<LocalClock>::never()) {
    state_.trying_now += std::exchange(state_.trying_next, 0);
    return refuse(state_.requests + 1, Refusal::busy);
  }
  if (timed_out(campaign.acquire)) {
    const std::uint64_t ordinal = campaign.acquire->ordinal;
    campaign.acquire.reset();
    campaign.uncertain = true;
    if (planted(Bug::M30)) adopt_term(campaign.expected_term);
    sleep_before_next_try();
    refuse(ordinal, Refusal::unknown);
    if (!state_.campaign) return;
  }
  if (!campaign.acquire && now_.at >= campaign.next_try) send_acquire();
}

void Stepper::start_campaign() {
  state_.campaign = Campaign{.owner = random_.id<OwnerId>(),
                             .expected_term = state_.known_term,
                             .next_try = now_.at,
                             .backoff = on_local(config_.timing.retry_pause)};
  if (planted(Bug::M15) && state_.run) state_.campaign->owner = state_.run->owner;
  if (planted(Bug::M27)) state_.campaign->owner = OwnerId{1, state_.known_term + 1};
}

// Nobody waits any more. What was sent and not definitely answered must not become a tenure that
// nobody knows of.
void Stepper::drop_campaign() {
  if (!state_.campaign) return;
  if (planted(Bug::M46) && !state_.campaign->uncertain && !state_.campaign->acquire) {
    state_.campaign->next_try = Instant<LocalClock>::never();
    return;
  }
  const Campaign dropped = *state_.campaign;
  state_.campaign.reset();
  if ((dropped.uncertain || dropped.acquire) && !planted(Bug::M41)) {
    begin_ending(Request::Kind::abandon, dropped.owner, dropped.expected_term);
  }
}

void Stepper::send_acquire() {
  Campaign& campaign = *state_.campaign;
  Request request = next_request(Request::Kind::acquire, campaign.owner, campaign.expected_term);
  if (const auto& seen = state_.sighting) {
    // Takeover by observation: its derivation stands at `observation_wait`. The wait counts from
    // the answer that first showed the version, never from the send of the question, and a sleep in
    // between starts it anew, because a clock that stopped counted less than passed.
    const bool slept_meanwhile = now_.asleep - seen->since.asleep > slept;
    const Span<LocalClock> wait = observation_wait(seen->lease, config_.bounds);
    const Span<LocalClock> early = Span<LocalClock>::ns(planted(Bug::X04) ? wait.ns() / 100 : 0);
    const Length delay = planted(Bug::X08) ? Length::zero() : counted_delay(config_);
    if (!slept_meanwhile && now_.at >= seen->since.at + wait + on_local(delay) - early) {
      request.unchanged = seen->version;
    }
  }
  campaign.acquire = InFlight{request.ordinal, now_};
  campaign.last_sent = now_.at;
  state_.trying_now += state_.trying_next;
  state_.trying_next = 0;
  effects_.push_back(request);
}

// Decorrelated jitter between b and P from one try to the next (the "decorrelated" variant of Marc
// Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
void Stepper::sleep_before_next_try() {
  Campaign& campaign = *state_.campaign;
  const std::int64_t base = config_.timing.retry_pause.count();
  const std::int64_t spread = std::max<std::int64_t>(1, 3 * campaign.backoff.ns() - base);
  auto draw = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(spread)));
  if (planted(Bug::M47)) draw = spread - 1;
  const std::int64_t most = config_.timing.longest_wait.count() * (planted(Bug::X12) ? 2 : 1);
  campaign.backoff = Span<LocalClock>::ns(std::min(most, base + draw));
  // Counted from the last try's send, so that a slow store does not stretch the time between two
  // tries, on which the takeover bound rests; but never without a pause after the answer.
  campaign.next_try =
      std::max(campaign.last_sent + campaign.backoff, after(config_.timing.retry_pause));
  if (planted(Bug::M48)) campaign.next_try = after(config_.timing.retry_pause / 16);
  if (std::exchange(campaign.hinted, false)) hurry();
}

void Stepper::on(const Hint&) {
  if (!state_.campaign) return;
  if (state_.campaign->acquire) {
    state_.campaign->hinted = true;
  } else {
    hurry();
  }
}

// The first try after a hint is made at once, later ones at least b or 50 ms apart, so that a flood
// of hints makes no flood of requests, and yet one who lost a race is not late for the next. It
// never delays a try.
void Stepper::hurry() {
  Campaign& campaign = *state_.campaign;
  Instant<LocalClock> soonest = now_.at;
  if (campaign.hurried) {
    const Length apart = std::min(config_.timing.retry_pause, longest_between_hurries);
    soonest = std::max(soonest, *campaign.hurried + on_local(apart));
  }
  if (soonest >= campaign.next_try) return;
  campaign.next_try = soonest;
  campaign.hurried = soonest;
}

void Stepper::refuse(std::uint64_t ordinal, Refusal why) {
  if (state_.trying_now == 0) return;
  state_.trying_now = 0;
  tell({.kind = Tell::Kind::refused, .ordinal = ordinal, .refusal = why});
  if (!wanted()) drop_campaign();
}

// Endings that nobody answers hold a campaign back for as long as a lease. Who tries once does not
// wait for that.
void Stepper::refuse_tries_held_back() {
  if (an_ending_is_awaited()) return;
  state_.trying_now += std::exchange(state_.trying_next, 0);
  refuse(state_.requests + 1, Refusal::unknown);
}

void Stepper::on_acquire_answer(const Reply& reply) {
  if (!state_.campaign || state_.campaign->owner != reply.request.owner) return;
  if (reply.answer.kind == Answer::Kind::granted) return on_granted(reply);
  // Whatever else answers an attempt that we gave up waiting for is older than what we know.
  Campaign& campaign = *state_.campaign;
  const std::uint64_t ordinal = reply.request.ordinal;
  const bool awaited = campaign.acquire && campaign.acquire->ordinal == ordinal;
  if (!awaited && !planted(Bug::M29)) return;
  campaign.acquire.reset();
  switch (reply.answer.kind) {
    case Answer::Kind::busy:
      return on_busy(reply);
    case Answer::Kind::moved:
      // The term that we sent already: not what a store should say, and no reason to hammer it.
      if (reply.answer.term == campaign.expected_term) return sleep_before_next_try();
      adopt_term(reply.answer.term);
      campaign.next_try = now_.at;
      return;
    case Answer::Kind::misuse:
      state_.patient = state_.trying_now = state_.trying_next = 0;
      tell({.kind = Tell::Kind::failed, .refusal = Refusal::misuse});
      return drop_campaign();
    case Answer::Kind::not_applied:
      sleep_before_next_try();
      return refuse(ordinal, Refusal::not_applied);
    default:
      campaign.uncertain = true;
      sleep_before_next_try();
      return refuse(ordinal, Refusal::unknown);
  }
}

void Stepper::on_granted(const Reply& reply) {
  state_.known_term = reply.answer.term;
  note_run(reply);
  const bool in_time = deadline_of(reply) >= after(config_.timing.min_useful);
  // One that was slept through could not be believed, and so would begin without a guard.
  if (in_time && !slept_since(config_, reply.request.sent, now_)) return begin_tenure(reply);
  // Too late to be of use. Give it back. Who waits patiently starts over, and so does a try that
  // joined after the request was sent: it is no answer to that.
  const std::optional<InFlight> awaited = state_.campaign->acquire;
  state_.campaign.reset();
  begin_ending(Request::Kind::release, reply.request.owner, reply.answer.term);
  if (awaited && awaited->ordinal == reply.request.ordinal) {
    refuse(reply.request.ordinal, Refusal::too_late);
  } else {
    state_.trying_next += std::exchange(state_.trying_now, 0);
  }
}

void Stepper::on_busy(const Reply& reply) {
  note_sighting(reply.answer);
  if (reply.answer.term != state_.campaign->expected_term) adopt_term(reply.answer.term);
  sleep_before_next_try();
  refuse(reply.request.ordinal, Refusal::busy);
}

// The record's term is not the one that all our requests so far expected, so none of them can be
// applied any more: nothing is uncertain, and the next request gets a new owner id.
void Stepper::adopt_term(Term term) {
  state_.known_term = term;
  Campaign& campaign = *state_.campaign;
  campaign.expected_term = term;
  campaign.uncertain = false;
  const bool same = planted(Bug::X05) || (planted(Bug::M15) && state_.run);
  if (!same) campaign.owner = random_.id<OwnerId>();
}

void Stepper::note_sighting(const Answer& answer) {
  if (answer.expires_at) {
    state_.sighting.reset();  // The store judges this record itself.
    return;
  }
  const auto& seen = state_.sighting;
  const bool same = seen && seen->incarnation == answer.incarnation &&
                    seen->version == answer.version && now_.asleep - seen->since.asleep <= slept;
  if (same) return;
  // A record that says nothing sensible of its lease is given the longest there is.
  const bool sane = answer.lease > Length::zero() && answer.lease <= longest_length;
  state_.sighting =
      Sighting{answer.incarnation, answer.version, now_, sane ? answer.lease : longest_length};
}

}  // namespace leasehold::core
