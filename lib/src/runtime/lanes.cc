#include "lib/src/runtime/lanes.h"

#include <algorithm>
#include <utility>

#include "lib/src/runtime/fetch_ahead.h"
#include "lib/src/shell/shell.h"

namespace leasehold {

void Lanes::send(StoreCall&& call, ReplySink& sink) {
  const bool renewal = call.request.kind == core::Request::Kind::renew;
  if (!renewal && staying_) {
    staying_calls_.emplace_back(std::move(call), &sink);
    return;
  }
  if (!renewal) return push(Lane::others, 0, {std::move(call), &sink});
  const std::int64_t step = std::max<std::int64_t>(1, 5 * pace_.count());
  const std::int64_t urgency = call.deadline.ns() / step;
  push(Lane::renewals, urgency, {std::move(call), &sink});
}

void Lanes::ask(std::function<void(Store&)> question) {
  push(Lane::others, 0, {.question = std::move(question)});
}

// A reply may send more, which is served too; what is being served stays where it is.
void Lanes::serve() {
  if (staying_calls_.empty()) return;
  for (std::size_t next = 0; next < staying_calls_.size(); ++next) {
    auto& [call, sink] = staying_calls_[next];
    const StoreReply reply = perform_taking_texts(store_, call);
    sink->on_reply(call.request, reply);
  }
  staying_calls_.clear();
}

void Lanes::push(Lane lane, std::int64_t urgency, Job&& job) {
  if (lane == Lane::others) ++under_way_;
  Queue& queue = lanes_[static_cast<std::size_t>(lane)];
  std::size_t filled = 0;
  {
    const std::scoped_lock lock(queues_);
    queue.jobs.push(urgency, std::move(job));
    filled = queue.jobs.size();
  }
  // A lane takes jobs until there are none, so it sleeps only over none or over part of a batch.
  if (filled == 1 || filled == most_in_a_batch) queue.filled.notify_one();
}

// A pause between batches, not before an answer: what a lone renewal waits is nothing. Any clock
// will do that does not stop while the machine runs.
void Lanes::gather(std::unique_lock<std::mutex>& lock, Queue& queue) {
  queue.filled.wait_until(lock, next_batch_,
                          [&] { return stopped_ || queue.jobs.size() >= most_in_a_batch; });
  next_batch_ = std::chrono::steady_clock::now() + pace_;
}

// One job, or for renewals as many as one batch takes.
Lanes::Batch Lanes::next(Queue& queue, Lane lane) {
  std::unique_lock lock(queues_);
  queue.filled.wait(lock, [&] { return stopped_ || queue.jobs.size() > 0; });
  if (lane == Lane::renewals) gather(lock, queue);
  Batch batch;
  if (stopped_) return batch;
  const std::size_t most = lane == Lane::renewals ? most_in_a_batch : 1;
  const std::size_t count = std::min(most, queue.jobs.size());
  batch.calls.reserve(count);
  batch.sinks.reserve(count);
  while (batch.calls.size() < count) take(queue, batch);
  return batch;
}

void Lanes::take(Queue& queue, Batch& batch) {
  Job& job = queue.jobs.take();
  batch.calls.push_back(std::move(job.call));
  batch.sinks.push_back(job.sink);
  batch.question = std::move(job.question);
}

void Lanes::run(Lane lane) {
  Queue& queue = lanes_[static_cast<std::size_t>(lane)];
  for (;;) {
    const Batch batch = next(queue, lane);
    if (batch.calls.empty()) return;
    if (lane == Lane::renewals) {
      deliver(batch, perform_renewals(store_, batch.calls));
      continue;
    }
    if (batch.question) {
      batch.question(store_);
    } else {
      deliver(batch, {perform(store_, batch.calls.front())});
    }
    --under_way_;
  }
}

void Lanes::deliver(const Batch& batch, const std::vector<StoreReply>& replies) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t job = 0; job < replies.size(); ++job) {
    // A reply may close the client: then the sinks of the others are gone.
    if (stopped_) return;
    // In production every sink is a shell. First the shell, and when that has come what it points
    // to; a reply is dealt with in less time than memory needs.
    if (job + 6 < replies.size()) fetch_ahead(batch.sinks[job + 6], sizeof(Shell));
    if (job + 3 < replies.size()) batch.sinks[job + 3]->expect_reply();
    batch.sinks[job]->on_reply(batch.calls[job].request, replies[job]);
  }
}

// Set under the lock of the queues, or a lane that is about to sleep would miss it.
void Lanes::stop() {
  {
    const std::scoped_lock lock(queues_);
    stopped_ = true;
  }
  for (Queue& queue : lanes_) queue.filled.notify_all();
}

}  // namespace leasehold
