#include "sim/algorithms/version_cas.h"

namespace leasehold::sim {

using core::Answer;
using core::Request;

VersionCas::VersionCas(const Shell::Doors& doors, const VersionCas& original)
    : PlainClient(doors, original), version_(original.version_), sighting_(original.sighting_) {}

std::unique_ptr<PlainClient> VersionCas::copy_for(const Shell::Doors& doors) const {
  return std::make_unique<VersionCas>(doors, *this);
}

std::optional<Version> VersionCas::depends_on(Request::Kind kind) const {
  if (kind != Request::Kind::acquire) return version_;
  const bool expired = sighting_ && now() > sighting_->since + on<LocalClock>(sighting_->lease);
  return expired ? std::optional(sighting_->version) : std::nullopt;
}

void VersionCas::hear(const Request&, const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::granted:
    case Answer::Kind::renewed:
      version_ = answer.version;
      return sighting_.reset();
    case Answer::Kind::busy:
      if (!sighting_ || sighting_->version != answer.version) {
        sighting_ = Sighting{answer.version, answer.lease, now()};
      }
      return;
    default:
      return;
  }
}

StoreReply VersionCasStore::apply(const StoreCall& call) {
  StoreReply reply;
  Answer& answer = reply.answer;
  const Request& request = call.request;
  const bool acquires = request.kind == Request::Kind::acquire;
  const bool as_known = held_ && request.unchanged == version_;
  if (acquires ? held_ && !as_known : !as_known) {
    answer.kind = acquires ? Answer::Kind::busy : Answer::Kind::not_owner;
    answer.why = held_ ? NotOwner::Why::superseded : NotOwner::Why::free;
  } else if (acquires) {
    answer.kind = Answer::Kind::granted;
    answer.previous = held_          ? Previous::expired
                      : grants_ == 0 ? Previous::never
                                     : Previous::released;
    lease_ = call.lease;
    held_ = true;
    ++version_;
    ++grants_;
  } else if (request.kind == Request::Kind::renew) {
    answer.kind = Answer::Kind::renewed;
    answer.seq = request.seq;
    ++version_;
  } else {
    answer.kind = Answer::Kind::released;
    held_ = false;
    ++version_;
  }
  answer.term = grants_;
  answer.version = version_;
  answer.lease = lease_;
  return reply;
}

}  // namespace leasehold::sim
