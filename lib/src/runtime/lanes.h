// Two lanes to a blocking store: a renewal never queues behind an acquire.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "lib/src/runtime/urgency_queue.h"
#include "lib/src/shell/async_store.h"

namespace leasehold {

class Lanes final : public AsyncStore {
 public:
  enum class Lane : std::size_t { renewals, others };

  /// `mutex` is the client's: held by whoever sends, and while a reply is delivered. Both must
  /// outlive the lanes. Batches of renewals begin at least `pace` apart, so that those of many
  /// locks gather in few of them; one that is full does not wait, and neither does the first after
  /// a rest. The renewals that are due first go first, and in the order in which they were sent
  /// if that differs by less than five paces.
  Lanes(Store& store, std::mutex& mutex, Length pace)
      : store_(store), mutex_(mutex), pace_(pace), at_once_(store.answers_at_once()) {}

  void send(StoreCall&& call, ReplySink& sink) override;
  /// Runs `body`, and then carries out here and now what it sent, if the store answers at once and
  /// nothing is under way that this would overtake: two threads that wake each other cost twenty
  /// times what a call to such a store does. Renewals go their way. With the mutex held.
  template <class Body>
  void stay(const Body& body) {
    const Staying until_here(*this);
    body();
    serve();
  }
  /// Runs `question` on the lane of the others, without the mutex.
  void ask(std::function<void(Store&)> question);

  /// Carries calls to the store until `stop`: the body of a lane's thread. Blocks as long as the
  /// store does. Called without the mutex.
  void run(Lane lane);
  /// No reply is delivered any more, and `run` returns once the store has. With the mutex held.
  void stop();

 private:
  struct Job {
    StoreCall call{};
    ReplySink* sink = nullptr;
    /// Set: this instead of a call.
    std::function<void(Store&)> question{};
  };
  struct Queue {
    std::condition_variable filled;
    // By deadline, in steps coarse enough that keys which came as neighbours stay neighbours.
    UrgencyQueue<Job> jobs;
  };
  /// However `body` is left, what others send afterwards goes its way.
  class Staying {
   public:
    explicit Staying(Lanes& lanes) : lanes_(lanes) {
      lanes.staying_ = lanes.at_once_ && lanes.under_way_.load(std::memory_order_relaxed) == 0;
    }
    Staying(const Staying&) = delete;
    Staying& operator=(const Staying&) = delete;
    ~Staying() { lanes_.staying_ = false; }

   private:
    Lanes& lanes_;
  };
  struct Batch {
    std::vector<StoreCall> calls;
    std::vector<ReplySink*> sinks;
    /// Set: this is to be asked, and there is one call, which means nothing.
    std::function<void(Store&)> question{};
  };

  void push(Lane lane, std::int64_t urgency, Job&& job);
  void serve();
  Batch next(Queue& queue, Lane lane);
  static void take(Queue& queue, Batch& batch);
  void gather(std::unique_lock<std::mutex>& lock, Queue& queue);
  void deliver(const Batch& batch, const std::vector<StoreReply>& replies);

  Store& store_;
  std::mutex& mutex_;
  const Length pace_;
  const bool at_once_;
  // Guards the queues; taken inside the client's mutex, never around it.
  std::mutex queues_;
  std::array<Queue, 2> lanes_;
  std::atomic<bool> stopped_{false};
  // Jobs that the lane of the others was given and that are not delivered.
  std::atomic<std::size_t> under_way_{0};
  // Guarded by the client's mutex: what is sent now stays here.
  bool staying_ = false;
  std::deque<std::pair<StoreCall, ReplySink*>> staying_calls_;
  std::chrono::steady_clock::time_point next_batch_{};
};

}  // namespace leasehold
