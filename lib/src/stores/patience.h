// How much longer a call may wait.
#pragma once

#include <algorithm>
#include <chrono>

namespace leasehold::stores {

/// A deadline for waiting on other writers. It says when to give up and never who holds a lock, so
/// the clock that the standard library offers will do.
class Patience {
 public:
  explicit Patience(std::chrono::nanoseconds most) : since_(Clock::now()), until_(since_ + most) {}

  std::chrono::nanoseconds left() const {
    return std::max(std::chrono::nanoseconds::zero(),
                    std::chrono::duration_cast<std::chrono::nanoseconds>(until_ - Clock::now()));
  }
  std::chrono::nanoseconds spent() const { return Clock::now() - since_; }
  bool over() const { return left() == std::chrono::nanoseconds::zero(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point since_;
  Clock::time_point until_;
};

}  // namespace leasehold::stores
