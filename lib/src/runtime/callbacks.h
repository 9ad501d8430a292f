// Runs what users gave us to run, on a thread of its own, in order, and never under a lock of ours.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace leasehold {

class Callbacks {
 public:
  /// Thread-safe; never blocks, never runs it here.
  void post(std::function<void()> callback);
  /// Runs callbacks until `stop`, and then those that were posted before it: the body of a thread.
  void run();
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::function<void()>> callbacks_;
  bool stopped_ = false;
};

}  // namespace leasehold
