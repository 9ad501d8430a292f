// Two lanes to a blocking store: a renewal never queues behind an acquire.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "lib/src/shell/async_store.h"

namespace leasehold {

class Lanes final : public AsyncStore {
 public:
  enum class Lane : std::size_t { renewals, others };

  /// `mutex` is the client's: held by whoever sends, and while a reply is delivered. Both must
  /// outlive the lanes.
  Lanes(Store& store, std::mutex& mutex) : store_(store), mutex_(mutex) {}

  void send(const StoreCall& call, ReplySink& sink) override;

  /// Carries calls to the store until `stop`: the body of a lane's thread. Blocks as long as the
  /// store does. Called without the mutex.
  void run(Lane lane);
  /// No reply is delivered any more, and `run` returns once the store has. With the mutex held.
  void stop();

 private:
  struct Job {
    StoreCall call;
    ReplySink* sink = nullptr;
  };
  struct Queue {
    std::condition_variable filled;
    std::deque<Job> jobs;
  };

  std::vector<Job> next(Queue& queue, Lane lane);
  void deliver(const std::vector<Job>& jobs, const std::vector<StoreReply>& replies);

  Store& store_;
  std::mutex& mutex_;
  // Guards the queues and `stopped_`; taken inside the client's mutex, never around it.
  std::mutex queues_;
  std::array<Queue, 2> lanes_;
  bool stopped_ = false;
};

}  // namespace leasehold
