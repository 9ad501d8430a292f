#include "sim/world/network.h"

#include <utility>

namespace leasehold::sim {
namespace {

Site site_of(core::Request::Kind kind) {
  switch (kind) {
    case core::Request::Kind::acquire:
      return Site::acquire;
    case core::Request::Kind::renew:
      return Site::renew;
    case core::Request::Kind::release:
      return Site::release;
    case core::Request::Kind::abandon:
      return Site::abandon;
  }
  return Site::acquire;
}

Span<TrueClock> truly(Length length) { return on<TrueClock>(length); }

}  // namespace

Network::Network(Kernel& kernel, StoreNode& store)
    : kernel_(kernel), store_(store), calls_(kernel.scenario.processes.size()) {}

ChoiceKey Network::key(const Message& message, Purpose purpose) const {
  return {message.process, site_of(message.call.request.kind), message.ordinal, purpose};
}

std::uint32_t Network::keep(Message message) {
  if (free_.empty()) {
    messages_.push_back(std::move(message));
    return static_cast<std::uint32_t>(messages_.size() - 1);
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  messages_[index] = std::move(message);
  return index;
}

void Network::send(Message message) {
  const core::Request& request = message.call.request;
  message.ordinal = ++calls_[message.process][static_cast<std::size_t>(request.kind)];
  Event sent{.kind = Event::Kind::sent,
             .process = message.process,
             .call = request.kind,
             .ordinal = message.ordinal,
             .term = request.term,
             .owner = request.owner};
  kernel_.record(sent);
  const TrueTime arrives =
      kernel_.now + truly(kernel_.scenario.request_way) +
      Span<TrueClock>::ns(kernel_.chooser.choose(key(message, Purpose::request_delay)));
  const std::int64_t copy_after = kernel_.chooser.choose(key(message, Purpose::duplicate));
  const bool lost = kernel_.chooser.choose(key(message, Purpose::request_loss)) != 0;
  if (copy_after > 0) {
    sent.kind = Event::Kind::duplicated;
    kernel_.record(sent);
    plan_request(keep(message), arrives + Span<TrueClock>::ns(copy_after));
  }
  if (lost) {
    sent.kind = Event::Kind::request_lost;
    kernel_.record(sent);
  } else {
    plan_request(keep(std::move(message)), arrives);
  }
}

void Network::plan_request(std::uint32_t index, TrueTime at) {
  const Message& message = messages_[index];
  const auto tie = kernel_.chooser.choose(key(message, Purpose::request_tie));
  kernel_.plan(at, {.kind = Task::Kind::request, .process = message.process, .index = index},
               static_cast<std::uint32_t>(tie));
}

StoreFault Network::store_fault(const Message& message) {
  const bool before = kernel_.chooser.choose(key(message, Purpose::error_before_effect)) != 0;
  const bool after = kernel_.chooser.choose(key(message, Purpose::error_after_effect)) != 0;
  if (before) return StoreFault::before_effect;
  return after ? StoreFault::after_effect : StoreFault::none;
}

void Network::on_request(std::uint32_t index) {
  Message& message = messages_[index];
  message.reply = store_.apply({.process = message.process,
                                .ordinal = message.ordinal,
                                .wall = message.wall,
                                .fault = store_fault(message)},
                               message.call);
  if (kernel_.chooser.choose(key(message, Purpose::answer_loss)) != 0) {
    kernel_.record({.kind = Event::Kind::answer_lost,
                    .process = message.process,
                    .call = message.call.request.kind,
                    .ordinal = message.ordinal});
    free_.push_back(index);
    return;
  }
  const TrueTime arrives =
      kernel_.now + truly(kernel_.scenario.answer_way) +
      Span<TrueClock>::ns(kernel_.chooser.choose(key(message, Purpose::answer_delay)));
  const auto tie = kernel_.chooser.choose(key(message, Purpose::answer_tie));
  kernel_.plan(arrives, {.kind = Task::Kind::answer, .process = message.process, .index = index},
               static_cast<std::uint32_t>(tie));
}

Message Network::take(std::uint32_t index) {
  free_.push_back(index);
  return std::move(messages_[index]);
}

}  // namespace leasehold::sim
