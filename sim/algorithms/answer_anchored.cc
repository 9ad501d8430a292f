#include "sim/algorithms/answer_anchored.h"

#include <algorithm>
#include <utility>

namespace leasehold::sim {

using core::Answer;
using core::Request;
using core::Tell;

AnswerAnchored::AnswerAnchored(const Shell::Doors& doors, const Config& config,
                               const AnswerAnchoredOptions& options, std::string key,
                               std::string process)
    : doors_(doors),
      config_(config),
      options_(options),
      key_(std::move(key)),
      process_(std::move(process)) {}

AnswerAnchored::AnswerAnchored(const Shell::Doors& doors, const AnswerAnchored& original)
    : doors_(doors),
      config_(original.config_),
      options_(original.options_),
      key_(original.key_),
      process_(original.process_),
      waiting_(original.waiting_),
      tenure_(original.tenure_),
      in_flight_(original.in_flight_),
      sighting_(original.sighting_),
      owner_(original.owner_),
      known_term_(original.known_term_),
      next_(original.next_),
      requests_(original.requests_) {
  set_alarm();
}

std::unique_ptr<Algorithm> AnswerAnchored::clone(const Shell::Doors& doors) const {
  return std::make_unique<AnswerAnchored>(doors, *this);
}

AnswerAnchored::~AnswerAnchored() { doors_.scheduler.cancel(*this); }

AnswerAnchored::Moment AnswerAnchored::now() const {
  const LocalTime time = doors_.clock.now();
  return time.at - time.asleep;
}

void AnswerAnchored::acquire(CallId call, std::optional<Length> within) {
  if (waiting_.empty() && !tenure_) next_ = now();
  waiting_.add(call, within, now());
  act();
}

void AnswerAnchored::cancel(CallId call) { waiting_.remove(call); }

void AnswerAnchored::drop(const core::TenureId& tenure) {
  if (tenure_ && tenure_->id == tenure && --tenure_->guards == 0) release(tenure);
}

void AnswerAnchored::release(const core::TenureId& tenure) {
  if (!tenure_ || tenure_->id != tenure) return;
  const core::TenureId ended = tenure;
  tenure_.reset();
  doors_.listener.on_tell({.kind = Tell::Kind::stopped, .tenure = ended});
  give_back(ended);
  act();
}

bool AnswerAnchored::is_held(const core::TenureId& tenure) const {
  return tenure_ && tenure_->id == tenure && (!deadline_counts() || now() < tenure_->deadline);
}

// With `waits_for_request` the loop that renews is also the one that looks at the deadline.
bool AnswerAnchored::deadline_counts() const { return !options_.waits_for_request || !in_flight_; }

std::optional<Holding> AnswerAnchored::holding() const {
  if (!tenure_) return std::nullopt;
  const Moment deadline =
      deadline_counts() ? tenure_->deadline + doors_.clock.now().asleep : Moment::never();
  return Holding{.tenure = tenure_->id, .deadline = deadline, .stops_in_suspend = true};
}

void AnswerAnchored::wake() { act(); }

void AnswerAnchored::act() {
  waiting_.let_late_ones_go(now(), doors_.listener);
  if (tenure_ && deadline_counts() && now() >= tenure_->deadline) lose(core::Loss::deadline);
  if (tenure_) grant_waiting();
  if (in_flight_ && now() >= in_flight_->gives_up) {
    in_flight_.reset();
    next_ = now() + on<LocalClock>(config_.timing.retry_pause);
    if (tenure_) {
      on_renew_failed();
    } else {
      waiting_.refuse_tries(ShellListener::Ending::store_error, core::Refusal::unknown,
                            doors_.listener);
    }
  }
  if (!in_flight_ && now() >= next_) {
    if (tenure_) {
      send_renewal();
    } else if (!waiting_.empty()) {
      send_acquire();
    }
  }
  set_alarm();
}

void AnswerAnchored::send(Request request) {
  request.ordinal = ++requests_;
  request.sent = doors_.clock.now();
  const bool repeats =
      request.kind == Request::Kind::acquire || request.kind == Request::Kind::renew;
  if (repeats) {
    const Moment gives_up =
        options_.waits_for_request
            ? Moment::never()
            : now() +
                  on<LocalClock>(options_.request_timeout.value_or(config_.timing.request_timeout));
    in_flight_ = InFlight{request.ordinal, gives_up};
  }
  doors_.store.send(StoreCall{key_, config_.timing.lease, process_, request}, *this);
}

void AnswerAnchored::send_acquire() {
  if (!owner_) owner_ = doors_.random.id<OwnerId>();
  Request request{.kind = Request::Kind::acquire, .owner = owner_, .term = known_term_};
  if (sighting_ && now() >= sighting_->since + on<LocalClock>(sighting_->lease)) {
    request.unchanged = sighting_->version;
  }
  send(request);
}

void AnswerAnchored::send_renewal() {
  Request request{
      .kind = Request::Kind::renew, .owner = tenure_->id.owner, .term = tenure_->id.term};
  request.seq = ++tenure_->seq;
  request.renew_id = doors_.random.id<RenewId>();
  send(request);
}

void AnswerAnchored::on_reply(const Request& request, const StoreReply& reply) {
  const bool awaited = in_flight_ && in_flight_->ordinal == request.ordinal;
  if (awaited) in_flight_.reset();
  if (request.kind == Request::Kind::acquire) {
    if (awaited) on_acquire_answer(request, reply.answer);
  } else if (request.kind == Request::Kind::renew && tenure_ && tenure_->id.term == request.term) {
    if (awaited) on_renew_answer(reply.answer);
  }
  act();
}

void AnswerAnchored::on_acquire_answer(const Request& request, const Answer& answer) {
  next_ = now() + on<LocalClock>(config_.timing.retry_pause);
  switch (answer.kind) {
    case Answer::Kind::granted: {
      const core::TenureId id{std::exchange(owner_, {}), answer.term};
      known_term_ = answer.term;
      sighting_.reset();
      if (waiting_.empty()) return give_back(id);
      tenure_ = Tenure{.id = id, .deadline = now()};
      believe_from_now();
      next_ = now() + on<LocalClock>(options_.renew_every.value_or(config_.timing.renew_every));
      return;
    }
    case Answer::Kind::moved:
      next_ = now();
      break;
    case Answer::Kind::busy:
      if (!sighting_ || sighting_->version != answer.version) {
        sighting_ = Sighting{answer.version, now(), answer.lease};
      }
      if (answer.expires_at) sighting_.reset();
      waiting_.refuse_tries(ShellListener::Ending::busy, core::Refusal::busy, doors_.listener);
      break;
    default:
      return waiting_.refuse_tries(ShellListener::Ending::store_error, core::Refusal::unknown,
                                   doors_.listener);
  }
  if (answer.term != request.term) owner_ = {};
  known_term_ = answer.term;
}

void AnswerAnchored::on_renew_answer(const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::renewed:
      // The mistake: the store began to count when it applied the renewal, not when we heard of it.
      believe_from_now();
      next_ = now() + on<LocalClock>(options_.renew_every.value_or(config_.timing.renew_every));
      doors_.listener.on_tell({.kind = Tell::Kind::renewed, .tenure = tenure_->id});
      return;
    case Answer::Kind::not_owner:
      return lose(core::Loss::superseded);
    default:
      next_ = now() + on<LocalClock>(config_.timing.retry_pause);
      on_renew_failed();
  }
}

void AnswerAnchored::on_renew_failed() {
  if (options_.error_is_loss) return lose(core::Loss::superseded);
  if (options_.error_renews) believe_from_now();
}

void AnswerAnchored::believe_from_now() {
  const Length believes_for = options_.believes_for.value_or(config_.timing.lease);
  tenure_->deadline = now() + on<LocalClock>(believes_for);
}

void AnswerAnchored::grant_waiting() {
  if (waiting_.empty() || !is_held(tenure_->id)) return;
  const core::TenureId id = tenure_->id;
  waiting_.grant(id, tenure_->guards, doors_.listener);
}

void AnswerAnchored::lose(core::Loss reason) {
  const core::TenureId id = tenure_->id;
  tenure_.reset();
  next_ = now();
  doors_.listener.on_tell({.kind = Tell::Kind::lost, .tenure = id, .loss = reason});
}

void AnswerAnchored::give_back(const core::TenureId& tenure) {
  send(Request{.kind = Request::Kind::release, .owner = tenure.owner, .term = tenure.term});
  in_flight_.reset();
  next_ = now() + on<LocalClock>(config_.timing.retry_pause);
}

void AnswerAnchored::set_alarm() {
  Moment next = Moment::never();
  if (in_flight_) {
    next = in_flight_->gives_up;
  } else if (tenure_ || !waiting_.empty()) {
    next = next_;
  }
  if (tenure_ && deadline_counts()) next = std::min(next, tenure_->deadline);
  next = std::min(next, waiting_.first_end());
  if (next == Moment::never()) return doors_.scheduler.cancel(*this);
  doors_.scheduler.wake_at(next + doors_.clock.now().asleep, *this);
}

}  // namespace leasehold::sim
