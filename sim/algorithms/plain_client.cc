#include "sim/algorithms/plain_client.h"

#include <algorithm>
#include <utility>

namespace leasehold::sim {

using core::Answer;
using core::Request;
using core::Tell;

PlainClient::PlainClient(const Shell::Doors& doors, const Config& config, std::string key,
                         std::string process)
    : doors_(doors), config_(config), key_(std::move(key)), process_(std::move(process)) {}

PlainClient::PlainClient(const Shell::Doors& doors, const PlainClient& original)
    : doors_(doors),
      config_(original.config_),
      key_(original.key_),
      process_(original.process_),
      waiting_(original.waiting_),
      tenure_(original.tenure_),
      in_flight_(original.in_flight_),
      next_(original.next_),
      requests_(original.requests_) {}

// When the alarm rings is for the finished copy to say.
std::unique_ptr<Algorithm> PlainClient::clone(const Shell::Doors& doors) const {
  std::unique_ptr<PlainClient> copy = copy_for(doors);
  copy->set_alarm();
  return copy;
}

PlainClient::~PlainClient() { doors_.scheduler.cancel(*this); }

PlainClient::Moment PlainClient::now() const {
  const LocalTime time = doors_.clock.now();
  return time.at - time.asleep;
}

void PlainClient::acquire(CallId call, std::optional<Length> within) {
  if (waiting_.empty() && !tenure_) next_ = now();
  waiting_.add(call, within, now());
  act();
}

void PlainClient::cancel(CallId call) { waiting_.remove(call); }

void PlainClient::drop(const core::TenureId& tenure) {
  if (tenure_ && tenure_->id == tenure && --tenure_->guards == 0) release(tenure);
}

void PlainClient::release(const core::TenureId& tenure) {
  if (!tenure_ || tenure_->id != tenure) return;
  doors_.listener.on_tell({.kind = Tell::Kind::stopped, .tenure = tenure});
  give_back();
  act();
}

bool PlainClient::is_held(const core::TenureId& tenure) const {
  return tenure_ && tenure_->id == tenure && (!minds_its_deadline() || now() < tenure_->deadline);
}

std::optional<Holding> PlainClient::holding() const {
  if (!tenure_) return std::nullopt;
  return Holding{.tenure = tenure_->id,
                 .deadline = tenure_->deadline + doors_.clock.now().asleep,
                 .stops_in_suspend = true};
}

void PlainClient::wake() { act(); }

void PlainClient::act() {
  waiting_.let_late_ones_go(now(), doors_.listener);
  if (tenure_ && minds_its_deadline() && now() >= tenure_->deadline) lose(core::Loss::deadline);
  if (tenure_) grant_waiting();
  if (in_flight_ && now() >= in_flight_->gives_up) {
    const bool renewal = in_flight_->kind == Request::Kind::renew;
    in_flight_.reset();
    if (!renewal)
      waiting_.refuse_tries(ShellListener::Ending::store_error, core::Refusal::unknown,
                            doors_.listener);
  }
  if (!in_flight_ && now() >= next_) {
    if (tenure_) {
      send(Request::Kind::renew);
    } else if (!waiting_.empty()) {
      send(Request::Kind::acquire);
    }
  }
  set_alarm();
}

void PlainClient::send(Request::Kind kind) {
  Request request{.kind = kind, .ordinal = ++requests_, .sent = doors_.clock.now()};
  request.unchanged = depends_on(kind);
  if (kind == Request::Kind::acquire) {
    request.owner = doors_.random.id<OwnerId>();
    next_ = now() + on<LocalClock>(config_.timing.retry_pause);
  } else {
    request.owner = tenure_->id.owner;
    request.term = tenure_->id.term;
  }
  if (kind == Request::Kind::renew) {
    request.seq = ++tenure_->seq;
    next_ = now() + on<LocalClock>(config_.timing.renew_every);
  }
  if (kind != Request::Kind::release) {
    in_flight_ = {request.ordinal, kind, now() + on<LocalClock>(config_.timing.request_timeout)};
  }
  doors_.store.send(StoreCall{key_, config_.timing.lease, process_, request}, *this);
}

void PlainClient::on_reply(const Request& request, const StoreReply& reply) {
  const bool awaited = in_flight_ && in_flight_->ordinal == request.ordinal;
  if (!awaited) return;
  in_flight_.reset();
  hear(request, reply.answer);
  if (request.kind == Request::Kind::acquire) {
    on_acquire_answer(request, reply.answer);
  } else if (tenure_ && tenure_->id.owner == request.owner) {
    on_renew_answer(request, reply.answer);
  }
  act();
}

// The end of a lease that cannot have begun before its request was sent.
PlainClient::Moment PlainClient::end_of_lease(const Request& request) const {
  return request.sent.at - request.sent.asleep + on<LocalClock>(config_.timing.lease);
}

void PlainClient::on_acquire_answer(const Request& request, const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::granted:
      tenure_ = Tenure{.id = {request.owner, answer.term}, .deadline = end_of_lease(request)};
      if (waiting_.empty()) return give_back();
      next_ = request.sent.at - request.sent.asleep + on<LocalClock>(config_.timing.renew_every);
      return;
    case Answer::Kind::busy:
      return waiting_.refuse_tries(ShellListener::Ending::busy, core::Refusal::busy,
                                   doors_.listener);
    default:
      return waiting_.refuse_tries(ShellListener::Ending::store_error, core::Refusal::unknown,
                                   doors_.listener);
  }
}

void PlainClient::on_renew_answer(const Request& request, const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::renewed:
      tenure_->deadline = end_of_lease(request);
      return doors_.listener.on_tell({.kind = Tell::Kind::renewed, .tenure = tenure_->id});
    case Answer::Kind::not_owner:
      return lose(core::Loss::superseded);
    default:
      return doors_.listener.on_tell({.kind = Tell::Kind::renew_failed, .tenure = tenure_->id});
  }
}

void PlainClient::grant_waiting() {
  if (waiting_.empty() || !is_held(tenure_->id)) return;
  const core::TenureId id = tenure_->id;
  waiting_.grant(id, tenure_->guards, doors_.listener);
}

void PlainClient::lose(core::Loss reason) {
  const core::TenureId id = tenure_->id;
  tenure_.reset();
  next_ = now() + on<LocalClock>(config_.timing.retry_pause);
  doors_.listener.on_tell({.kind = Tell::Kind::lost, .tenure = id, .loss = reason});
}

void PlainClient::give_back() {
  send(Request::Kind::release);
  tenure_.reset();
  in_flight_.reset();
  next_ = now() + on<LocalClock>(config_.timing.retry_pause);
}

void PlainClient::set_alarm() {
  Moment next = Moment::never();
  if (in_flight_) {
    next = in_flight_->gives_up;
  } else if (tenure_ || !waiting_.empty()) {
    next = next_;
  }
  if (tenure_ && minds_its_deadline()) next = std::min(next, tenure_->deadline);
  next = std::min(next, waiting_.first_end());
  if (next == Moment::never()) return doors_.scheduler.cancel(*this);
  doors_.scheduler.wake_at(next + doors_.clock.now().asleep, *this);
}

}  // namespace leasehold::sim
