#include "sim/oracles/truthful_errors.h"

#include <algorithm>
#include <string>

#include "lib/src/shell/shell.h"

namespace leasehold::sim {
namespace {

using core::Answer;
using Call = core::Request::Kind;

Answer::Kind answer_of(const Event& event) { return static_cast<Answer::Kind>(event.detail); }

bool has_effect(const Event& applied) {
  const Answer::Kind answer = answer_of(applied);
  return answer == Answer::Kind::granted || answer == Answer::Kind::renewed ||
         answer == Answer::Kind::released || answer == Answer::Kind::abandoned;
}

bool same_request(const Event& a, const Event& b) {
  return a.process == b.process && a.call == b.call && a.ordinal == b.ordinal;
}

}  // namespace

TruthfulErrors::TruthfulErrors(const Names& names)
    : Oracle(Invariant::I17, names,
             {Event::Kind::sent, Event::Kind::applied, Event::Kind::answer_lost,
              Event::Kind::answer_cut, Event::Kind::answered, Event::Kind::crashed,
              Event::Kind::failed_over, Event::Kind::cloned, Event::Kind::takeable,
              Event::Kind::granted, Event::Kind::belief_begins, Event::Kind::belief_until,
              Event::Kind::belief_ends, Event::Kind::renewed, Event::Kind::renew_failed,
              Event::Kind::stopped, Event::Kind::lost, Event::Kind::refused, Event::Kind::ended}),
      processes_(names.size()),
      lineage_(names.size()) {}

void TruthfulErrors::see(const Event& event) {
  switch (event.kind) {
    case Event::Kind::sent:
      return on_sent(event);
    case Event::Kind::applied:
      return on_applied(event);
    case Event::Kind::answer_lost:
      return on_answer_over(event);
    case Event::Kind::answer_cut:
      return on_answer_cut(event);
    case Event::Kind::answered:
      return on_answered(event);
    case Event::Kind::crashed:
      return on_crash(event);
    case Event::Kind::failed_over:
      has_forgotten_ = has_forgotten_ || event.value > 0;
      return;
    case Event::Kind::cloned:
      return on_cloned(event);
    case Event::Kind::takeable:
      over_at_ = event.detail != 0 ? std::optional(event.until) : std::nullopt;
      // Some caller's calendar clock may be anywhere.
      if (event.detail == 2) over_at_ = TrueTime{};
      return;
    default:
      return on_told(event);
  }
}

// Which tenure the record shows. An abandon and a renewal that takes over may have changed it in
// ways that are not told.
void TruthfulErrors::watch_holder(const Event& event) {
  switch (answer_of(event)) {
    case Answer::Kind::granted:
      holder_ = event;
      over_at_.reset();
      return;
    case Answer::Kind::released:
    case Answer::Kind::abandoned:
    case Answer::Kind::moved:
      return holder_.reset();
    case Answer::Kind::not_owner: {
      const bool over = over_at_ && event.at >= *over_at_;
      // Of one that is cloned the other may have changed the record.
      const bool own = holder_ && holder_->process == event.process &&
                       holder_->owner == event.owner && !over && !lineage_.is_cloned(event.process);
      if (own && event.call == Call::renew) {
        refused_to_owner_.add(request_id_of(event));
      }
      return;
    }
    default:
      return;
  }
}

void TruthfulErrors::on_told(const Event& event) {
  switch (event.kind) {
    case Event::Kind::granted:
    case Event::Kind::belief_begins:
      return on_guard(event);
    case Event::Kind::belief_until:
      of(event).until = event.until;
      return;
    case Event::Kind::belief_ends:
      of(event).until.reset();
      return;
    case Event::Kind::renewed:
      if (heard_now(event, Call::renew, Answer::Kind::renewed)) return;
      return broken(event.at, name(event.process) + " takes term " + std::to_string(event.term) +
                                  " for renewed at " + moment(event.at) +
                                  " although no answer says so");
    case Event::Kind::renew_failed:
      exercised();
      if (!of(event).heard || of(event).heard->at != event.at) reached(Mark::renewal_unanswered);
      return;
    case Event::Kind::stopped:
      of(event).tenure.reset();
      of(event).kept = event.owner;
      return;
    case Event::Kind::lost:
      return on_lost(event);
    case Event::Kind::refused:
      return on_refused(event);
    case Event::Kind::ended:
      return on_ended(event);
    default:
      return;
  }
}

void TruthfulErrors::on_applied(const Event& event) {
  watch_holder(event);
  if (!has_effect(event)) return;
  if (disowned_.contains(request_id_of(event))) {
    broken(event.at, request_of(event) + " of " + name(event.process) + " took effect at " +
                         moment(event.at) + " after it was said not to be applied");
  }
  on_the_way_.push_back(event);
}

void TruthfulErrors::on_answer_over(const Event& event) {
  const auto found = std::find_if(on_the_way_.begin(), on_the_way_.end(),
                                  [&](const Event& one) { return same_request(one, event); });
  if (found != on_the_way_.end()) on_the_way_.erase(found);
}

// Of copies of one request that were answered differently another may still arrive.
void TruthfulErrors::on_answer_cut(const Event& event) {
  if (answer_of(event) == Answer::Kind::unknown) return;
  const auto found = effect_behind(event);
  if (found != on_the_way_.end()) on_the_way_.erase(found);
}

std::vector<Event>::iterator TruthfulErrors::effect_behind(const Event& answered) {
  const Answer::Kind answer = answer_of(answered);
  // Copies of one request may be answered differently; an error may hide any answer.
  const bool error = answer == Answer::Kind::not_applied || answer == Answer::Kind::unknown;
  return std::find_if(on_the_way_.begin(), on_the_way_.end(), [&](const Event& one) {
    return same_request(one, answered) && (error || answer_of(one) == answer);
  });
}

void TruthfulErrors::on_answered(const Event& event) {
  const Answer::Kind answer = answer_of(event);
  const auto applied = effect_behind(event);
  const bool took_effect = applied != on_the_way_.end();
  if (took_effect && answer == Answer::Kind::granted) {
    confirmed_.add({event.process, applied->term});
  }
  if (answer == Answer::Kind::not_applied) {
    exercised();
    reached(Mark::not_applied_heard);
    disowned_.add(request_id_of(event));
    if (took_effect) {
      broken(event.at, request_of(event) + " of " + name(event.process) +
                           " is said not to be applied at " + moment(event.at) +
                           " although it took effect at " + moment(applied->at));
    }
  }
  if (answer == Answer::Kind::unknown) {
    exercised();
    reached(Mark::unknown_heard);
  }
  // Unknown may be the word on a copy that came to a store that was down, while another took effect
  // and its answer is still to come.
  if (took_effect && answer != Answer::Kind::unknown) on_the_way_.erase(applied);
  of(event).heard = Heard{event.at, event.ordinal, event.call, answer};
}

bool TruthfulErrors::heard_now(const Event& event, Call call, Answer::Kind answer) {
  const std::optional<Heard>& heard = of(event).heard;
  return heard && heard->at == event.at && heard->call == call && heard->answer == answer;
}

void TruthfulErrors::on_guard(const Event& event) {
  if (event.kind == Event::Kind::granted) of(event).tenure = event.term;
  if (confirmed_.contains({event.process, event.term})) return;
  broken(event.at, name(event.process) + " takes term " + std::to_string(event.term) +
                       " for its own at " + moment(event.at) + " although no answer granted it");
}

void TruthfulErrors::on_lost(const Event& event) {
  const std::optional<TrueTime> until = of(event).until;
  of(event).tenure.reset();
  bool true_word = false;
  switch (static_cast<core::Loss>(event.detail)) {
    case core::Loss::deadline:
    case core::Loss::suspended:
      true_word = !until || event.at >= *until;
      break;
    case core::Loss::superseded:
      true_word =
          heard_now(event, Call::renew, Answer::Kind::not_owner) &&
          !refused_to_owner_.contains({event.process, Call::renew, of(event).heard->ordinal});
      break;
    case core::Loss::cloned:
      exercised();
      true_word =
          heard_now(event, Call::renew, Answer::Kind::stale) && lineage_.is_cloned(event.process);
      break;
    case core::Loss::store_gone:
      true_word = of(event).heard && of(event).heard->at == event.at;
      break;
    case core::Loss::forgotten:
      exercised();
      true_word = has_forgotten_ && heard_now(event, Call::renew, Answer::Kind::not_owner);
      break;
  }
  if (true_word) return;
  broken(event.at, name(event.process) + " gives up term " + std::to_string(event.term) + " at " +
                       moment(event.at) + " (" +
                       core::to_string(static_cast<core::Loss>(event.detail)) +
                       ") although neither an answer nor its deadline says so");
}

void TruthfulErrors::on_refused(const Event& event) {
  const auto ending = static_cast<ShellListener::Ending>(event.detail);
  const auto why = static_cast<core::Refusal>(event.other);
  bool true_word = true;
  if (ending == ShellListener::Ending::busy) {
    // "Too late": granted, and given back.
    true_word = of(event).tenure || of(event).kept ||
                heard_now(event, Call::acquire, Answer::Kind::busy) ||
                heard_now(event, Call::acquire, Answer::Kind::granted);
  } else if (ending == ShellListener::Ending::store_error) {
    exercised();
    if (why == core::Refusal::not_applied) {
      true_word = heard_now(event, Call::acquire, Answer::Kind::not_applied);
    }
    if (why == core::Refusal::unknown) reached(Mark::refused_as_unknown);
  }
  if (true_word) return;
  broken(event.at, name(event.process) + " is refused at " + moment(event.at) + " as " +
                       core::to_string(why) + " although no answer says so");
}

void TruthfulErrors::on_sent(const Event& event) {
  if (event.call != Call::release && event.call != Call::abandon) return;
  if (of(event).kept == event.owner) of(event).kept.reset();
  of(event).asked_to_end[{event.call, event.ordinal}] = event.owner;
}

// What would have been told as a loss, had its guards not been dead.
bool TruthfulErrors::was_lost_while_kept(const Event& event) {
  if (of(event).kept != event.owner) return false;
  if (heard_now(event, Call::renew, Answer::Kind::stale)) {
    return lineage_.is_cloned(event.process);
  }
  return heard_now(event, Call::renew, Answer::Kind::not_owner) &&
         !refused_to_owner_.contains({event.process, Call::renew, of(event).heard->ordinal});
}

// By an answer of this moment, and to a request that was about this tenure.
void TruthfulErrors::on_ended(const Event& event) {
  const std::optional<Heard>& heard = of(event).heard;
  const auto& asked = of(event).asked_to_end;
  const OwnerId* const whose = heard ? asked.find({heard->call, heard->ordinal}) : nullptr;
  const bool now = heard && heard->at == event.at && whose != nullptr && *whose == event.owner;
  bool true_word = true;
  switch (static_cast<core::EndOutcome>(event.detail)) {
    case core::EndOutcome::released:
      true_word = now && (heard->answer == Answer::Kind::released ||
                          heard->answer == Answer::Kind::abandoned ||
                          heard->answer == Answer::Kind::not_owner);
      break;
    case core::EndOutcome::already_lost:
      true_word = (now && heard->answer == Answer::Kind::not_owner) || was_lost_while_kept(event);
      break;
    case core::EndOutcome::unknown:
      exercised();
      break;
  }
  if (of(event).kept == event.owner) of(event).kept.reset();
  if (true_word) return;
  broken(event.at, name(event.process) + " says at " + moment(event.at) + " that term " +
                       std::to_string(event.term) + " is " +
                       core::to_string(static_cast<core::EndOutcome>(event.detail)) +
                       " although no answer says so");
}

// Nobody hears of what was on its way to it.
void TruthfulErrors::on_crash(const Event& event) {
  of(event) = {};
  std::erase_if(on_the_way_, [&event](const Event& one) { return one.process == event.process; });
}

// A copy knows what its original knew, and hears nothing of what is on its way to that one.
void TruthfulErrors::on_cloned(const Event& event) {
  lineage_.see(event);
  of(event) = processes_.at(event.value);
  of(event).heard.reset();
  copy_of_process(confirmed_, event);
}

}  // namespace leasehold::sim
