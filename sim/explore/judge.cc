#include "sim/explore/judge.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "lib/src/core/machine.h"

namespace leasehold::sim {
namespace {

using core::Answer;
using core::Request;
using core::Tell;

void note(Invariant invariant, std::vector<Invariant>& broken) {
  if (std::find(broken.begin(), broken.end(), invariant) == broken.end()) {
    broken.push_back(invariant);
  }
}

// --- The store ----------------------------------------------------------------------------------

/// One request and its answer, held against the model as it was before.
class Verdict {
 public:
  Verdict(const Config& config, LocalTime now, const Request& request, const Answer& answer,
          Model& model)
      : config_(config),
        now_(same_kernel(now.at)),
        request_(request),
        answer_(answer),
        model_(model) {}

  // I19: whether one fenced lock may say so. What it changes is changed.
  bool is_good() {
    switch (answer_.kind) {
      case Answer::Kind::granted:
        return granted();
      case Answer::Kind::busy:
        return model_.owner && model_.owner != request_.owner && answer_.term == model_.term &&
               !over();
      case Answer::Kind::moved:
        return (!model_.owner || over() || observed()) && answer_.term == model_.term &&
               request_.term != model_.term;
      case Answer::Kind::renewed:
        return renewed();
      case Answer::Kind::not_owner:
        return !owns() || (request_.kind == Request::Kind::renew && over());
      case Answer::Kind::stale:
        return owns() && answer_.seq <= model_.seq;
      case Answer::Kind::released:
        return released();
      case Answer::Kind::abandoned:
        return abandoned();
      case Answer::Kind::misuse:
      case Answer::Kind::not_applied:
      case Answer::Kind::unknown:
        break;
    }
    return false;
  }

  // I3. Requires: the model is as it was before.
  bool keeps_terms() const {
    switch (answer_.kind) {
      case Answer::Kind::granted:
        return answer_.previous == Previous::own ? answer_.term == model_.granted
                                                 : answer_.term > model_.granted;
      case Answer::Kind::renewed:
      case Answer::Kind::released:
        return request_.term == model_.granted;
      default:
        return true;
    }
  }

  // I7. Requires: the model is as it was before.
  bool releases_its_own() const {
    return answer_.kind != Answer::Kind::released || !model_.owner || owns();
  }

 private:
  bool observed() const { return config_.authority == Authority::observation; }
  bool owns() const {
    return model_.owner && model_.owner == request_.owner && model_.term == request_.term;
  }
  bool over() const { return model_.expires_at && now_ > *model_.expires_at; }

  void lease_begins() {
    const auto& ends = answer_.expires_at;
    model_.expires_at = model_.expires_at && ends ? std::max(model_.expires_at, ends) : ends;
    model_.renewed_at = now_;
  }

  bool granted() {
    bool good = request_.kind == Request::Kind::acquire;
    if (answer_.previous == Previous::own) {
      good = good && model_.owner == request_.owner && model_.term == answer_.term && !over();
    } else {
      good = good && answer_.term == model_.term + 1 && request_.term == model_.term &&
             (!model_.owner || over() || (observed() && request_.unchanged));
      model_.owner = request_.owner;
      model_.expires_at.reset();
      model_.seq = 0;
    }
    model_.term = model_.granted = answer_.term;
    lease_begins();
    return good;
  }

  bool renewed() {
    const bool good = owns() && !over() && request_.seq > model_.seq;
    model_.seq = request_.seq;
    lease_begins();
    return good;
  }

  bool released() {
    const bool good = owns();
    set_free();
    return good;
  }

  bool abandoned() {
    const bool own = model_.owner && model_.owner == request_.owner;
    const bool waits = !own && model_.owner && model_.term == request_.term;
    if (own) {
      set_free();
    } else if (!model_.owner && model_.term == request_.term) {
      ++model_.term;
    }
    return answer_.settled == !waits;
  }

  void set_free() {
    model_.owner = OwnerId{};
    model_.expires_at.reset();
  }

  const Config& config_;
  const Instant<StoreClock> now_;
  const Request& request_;
  const Answer& answer_;
  Model& model_;
};

// --- A process ----------------------------------------------------------------------------------

const Tell* as_tell(const core::Effect& effect) { return std::get_if<Tell>(&effect); }

bool is_end_of(const core::Effect& effect, const core::TenureId& tenure) {
  const Tell* const tell = as_tell(effect);
  return tell != nullptr && tell->tenure == tenure &&
         (tell->kind == Tell::Kind::stopped || tell->kind == Tell::Kind::lost);
}

bool gives_back(const core::Effect& effect, const OwnerId& owner) {
  const auto* const request = std::get_if<Request>(&effect);
  return request != nullptr && request->owner == owner &&
         (request->kind == Request::Kind::release || request->kind == Request::Kind::abandon);
}

// I15: the last guard that goes ends the tenure, no other does, and whoever had one is told before
// the store is.
bool guards_are_counted(const core::State& before, const Deed& deed, const core::State& after) {
  if (!before.tenure) return true;
  const core::TenureId tenure = before.tenure->id();
  const auto ended = std::find_if(deed.effects.begin(), deed.effects.end(),
                                  [&](const auto& one) { return is_end_of(one, tenure); });
  const auto sent = std::find_if(deed.effects.begin(), deed.effects.end(),
                                 [&](const auto& one) { return gives_back(one, tenure.owner); });
  if (sent != deed.effects.end() && sent < ended) return false;
  const bool stopped = ended != deed.effects.end() && as_tell(*ended)->kind == Tell::Kind::stopped;
  if (!std::holds_alternative<core::Leave>(deed.event)) return !stopped;
  // A lease that ran out meanwhile was lost before the guard went.
  const bool lost = ended != deed.effects.end() && !stopped;
  if (lost) return true;
  if (before.tenure->guards == 1) return stopped && sent != deed.effects.end();
  return !stopped && after.tenure && after.tenure->id() == tenure;
}

// I17: a loss, a renewal and an end are told only if the deadline or an answer to just that says
// so.
bool is_true_word(const Tell& tell, const core::State& before, LocalTime now,
                  const core::Reply* reply) {
  const bool of_renewal = reply != nullptr && reply->request.kind == Request::Kind::renew;
  switch (tell.kind) {
    case Tell::Kind::renewed:
      return of_renewal && reply->answer.kind == Answer::Kind::renewed;
    case Tell::Kind::lost:
      if (tell.loss == core::Loss::deadline) {
        return before.tenure && now.at >= before.tenure->deadline;
      }
      return tell.loss == core::Loss::superseded && of_renewal &&
             reply->answer.kind == Answer::Kind::not_owner;
    case Tell::Kind::ended: {
      if (tell.outcome == core::EndOutcome::unknown) return true;
      const bool own = reply != nullptr && reply->request.owner == tell.tenure.owner &&
                       (reply->request.kind == Request::Kind::release ||
                        reply->request.kind == Request::Kind::abandon);
      const bool refused = own && reply->answer.kind == Answer::Kind::not_owner;
      return tell.outcome == core::EndOutcome::already_lost
                 ? refused
                 : refused || (own && (reply->answer.kind == Answer::Kind::released ||
                                       reply->answer.kind == Answer::Kind::abandoned));
    }
    default:
      return true;
  }
}

// I9: the last who waited has gone. An acquire that may yet be granted, or was and nobody knows,
// must be given back.
bool leaves_no_ghost(const Situation& before, const Deed& deed, const Situation& after) {
  const Actor& is = after.actors.at(deed.actor);
  if (!may_leave_ghost(before.actors.at(deed.actor), deed, is)) return true;
  return std::none_of(after.letters.begin(), after.letters.end(), [&](const Letter& letter) {
    const bool of_attempt = letter.actor == deed.actor && !letter.orphan && !letter.heard &&
                            letter.request.kind == Request::Kind::acquire &&
                            letter.request.owner == is.asking;
    if (!of_attempt) return false;
    // Once another tenure is there it is as good as refused.
    return letter.answer
               ? letter.answer->kind == Answer::Kind::granted && after.model.owner == is.asking
               : letter.request.term == after.model.term;
  });
}

}  // namespace

bool believes(const Config& config, const Actor& actor, LocalTime now) {
  return actor.alive && actor.state.tenure &&
         core::is_held(config, actor.state, actor.state.tenure->id(), now);
}

bool may_leave_ghost(const Actor& was, const Deed& deed, const Actor& is) {
  if (was.state.patient == 0 || is.state.patient > 0 || !is.asking) return false;
  const auto gives = [&](const auto& one) {
    const Tell* const tell = as_tell(one);
    return gives_back(one, is.asking) || (tell != nullptr && tell->kind == Tell::Kind::granted);
  };
  if (std::any_of(deed.effects.begin(), deed.effects.end(), gives)) return false;
  return std::none_of(is.state.endings.begin(), is.state.endings.end(),
                      [&](const auto& ending) { return ending && ending->owner == is.asking; });
}

bool believes_anew(const Config& config, const Actor& was, const Actor& is, LocalTime now) {
  if (!believes(config, is, now)) return false;
  const core::Tenure& tenure = *is.state.tenure;
  return !believes(config, was, now) || was.state.tenure->id() != tenure.id() ||
         was.state.tenure->deadline != tenure.deadline;
}

// No longer than its lease is sure to last. Of a tenure that the record no longer shows I1 tells
// more.
bool stays_within_lease(const Config& config, const core::Tenure& tenure, const Model& model) {
  if (model.owner != tenure.owner || model.term != tenure.term) return true;
  switch (config.authority) {
    // The same clock shows a time after the lease's end only a tick later.
    case Authority::host_clock:
      return tenure.deadline <= same_kernel(*model.expires_at) + on<LocalClock>(explored_tick);
    // The store's clock may be ahead of ours by what ours leaves off a tick.
    case Authority::store_clock:
      return tenure.deadline <= same_kernel(*model.expires_at);
    default:
      return tenure.deadline <= same_kernel(model.renewed_at) + on<LocalClock>(config.timing.lease);
  }
}

const std::vector<Invariant>& explored_invariants() {
  static const std::vector<Invariant> judged{Invariant::I1,  Invariant::I3,  Invariant::I5,
                                             Invariant::I7,  Invariant::I9,  Invariant::I13,
                                             Invariant::I15, Invariant::I17, Invariant::I19};
  return judged;
}

void judge_answer(const Config& config, LocalTime now, const Request& request, const Answer& answer,
                  Model& model, std::vector<Invariant>& broken) {
  Verdict verdict(config, now, request, answer, model);
  if (!verdict.keeps_terms()) note(Invariant::I3, broken);
  if (!verdict.releases_its_own()) note(Invariant::I7, broken);
  if (!verdict.is_good()) note(Invariant::I19, broken);
}

void judge_deed(const Config& config, const Situation& before, const Deed& deed,
                const Situation& after, std::vector<Invariant>& broken) {
  const Actor& was = before.actors.at(deed.actor);
  const Actor& is = after.actors.at(deed.actor);
  if (!leaves_no_ghost(before, deed, after)) note(Invariant::I9, broken);
  if (believes_anew(config, was, is, after.now) &&
      !stays_within_lease(config, *is.state.tenure, after.model)) {
    note(Invariant::I13, broken);
  }
  if (!guards_are_counted(was.state, deed, is.state)) note(Invariant::I15, broken);
  const auto* const reply = std::get_if<core::Reply>(&deed.event);
  for (const core::Effect& effect : deed.effects) {
    const Tell* const tell = as_tell(effect);
    if (tell != nullptr && !is_true_word(*tell, was.state, after.now, reply)) {
      note(Invariant::I17, broken);
    }
  }
}

void judge_situation(const Config& config, const Situation& situation,
                     std::vector<Invariant>& broken) {
  int believers = 0;
  for (const Actor& actor : situation.actors) {
    if (!believes(config, actor, situation.now)) continue;
    ++believers;
    if (situation.now.at >= actor.state.tenure->deadline) note(Invariant::I5, broken);
  }
  if (believers > 1) note(Invariant::I1, broken);
}

}  // namespace leasehold::sim
