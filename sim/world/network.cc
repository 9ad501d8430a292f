#include "sim/world/network.h"

#include <algorithm>
#include <utility>

#include "lib/src/plant.h"

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
    : kernel_(kernel),
      store_(store),
      partition_(kernel.scenario),
      calls_(kernel.scenario.processes.size()),
      orders_(kernel.scenario.processes.size()) {}

ChoiceKey Network::key(const Message& message, Purpose purpose) const {
  return {message.from.process, site_of(message.call.request.kind), message.ordinal, purpose};
}

std::uint32_t Network::free_slot() {
  if (free_.empty()) {
    messages_.emplace_back();
    return static_cast<std::uint32_t>(messages_.size() - 1);
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  return index;
}

void Network::send(const StoreCall& call, const Sender& from) {
  const core::Request& request = call.request;
  const std::uint32_t index = free_slot();
  // Field by field: its texts keep their memory.
  Message& message = messages_[index];
  message.call = call;
  message.from = from;
  message.since = kernel_.now;
  message.ordinal = ++calls_[from.process][static_cast<std::size_t>(request.kind)];
  message.place = 0;
  message.copied = message.came = false;
  Event sent{.kind = Event::Kind::sent,
             .process = message.from.process,
             .call = request.kind,
             .ordinal = message.ordinal,
             .term = request.term,
             .owner = request.owner};
  kernel_.record(sent);
  if (request_is_cut(message)) return give_back(index);
  const std::int64_t delay = kernel_.chooser.choose(key(message, Purpose::request_delay));
  const TrueTime at_best = kernel_.now + truly(kernel_.scenario.request_way);
  const TrueTime arrives =
      kernel_.put_off(at_best, at_best + Span<TrueClock>::ns(delay), FaultKind::request_delay);
  const std::int64_t copy_after = kernel_.chooser.choose(key(message, Purpose::duplicate));
  const bool lost =
      kernel_.chooser.choose(key(message, Purpose::request_loss)) != 0 && !planted(Bug::H02);
  if (copy_after > 0) {
    message.copied = true;
    kernel_.activations.met(FaultKind::duplicate);
    sent.kind = Event::Kind::duplicated;
    kernel_.record(sent);
    const std::uint32_t copy = free_slot();
    messages_[copy] = message;
    plan_request(copy, kernel_.put_off(at_best, arrives + Span<TrueClock>::ns(copy_after),
                                       FaultKind::duplicate));
  }
  if (lost) {
    kernel_.activations.met(FaultKind::request_loss);
    sent.kind = Event::Kind::request_lost;
    kernel_.record(sent);
    give_back(index);
  } else {
    if (delay > 0) kernel_.activations.met(FaultKind::request_delay);
    message.place = ++orders_[from.process].sent;
    plan_request(index, arrives);
  }
}

void Network::plan_request(std::uint32_t index, TrueTime at) {
  const Message& message = messages_[index];
  const auto tie = kernel_.chooser.choose(key(message, Purpose::request_tie));
  kernel_.plan(at, {.kind = Task::Kind::request, .process = message.from.process, .index = index},
               static_cast<std::uint32_t>(tie));
}

StoreFault Network::store_fault(const Message& message) const {
  const bool before = kernel_.chooser.choose(key(message, Purpose::error_before_effect)) != 0;
  const bool after = kernel_.chooser.choose(key(message, Purpose::error_after_effect)) != 0;
  if (before) return StoreFault::before_effect;
  return after ? StoreFault::after_effect : StoreFault::none;
}

void Network::cut(std::uint32_t body, TimedFault::Kind kind, TrueTime until) {
  partition_.cut(body, kind, until);
}

// Asked when it is sent and when it arrives: a cut keeps out both, and what is on its way meanwhile
// comes through.
bool Network::request_is_cut(const Message& message) {
  const auto cut = partition_.between(message.from.process, Partition::Way::request, kernel_.now);
  if (!cut) return false;
  kernel_.activations.met(*cut);
  kernel_.record({.kind = Event::Kind::request_cut,
                  .process = message.from.process,
                  .call = message.call.request.kind,
                  .ordinal = message.ordinal});
  return true;
}

bool Network::answer_is_cut(const Message& message) {
  const auto cut = partition_.between(message.from.process, Partition::Way::answer, kernel_.now);
  if (!cut) return false;
  kernel_.activations.met(*cut);
  kernel_.record({.kind = Event::Kind::answer_cut,
                  .process = message.from.process,
                  .call = message.call.request.kind,
                  .detail = static_cast<std::uint8_t>(message.reply.answer.kind),
                  .ordinal = message.ordinal});
  return true;
}

void Network::on_request(std::uint32_t index) {
  const Message& message = messages_[index];
  if (request_is_cut(message)) return give_back(index);
  note_order(message, Partition::Way::request);
  if (store_.is_down()) return refuse(index);
  // At the very end of a stall those that waited go first.
  if (!store_.is_stalled() && waiting_.empty()) {
    gather(index);
    return answer_gathered();
  }
  waiting_.push_back(index);
  kernel_.activations.met(FaultKind::writer_stall);
  kernel_.record({.kind = Event::Kind::kept_waiting,
                  .process = message.from.process,
                  .call = message.call.request.kind,
                  .ordinal = message.ordinal});
}

void Network::on_stall_over() {
  if (store_.is_stalled()) return;
  const std::vector<std::uint32_t> waited = std::exchange(waiting_, {});
  for (std::size_t next = 0; next < waited.size();) {
    gathered_.assign(1, waited[next++]);
    while (next < waited.size() && joins(messages_[waited[next]])) {
      gathered_.push_back(waited[next++]);
    }
    answer_gathered();
  }
}

void Network::on_store_down() {
  for (const std::uint32_t index : std::exchange(waiting_, {})) refuse(index);
}

// A message that comes after a later one was overtaken.
void Network::note_order(const Message& message, Partition::Way way) {
  if (message.place == 0) return;
  std::uint64_t& latest = orders_[message.from.process].arrived[static_cast<std::size_t>(way)];
  if (message.place < latest) kernel_.activations.met(FaultKind::reordering);
  latest = std::max(latest, message.place);
}

// Who had a connection when the store went down knows no more than that it broke. Who finds none is
// sure that nothing was applied, unless another copy of the request went out as well.
void Network::refuse(std::uint32_t index) {
  Message& message = messages_[index];
  kernel_.activations.met(store_.outage());
  const bool unsure = store_.went_down_after(message.since) || message.copied;
  message.reply =
      store_.refuse(arrival_of(message), message.call, unsure ? Errc::unknown : Errc::not_applied);
  answer(index);
}

void Network::answer_gathered() {
  apply_gathered();
  for (const std::uint32_t one : gathered_) answer(one);
}

void Network::gather(std::uint32_t index) {
  gathered_.assign(1, index);
  if (kernel_.keys.names.size() == 1 || !may_be_in_a_batch(messages_[index])) return;
  while (!kernel_.queue.empty() && kernel_.queue.next_at() == kernel_.now) {
    const Task& next = kernel_.queue.next_task();
    if (next.kind != Task::Kind::request || !joins(messages_[next.index])) return;
    gathered_.push_back(kernel_.queue.pop().task.index);
    note_order(messages_[gathered_.back()], Partition::Way::request);
  }
}

bool Network::may_be_in_a_batch(const Message& message) const {
  return store_.takes_batches() && message.call.request.kind == core::Request::Kind::renew &&
         store_fault(message) == StoreFault::none;
}

bool Network::joins(const Message& message) const {
  const Message& first = messages_[gathered_.front()];
  if (!may_be_in_a_batch(first)) return false;
  const auto body = [this](const Message& one) {
    return body_of(kernel_.scenario, one.from.process);
  };
  // Under wall_clock the whole batch is judged by one reading.
  const bool one_reading = kernel_.scenario.config.authority != Authority::wall_clock ||
                           message.from.wall == first.from.wall;
  return may_be_in_a_batch(message) && body(message) == body(first) && one_reading &&
         gathered_.size() < most_in_a_batch &&
         std::none_of(gathered_.begin(), gathered_.end(), [&](std::uint32_t one) {
           return messages_[one].call.key == message.call.key;
         });
}

Arrival Network::arrival_of(const Message& message) const {
  return {.process = message.from.process,
          .ordinal = message.ordinal,
          .wall = message.from.wall,
          .fault = store_fault(message)};
}

void Network::apply_gathered() {
  if (gathered_.size() == 1) {
    Message& message = messages_[gathered_.front()];
    message.reply = store_.apply(arrival_of(message), message.call);
    return;
  }
  std::vector<Arrival> arrivals;
  std::vector<StoreCall> calls;
  for (const std::uint32_t index : gathered_) {
    arrivals.push_back(arrival_of(messages_[index]));
    calls.push_back(messages_[index].call);
  }
  const std::vector<StoreReply> replies = store_.renew(arrivals, calls);
  for (std::size_t one = 0; one < replies.size(); ++one) {
    messages_[gathered_[one]].reply = replies[one];
  }
}

void Network::answer(std::uint32_t index) {
  Message& message = messages_[index];
  message.since = kernel_.now;
  if (kernel_.chooser.choose(key(message, Purpose::answer_loss)) != 0) {
    kernel_.activations.met(FaultKind::answer_loss);
    kernel_.record({.kind = Event::Kind::answer_lost,
                    .process = message.from.process,
                    .call = message.call.request.kind,
                    .ordinal = message.ordinal});
    give_back(index);
    return;
  }
  if (answer_is_cut(message)) return give_back(index);
  const std::int64_t delay = kernel_.chooser.choose(key(message, Purpose::answer_delay));
  if (delay > 0) kernel_.activations.met(FaultKind::answer_delay);
  const TrueTime at_best = kernel_.now + truly(kernel_.scenario.answer_way);
  const TrueTime arrives =
      kernel_.put_off(at_best, at_best + Span<TrueClock>::ns(delay), FaultKind::answer_delay);
  const auto tie = kernel_.chooser.choose(key(message, Purpose::answer_tie));
  kernel_.plan(arrives,
               {.kind = Task::Kind::answer, .process = message.from.process, .index = index},
               static_cast<std::uint32_t>(tie));
}

bool Network::on_answer(std::uint32_t index) {
  Message& message = messages_[index];
  // A process that did not run is shown it again when it does.
  if (message.came) return true;
  if (store_.went_down_after(message.since)) {
    kernel_.activations.met(store_.outage());
    message.reply = store_.broken_off(message.call);
  }
  message.came = !answer_is_cut(message);
  if (!message.came) {
    give_back(index);
  } else {
    note_order(message, Partition::Way::answer);
  }
  return message.came;
}

}  // namespace leasehold::sim
