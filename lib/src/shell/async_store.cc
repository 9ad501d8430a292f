#include "lib/src/shell/async_store.h"

#include <exception>
#include <span>
#include <utility>
#include <variant>

namespace leasehold {
namespace {

using core::Answer;

StoreReply failed(const Error& error) {
  StoreReply reply;
  switch (error.kind) {
    case Errc::misuse:
      reply.answer.kind = Answer::Kind::misuse;
      break;
    case Errc::not_applied:
      reply.answer.kind = Answer::Kind::not_applied;
      break;
    case Errc::unknown:
      reply.answer.kind = Answer::Kind::unknown;
      break;
  }
  reply.detail = error.detail;
  return reply;
}

// One overload per answer that a store can give.
struct Translate {
  StoreReply operator()(const Granted& granted) const {
    StoreReply reply;
    reply.answer.kind = Answer::Kind::granted;
    reply.answer.term = granted.term;
    reply.answer.version = granted.version;
    reply.answer.previous = granted.previous;
    reply.answer.previous_owner = granted.previous_owner;
    reply.answer.expires_at = granted.expires_at;
    return reply;
  }
  StoreReply operator()(const Busy& busy) const {
    StoreReply reply;
    reply.answer.kind = Answer::Kind::busy;
    reply.answer.term = busy.term;
    reply.answer.version = busy.version;
    reply.answer.lease = busy.lease;
    reply.answer.expires_at = busy.expiry_hint;
    reply.who = busy.info;
    return reply;
  }
  StoreReply operator()(const Moved& moved) const {
    StoreReply reply;
    reply.answer.kind = Answer::Kind::moved;
    reply.answer.term = moved.term;
    return reply;
  }
  StoreReply operator()(const Renewed& renewed) const {
    StoreReply reply;
    reply.answer.kind = Answer::Kind::renewed;
    reply.answer.seq = renewed.seq;
    reply.answer.expires_at = renewed.expires_at;
    return reply;
  }
  StoreReply operator()(const NotOwner& not_owner) const {
    StoreReply reply;
    reply.answer.kind = Answer::Kind::not_owner;
    reply.answer.term = not_owner.term;
    reply.answer.why = not_owner.why;
    reply.who = not_owner.info;
    return reply;
  }
  StoreReply operator()(const Stale& stale) const {
    StoreReply reply;
    reply.answer.kind = Answer::Kind::stale;
    reply.answer.seq = stale.seq;
    reply.answer.renew_id = stale.renew_id;
    return reply;
  }
  StoreReply operator()(const Released&) const {
    StoreReply reply;
    reply.answer.kind = Answer::Kind::released;
    return reply;
  }
  StoreReply operator()(const Abandoned& abandoned) const {
    StoreReply reply;
    reply.answer.kind = Answer::Kind::abandoned;
    reply.answer.settled = abandoned.settled;
    return reply;
  }
  StoreReply operator()(const Error& error) const { return failed(error); }
  template <class... Answers>
  StoreReply operator()(const std::variant<Answers...>& answer) const {
    return std::visit(*this, answer);
  }
};

// An adapter should not throw. One that does (out of memory, say) may have carried out the call,
// and must not end the program from a thread that the user never saw.
template <class Call>
auto guarded(Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    return Error{Errc::unknown, std::string("the store threw: ") + thrown.what()};
  } catch (...) {
    return Error{Errc::unknown,
                 "the store threw something that is no std::exception: mend its adapter"};
  }
}

template <class T>
StoreReply translate(const Result<Answered<T>>& result) {
  if (!result) return failed(result.error());
  StoreReply reply = Translate{}(result->answer);
  reply.answer.incarnation = result->incarnation;
  return reply;
}

}  // namespace

std::vector<StoreReply> perform_renewals(Store& store, std::span<const StoreCall> calls) {
  std::vector<RenewRequest> batch;
  batch.reserve(calls.size());
  for (const StoreCall& call : calls) {
    const core::Request& r = call.request;
    batch.push_back({call.key, r.owner, r.term, r.seq, r.renew_id, call.lease});
  }
  const auto result = guarded([&] { return store.renew(batch); });
  if (!result) return std::vector(calls.size(), failed(result.error()));
  std::vector<StoreReply> replies;
  replies.reserve(calls.size());
  for (const RenewAnswer& answer : result->answer) {
    if (replies.size() == calls.size()) break;
    replies.push_back(Translate{}(answer));
    replies.back().answer.incarnation = result->incarnation;
  }
  if (replies.size() < calls.size()) {
    const Error missing{Errc::unknown,
                        "renew: the store answered " + std::to_string(replies.size()) + " of " +
                            std::to_string(calls.size()) + " requests: mend its adapter"};
    replies.resize(calls.size(), failed(missing));
  }
  return replies;
}

Result<Answered<std::optional<RecordView>>> inspect(Store& store, const std::string& key) {
  return guarded([&] { return store.inspect(key); });
}

StoreReply perform(Store& store, StoreCall call) { return perform_taking_texts(store, call); }

StoreReply perform_taking_texts(Store& store, StoreCall& call) {
  const core::Request& r = call.request;
  switch (r.kind) {
    case core::Request::Kind::acquire:
      return translate(guarded([&] {
        return store.acquire(AcquireRequest{.key = std::move(call.key),
                                            .owner = r.owner,
                                            .expected_term = r.term,
                                            .lease = call.lease,
                                            .info = std::move(call.info),
                                            .unchanged = r.unchanged,
                                            .lock_delay = call.lock_delay});
      }));
    case core::Request::Kind::renew:
      return perform_renewals(store, std::span(&call, 1)).front();
    case core::Request::Kind::release:
      return translate(guarded([&] {
        return store.release(ReleaseRequest{std::move(call.key), r.owner, r.term});
      }));
    case core::Request::Kind::abandon:
      return translate(guarded([&] {
        return store.abandon(AbandonRequest{std::move(call.key), r.owner, r.term});
      }));
  }
  return failed(Error{Errc::misuse, "store call of no known kind"});
}

}  // namespace leasehold
