#include "lib/src/runtime/callbacks.h"

#include <utility>

namespace leasehold {

void Callbacks::post(std::function<void()> callback) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return;
    callbacks_.push_back(std::move(callback));
  }
  posted_.notify_one();
}

void Callbacks::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    posted_.wait(lock, [this] { return stopped_ || !callbacks_.empty(); });
    if (callbacks_.empty()) return;
    std::function<void()> next = std::move(callbacks_.front());
    callbacks_.pop_front();
    lock.unlock();
    try {
      next();
    } catch (...) {
      thrown_.fetch_add(1, std::memory_order_relaxed);
    }
    // What it holds may be guards of the user: destroyed without the mutex.
    next = nullptr;
    lock.lock();
  }
}

void Callbacks::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  posted_.notify_all();
}

}  // namespace leasehold
