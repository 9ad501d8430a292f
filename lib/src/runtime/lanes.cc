#include "lib/src/runtime/lanes.h"

#include <algorithm>
#include <utility>

namespace leasehold {

void Lanes::send(const StoreCall& call, ReplySink& sink) {
  const bool renewal = call.request.kind == core::Request::Kind::renew;
  push(renewal ? Lane::renewals : Lane::others, {call, &sink});
}

void Lanes::ask(std::function<void(Store&)> question) {
  push(Lane::others, {.question = std::move(question)});
}

void Lanes::push(Lane lane, Job job) {
  Queue& queue = lanes_[static_cast<std::size_t>(lane)];
  std::size_t filled = 0;
  {
    const std::scoped_lock lock(queues_);
    queue.jobs.push_back(std::move(job));
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
std::vector<Lanes::Job> Lanes::next(Queue& queue, Lane lane) {
  std::unique_lock lock(queues_);
  queue.filled.wait(lock, [&] { return stopped_ || !queue.jobs.empty(); });
  if (lane == Lane::renewals) gather(lock, queue);
  if (stopped_) return {};
  const std::size_t most = lane == Lane::renewals ? most_in_a_batch : 1;
  const std::size_t count = std::min(most, queue.jobs.size());
  std::vector<Job> jobs;
  jobs.reserve(count);
  for (std::size_t job = 0; job < count; ++job) {
    jobs.push_back(std::move(queue.jobs.front()));
    queue.jobs.pop_front();
  }
  return jobs;
}

void Lanes::run(Lane lane) {
  Queue& queue = lanes_[static_cast<std::size_t>(lane)];
  for (;;) {
    const std::vector<Job> jobs = next(queue, lane);
    if (jobs.empty()) return;
    if (lane == Lane::renewals) {
      std::vector<StoreCall> calls;
      calls.reserve(jobs.size());
      for (const Job& job : jobs) calls.push_back(job.call);
      deliver(jobs, perform_renewals(store_, calls));
    } else if (jobs.front().question) {
      jobs.front().question(store_);
    } else {
      deliver(jobs, {perform(store_, jobs.front().call)});
    }
  }
}

void Lanes::deliver(const std::vector<Job>& jobs, const std::vector<StoreReply>& replies) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t job = 0; job < jobs.size(); ++job) {
    {
      // A reply may close the client: then the sinks of the others are gone.
      const std::scoped_lock check(queues_);
      if (stopped_) return;
    }
    jobs[job].sink->on_reply(jobs[job].call.request, replies[job]);
  }
}

void Lanes::stop() {
  {
    const std::scoped_lock lock(queues_);
    stopped_ = true;
  }
  for (Queue& queue : lanes_) queue.filled.notify_all();
}

}  // namespace leasehold
