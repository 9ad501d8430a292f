#include "sim/world/waits.h"

#include <algorithm>

namespace leasehold::sim {

Waits::Waits(Kernel& kernel, const VirtualClock& clock, std::uint32_t process)
    : kernel_(kernel), clock_(clock), process_(process) {}

void Waits::begin(CallId call, Length within) {
  waiting_.push_back(
      {.call = call, .deadline = clock_.read(kernel_.now).at + on<LocalClock>(within)});
  watch(waiting_.back());
}

void Waits::begin_as(const Waits& original) {
  for (const Waiting& one : original.waiting_) {
    waiting_.push_back({.call = one.call, .deadline = one.deadline});
    watch(waiting_.back());
  }
}

void Waits::over(CallId call) {
  std::erase_if(waiting_, [call](const Waiting& one) { return one.call == call; });
}

void Waits::on_clock_changed() {
  for (Waiting& waiting : waiting_) watch(waiting);
}

// On a clock that stands still a deadline has no moment yet: it is `never`, until the clock moves.
void Waits::watch(Waiting& waiting) {
  const TrueTime until = clock_.first_at(waiting.deadline, kernel_.now);
  if (waiting.until == until) return;
  waiting.until = until;
  waiting.watch = ++watches_;
  kernel_.record({.kind = Event::Kind::waits_until,
                  .process = process_,
                  .value = waiting.call,
                  .until = until});
  plan(waiting, until);
}

void Waits::plan(const Waiting& waiting, TrueTime at) {
  kernel_.plan(at,
               {.kind = Task::Kind::wait_due,
                .process = process_,
                .index = static_cast<std::uint32_t>(waiting.call),
                .generation = waiting.watch},
               Kernel::last);
}

void Waits::on_due(const Task& task, TrueTime can_run_at) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&task](const Waiting& one) {
    return one.call == task.index && one.watch == task.generation;
  });
  if (found == waiting_.end()) return;
  // Nobody can leave while nothing runs. What is due at this moment has run by now.
  if (can_run_at > kernel_.now) return plan(*found, can_run_at);
  kernel_.record({.kind = Event::Kind::wait_due, .process = process_, .value = found->call});
}

}  // namespace leasehold::sim
