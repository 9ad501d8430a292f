#include "sim/algorithms/matrix_sdk_store.h"

namespace leasehold::sim {
namespace {

using core::Answer;
using core::Request;

constexpr std::int64_t ns_per_ms = 1'000'000;

Answer::Kind success_of(Request::Kind kind) {
  switch (kind) {
    case Request::Kind::renew:
      return Answer::Kind::renewed;
    case Request::Kind::release:
      return Answer::Kind::released;
    default:
      return Answer::Kind::granted;
  }
}

}  // namespace

StoreReply MatrixSdkStore::apply(const StoreCall& call, Instant<WallClock> wall) {
  const std::int64_t now_ms = wall.ns() / ns_per_ms;
  const bool release = call.request.kind == Request::Kind::release;
  const std::int64_t lease_ms = release ? 0 : call.lease.count() / ns_per_ms;
  const bool own = row_ && row_->holder == call.info;
  StoreReply reply;
  if (row_ && !own && row_->expiration_ms >= now_ms) {
    reply.answer = refused(call.request);
    reply.who = row_->holder;
    return reply;
  }
  Answer& answer = reply.answer;
  // Whatever the call was meant to be, over another's lapsed lease it takes the row: the statement
  // does not know what its caller wants.
  answer.kind = own || !row_ ? success_of(call.request.kind) : Answer::Kind::granted;
  answer.previous = own ? Previous::own : row_ ? Previous::expired : Previous::never;
  const Term before = row_ ? row_->generation : 0;
  row_ = Row{call.info, now_ms + lease_ms, own ? before : before + 1};
  answer.term = row_->generation;
  answer.version = ++version_;
  answer.lease = call.lease;
  // The last moment at which no clock shows a later millisecond.
  answer.expires_at = Instant<StoreClock>::at_ns((row_->expiration_ms + 1) * ns_per_ms - 1);
  return reply;
}

Answer MatrixSdkStore::refused(const Request& request) const {
  const bool acquire = request.kind == Request::Kind::acquire;
  return Answer{.kind = acquire ? Answer::Kind::busy : Answer::Kind::not_owner,
                .term = row_->generation,
                .version = version_,
                .why = NotOwner::Why::superseded};
}

}  // namespace leasehold::sim
