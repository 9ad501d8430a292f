#include "sim/algorithms/redis_naive.h"

namespace leasehold::sim {
namespace {

using core::Answer;
using core::Request;

constexpr std::int64_t ns_per_ms = 1'000'000;

}  // namespace

RedisNaive::RedisNaive(const Shell::Doors& doors, const RedisNaive& original)
    : PlainClient(doors, original) {}

std::unique_ptr<PlainClient> RedisNaive::copy_for(const Shell::Doors& doors) const {
  return std::make_unique<RedisNaive>(doors, *this);
}

StoreReply RedisNaiveStore::apply(const StoreCall& call, Instant<StoreClock> now) {
  const std::int64_t now_ms = now.ns() / ns_per_ms;
  const std::int64_t lease_ms = call.lease.count() / ns_per_ms;
  const bool expired = expires_ms_ && now_ms > *expires_ms_;
  if (expired) expires_ms_.reset();
  StoreReply reply;
  Answer& answer = reply.answer;
  const bool acquires = call.request.kind == Request::Kind::acquire;
  if (acquires && expires_ms_) {
    answer.kind = Answer::Kind::busy;
  } else if (acquires) {
    answer.kind = Answer::Kind::granted;
    answer.previous = expired        ? Previous::expired
                      : grants_ == 0 ? Previous::never
                                     : Previous::released;
    ++grants_;
    expires_ms_ = now_ms + lease_ms;
  } else if (!expires_ms_) {
    answer.kind = Answer::Kind::not_owner;
    answer.why = NotOwner::Why::free;
  } else if (call.request.kind == Request::Kind::renew) {
    answer.kind = Answer::Kind::renewed;
    expires_ms_ = now_ms + lease_ms;
  } else {
    answer.kind = Answer::Kind::released;
    expires_ms_.reset();
  }
  const bool changed = answer.kind != Answer::Kind::busy && answer.kind != Answer::Kind::not_owner;
  if (changed) ++version_;
  answer.term = grants_;
  answer.version = version_;
  answer.lease = call.lease;
  // The last moment at which the server's clock shows no later millisecond.
  if (expires_ms_) {
    answer.expires_at = Instant<StoreClock>::at_ns((*expires_ms_ + 1) * ns_per_ms - 1);
  }
  return reply;
}

}  // namespace leasehold::sim
