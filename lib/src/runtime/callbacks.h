// Runs what users gave us to run, on a thread of its own, in order, and never under a lock of ours.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

namespace leasehold {

class Callbacks {
 public:
  /// Thread-safe; never blocks, never runs it here.
  void post(std::function<void()> callback);
  /// Runs callbacks until `stop`, and then those that were posted before it: the body of a thread.
  /// One that throws is counted, and the next is run: it must not end a program from a thread that
  /// the user never saw.
  void run();
  void stop();
  /// How many have thrown. Thread-safe.
  std::uint64_t thrown() const { return thrown_.load(std::memory_order_relaxed); }

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> callbacks_;
  bool stopped_ = false;
  std::atomic<std::uint64_t> thrown_{0};
};

}  // namespace leasehold
