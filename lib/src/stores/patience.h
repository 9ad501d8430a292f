// How much longer a call may wait.
#pragma once

#include <algorithm>
#include <chrono>

namespace leasehold::stores {

/// A deadline for waiting on other writers. It says when to give up and never who holds a lock, so
/// the clock that the standard library offers will do.
class Patience {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit Patience(std::chrono::nanoseconds most) : since_(Clock::now()), until_(since_ + most) {}

  std::chrono::nanoseconds left() const {
    return std::max(std::chrono::nanoseconds::zero(),
                    std::chrono::duration_cast<std::chrono::nanoseconds>(until_ - Clock::now()));
  }
  Moment since() const { return since_; }
  std::chrono::nanoseconds spent() const { return Clock::now() - since_; }
  bool over() const { return left() == std::chrono::nanoseconds::zero(); }

 private:
  using Clock = std::chrono::steady_clock;
  Moment since_;
  Moment until_;
};

}  // namespace leasehold::stores
