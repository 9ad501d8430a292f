// How a tenure or an unwanted attempt is taken back at the store.
#include <algorithm>

#include "lib/src/core/stepper.h"
#include "lib/src/plant.h"

namespace leasehold::core {

void Stepper::begin_ending(Request::Kind kind, OwnerId owner, Term term) {
  const auto slot = std::find(state_.endings.begin(), state_.endings.end(), std::nullopt);
  // Both taken cannot be: a campaign, and with it a tenure, starts only while one is free. Were it
  // otherwise, the row would simply run out.
  if (slot == state_.endings.end()) return;
  *slot = Ending{.kind = kind,
                 .owner = owner,
                 .term = term,
                 .next_try = now_.at,
                 .give_up_at = now_.at + longest_aftermath(config_)};
}

bool Stepper::an_ending_is_awaited() const {
  return std::any_of(state_.endings.begin(), state_.endings.end(),
                     [](const auto& one) { return one && !one->overdue; });
}

// A campaign waits for the answer to the last ending, at most Q, and needs a free slot for the
// ending that it may itself need.
bool Stepper::endings_allow_a_campaign() const {
  const bool room = std::any_of(state_.endings.begin(), state_.endings.end(),
                                [](const auto& one) { return !one; });
  return room && !an_ending_is_awaited();
}

// A newer tenure is there: nothing of an older one is left to take back, but how that one ended was
// not heard.
void Stepper::forget_endings_before(Term term) {
  for (std::optional<Ending>& ending : state_.endings) {
    if (!ending || ending->term >= term) continue;
    tell({.kind = Tell::Kind::ended, .tenure = ending->tenure(), .outcome = EndOutcome::unknown});
    ending.reset();
  }
}

void Stepper::expire_endings() {
  for (std::optional<Ending>& ending : state_.endings) {
    if (!ending) continue;
    if (timed_out(ending->request)) {
      ending->request.reset();
      ending->overdue = true;
      ending->next_try = after(config_.timing.retry_pause);
    }
    if (now_.at >= ending->give_up_at) {
      tell({.kind = Tell::Kind::ended, .tenure = ending->tenure(), .outcome = EndOutcome::unknown});
      ending.reset();
    }
  }
}

// Means nothing by itself: the state alone says what is due.
void Stepper::on(const Alarm&) {
  if (!planted(Bug::M14)) return;
  for (const std::optional<Ending>& ending : state_.endings) {
    if (!ending || ending->kind != Request::Kind::release) continue;
    Request renewal = next_request(Request::Kind::renew, ending->owner, ending->term);
    renewal.seq = renewal.ordinal;
    effects_.push_back(renewal);
  }
}

void Stepper::send_endings() {
  for (std::optional<Ending>& ending : state_.endings) {
    if (ending && !ending->request && now_.at >= ending->next_try) send_ending(*ending);
  }
}

void Stepper::send_ending(Ending& ending) {
  const Request request = next_request(ending.kind, ending.owner, ending.term);
  ending.request = InFlight{request.ordinal, now_};
  effects_.push_back(request);
}

void Stepper::on_end_answer(const Reply& reply) {
  const auto slot = std::find_if(
      state_.endings.begin(), state_.endings.end(), [&reply](const std::optional<Ending>& one) {
        const bool meant = one && one->kind == reply.request.kind &&
                           one->owner == reply.request.owner && one->term == reply.request.term;
        return meant || (planted(Bug::M36) && one);
      });
  if (slot == state_.endings.end()) return;
  Ending& ending = **slot;
  const Answer& answer = reply.answer;
  const bool answered = answer.kind == Answer::Kind::released ||
                        answer.kind == Answer::Kind::not_owner ||
                        (answer.kind == Answer::Kind::abandoned && answer.settled);
  if (answered) {
    // Free with our own term: an earlier copy of this very release was applied.
    const bool lost_before = answer.kind == Answer::Kind::not_owner &&
                             !(answer.why == NotOwner::Why::free && answer.term == ending.term);
    tell({.kind = Tell::Kind::ended,
          .tenure = ending.tenure(),
          .outcome = lost_before ? EndOutcome::already_lost : EndOutcome::released});
    slot->reset();
    return;
  }
  if (!ending.request || ending.request->ordinal != reply.request.ordinal) return;
  ending.request.reset();
  ending.overdue = true;
  // Not settled: another tenure must end first, and that may take as long as it likes.
  const bool unsettled = answer.kind == Answer::Kind::abandoned;
  ending.next_try = after(unsettled ? config_.timing.longest_wait : config_.timing.retry_pause);
}

}  // namespace leasehold::core
