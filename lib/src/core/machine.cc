#include "lib/src/core/machine.h"

#include <algorithm>
#include <utility>

#include "lib/src/assert.h"
#include "lib/src/core/stepper.h"
#include "lib/src/plant.h"

namespace leasehold::core {

void step(const Config& config, State& state, LocalTime now, const Event& event, Random& random,
          Effects& effects) {
  Stepper(config, state, now, random, effects).run(event);
}

void Stepper::run(const Event& event) {
  // First of all: an answer that comes after the deadline must find the tenure dead.
  expire_tenure();
  std::visit([this](const auto& one) { on(one); }, event);
  drive_tenure();
  admit_waiters();
  expire_endings();
  drive_campaign();
  send_endings();
}

void Stepper::on(const Join& event) {
  if (!event.once) {
    ++state_.patient;
  } else {
    // A request that is in flight was sent before this call began and is no answer to it.
    ++state_.trying_next;
  }
}

void Stepper::on(const Cancel& event) {
  if (!event.waiter.once) {
    LEASEHOLD_ASSERT(state_.patient > 0);
    --state_.patient;
  } else {
    const bool covered = state_.campaign && state_.campaign->acquire &&
                         event.waiter.since < state_.campaign->acquire->ordinal;
    std::uint32_t& trying = covered ? state_.trying_now : state_.trying_next;
    LEASEHOLD_ASSERT(trying > 0);
    --trying;
  }
  if (!wanted()) drop_campaign();
}

void Stepper::on(const Leave& event) {
  if (!state_.tenure || state_.tenure->id() != event.tenure) return;
  LEASEHOLD_ASSERT(state_.tenure->guards > 0);
  // Within its minimum hold it goes on without a guard: see drive_tenure.
  if (--state_.tenure->guards > 0 && !planted(Bug::M40)) return;
  if (now_.at >= kept_until(config_, state_)) end_tenure();
}

void Stepper::on(const Release& event) {
  if (!state_.tenure || state_.tenure->id() != event.tenure) return;
  const Instant<LocalClock> earliest = kept_until(config_, state_);
  if (now_.at >= earliest) return end_tenure();
  tell_stopped();
  state_.tenure->release_at = earliest;
}

void Stepper::on(const Stop& event) {
  if (!state_.tenure || state_.tenure->id() != event.tenure || state_.tenure->release_at) return;
  tell_stopped();
  state_.tenure->release_at =
      std::max(after(config_.timing.stop_budget), kept_until(config_, state_));
}

void Stepper::on(const Reply& event) {
  switch (event.request.kind) {
    case Request::Kind::acquire:
      return on_acquire_answer(event);
    case Request::Kind::renew:
      return on_renew_answer(event);
    case Request::Kind::release:
    case Request::Kind::abandon:
      return on_end_answer(event);
  }
}

bool Stepper::wanted() const { return state_.patient + state_.trying_now + state_.trying_next > 0; }

bool Stepper::may_join() const {
  const Tenure& tenure = *state_.tenure;
  return (!tenure.jeopardy || planted(Bug::M39)) && !too_old(config_, tenure, now_) &&
         is_held(config_, state_, tenure.id(), now_);
}

void Stepper::admit_waiters() {
  if (!wanted() || !state_.tenure) return;
  Tenure& tenure = *state_.tenure;
  if (!may_join()) {
    // Our own tenure is in the way. Those who wait get the next one.
    state_.trying_now += std::exchange(state_.trying_next, 0);
    return refuse(state_.requests + 1, Refusal::busy);
  }
  tenure.guards += state_.patient + state_.trying_now + state_.trying_next;
  state_.patient = state_.trying_now = state_.trying_next = 0;
  tell({.kind = Tell::Kind::granted, .tenure = tenure.id(), .margin = tenure.deadline - now_.at});
}

bool Stepper::timed_out(const std::optional<InFlight>& in_flight) const {
  return in_flight && now_.at >= in_flight->sent.at + on_local(config_.timing.request_timeout);
}

Request Stepper::next_request(Request::Kind kind, OwnerId owner, Term term) {
  return Request{
      .kind = kind, .ordinal = ++state_.requests, .sent = now_, .owner = owner, .term = term};
}

bool slept_since(const Config& config, LocalTime anchor, LocalTime now) {
  return config.authority != Authority::host_clock && !planted(Bug::M12) &&
         now.asleep - anchor.asleep > slept;
}

bool too_old(const Config& config, const Tenure& tenure, LocalTime now) {
  const Length most = config.timing.max_tenure;
  return most > Length::zero() && now.at >= tenure.began + on<LocalClock>(most);
}

// A contender that saw the row last changes hands after `observation_wait`, the longest of all
// waits, and after the lock delay; the last request left at most Q ago.
Span<LocalClock> longest_aftermath(const Config& config) {
  return observation_wait(config.timing.lease, config.bounds) +
         on<LocalClock>(counted_delay(config) + config.timing.request_timeout);
}

Instant<LocalClock> kept_until(const Config& config, const State& state) {
  LEASEHOLD_ASSERT(state.tenure);
  return state.tenure->began + (planted(Bug::X11) ? Span<LocalClock>() : counted_hold(config));
}

bool is_held(const Config& config, const State& state, const TenureId& tenure, LocalTime now) {
  return state.tenure && state.tenure->id() == tenure && !state.tenure->release_at &&
         (now.at < state.tenure->deadline || planted(Bug::M04)) &&
         !slept_since(config, state.tenure->anchor, now);
}

bool join_at_once(const Config& config, State& state, LocalTime now) {
  if (!state.tenure || (state.tenure->jeopardy && !planted(Bug::M39))) return false;
  const bool late = now.at >= soft_deadline(config, state) && !planted(Bug::M39);
  if (late || too_old(config, *state.tenure, now)) return false;
  if (!is_held(config, state, state.tenure->id(), now)) return false;
  ++state.tenure->guards;
  return true;
}

bool leave_at_once(State& state, const TenureId& tenure) {
  if (!state.tenure || state.tenure->id() != tenure) return true;
  if (state.tenure->guards == 1 || planted(Bug::M40)) return false;
  --state.tenure->guards;
  return true;
}

Instant<LocalClock> soft_deadline(const Config& config, const State& state) {
  LEASEHOLD_ASSERT(state.tenure);
  return state.tenure->deadline - on<LocalClock>(config.timing.stop_budget);
}

Instant<LocalClock> next_wake(const Config& config, const State& state) {
  const Span<LocalClock> timeout = on<LocalClock>(config.timing.request_timeout);
  const auto due = [timeout](const std::optional<InFlight>& in_flight, Instant<LocalClock> next) {
    return in_flight ? in_flight->sent.at + timeout : next;
  };
  Instant<LocalClock> wake = Instant<LocalClock>::never();
  if (state.tenure) {
    const Instant<LocalClock> over =
        planted(Bug::M04) ? Instant<LocalClock>::never() : state.tenure->deadline;
    wake = std::min(over, due(state.tenure->renewal, state.tenure->next_renewal));
    if (!state.tenure->jeopardy) wake = std::min(wake, soft_deadline(config, state));
    wake = std::min(wake, state.tenure->release_at.value_or(wake));
    if (state.tenure->guards == 0) wake = std::min(wake, kept_until(config, state));
  }
  if (state.campaign) {
    wake = std::min(wake, due(state.campaign->acquire, state.campaign->next_try));
  }
  for (const std::optional<Ending>& ending : state.endings) {
    if (ending) {
      wake = std::min({wake, ending->give_up_at, due(ending->request, ending->next_try)});
    }
  }
  return wake;
}

const char* to_string(Loss reason) {
  switch (reason) {
    case Loss::deadline:
      return "deadline";
    case Loss::superseded:
      return "superseded";
    case Loss::suspended:
      return "suspended";
    case Loss::cloned:
      return "cloned";
    case Loss::store_gone:
      return "store_gone";
    case Loss::forgotten:
      return "forgotten";
  }
  return "?";
}

const char* to_string(EndOutcome outcome) {
  switch (outcome) {
    case EndOutcome::released:
      return "released";
    case EndOutcome::already_lost:
      return "already_lost";
    case EndOutcome::unknown:
      return "unknown";
  }
  return "?";
}

const char* to_string(Refusal why) {
  switch (why) {
    case Refusal::busy:
      return "busy";
    case Refusal::too_late:
      return "too_late";
    case Refusal::misuse:
      return "misuse";
    case Refusal::not_applied:
      return "not_applied";
    case Refusal::unknown:
      return "unknown";
  }
  return "?";
}

}  // namespace leasehold::core
