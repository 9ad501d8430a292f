#include "sim/world/process.h"

#include <algorithm>
#include <utility>

namespace leasehold::sim {
namespace {

// What a program has planned for itself; it says nothing of the life that planned it, but for those
// of `is_of_life`.
bool is_of_program(Task::Kind kind) {
  switch (kind) {
    case Task::Kind::program:
    case Task::Kind::hold_over:
    case Task::Kind::think_over:
    case Task::Kind::look:
    case Task::Kind::write_due:
    case Task::Kind::write_goes:
      return true;
    default:
      return false;
  }
}

bool is_of_life(Task::Kind kind) {
  return kind == Task::Kind::think_over || kind == Task::Kind::write_goes;
}

}  // namespace

Process::Process(Kernel& kernel, Network& network, Resource& resource, VirtualClock& clock,
                 VirtualClock& wall, const std::string& algorithm, std::uint32_t index)
    : kernel_(kernel),
      network_(network),
      clock_(clock),
      wall_(wall),
      algorithm_(algorithm),
      index_(index),
      doors_(kernel, network, clock, wall, index),
      waits_(kernel, clock, index),
      program_(kernel, resource, waits_, index) {}

void Process::start() {
  program_.start();
  begin_life();
}

void Process::begin_life() {
  doors_.begin_life();
  const Shell::Doors doors{doors_, doors_, doors_, doors_, program_};
  lock_ = make_algorithm(algorithm_, doors, kernel_.scenario, kernel_.scenario.processes[index_]);
  program_.begin_life(doors_.life());
}

void Process::on_task(const Task& task) {
  if (paused_ && alive()) {
    kept_.push_back(task);
  } else {
    carry_out(task);
    note_alarm();
  }
}

void Process::note_alarm() {
  if (doors_.armed() == armed_) return;
  armed_ = doors_.armed();
  kernel_.record({.kind = armed_ ? Event::Kind::armed : Event::Kind::disarmed, .process = index_});
}

void Process::carry_out(const Task& task) {
  switch (task.kind) {
    case Task::Kind::program:
      return alive() ? program_.on_step(*lock_, task.index) : program_.miss(task.index);
    case Task::Kind::hold_over:
      if (alive()) program_.on_hold_over(*lock_, task.index);
      return;
    case Task::Kind::think_over:
      if (alive()) program_.on_think_over(*lock_, task);
      return;
    case Task::Kind::look:
      if (alive()) program_.on_look(*lock_, task.index);
      return;
    case Task::Kind::write_due:
      if (alive()) program_.on_write_due(*lock_, task.index);
      return;
    case Task::Kind::write_goes:
      if (alive()) program_.on_write_goes(task);
      return;
    case Task::Kind::wake:
      return doors_.on_wake(task.generation);
    case Task::Kind::answer:
      hear(network_.arrived(task.index));
      return network_.give_back(task.index);
    default:
      return;
  }
}

void Process::hear(const Message& message) {
  if (!alive() || message.from.life != doors_.life()) return;
  kernel_.record({.kind = Event::Kind::answered,
                  .process = index_,
                  .call = message.call.request.kind,
                  .detail = static_cast<std::uint8_t>(message.reply.answer.kind),
                  .ordinal = message.ordinal});
  message.from.sink->on_reply(message.call.request, message.reply);
}

void Process::on_wait_due(const Task& task) {
  if (alive()) waits_.on_due(task, can_run_at());
}

void Process::pause(TrueTime until) {
  paused_ = true;
  paused_until_ = std::max(paused_until_, until);
}

bool Process::resume() {
  if (!paused_ || kernel_.now < paused_until_) return false;
  paused_ = false;
  // What came while it did not run happens now, in the order in which it came.
  const std::vector<Task> kept = std::exchange(kept_, {});
  for (const Task& task : kept) {
    if (task.kind != Task::Kind::wake) kernel_.plan(kernel_.now, task);
  }
  doors_.plan_alarm();
  return true;
}

TrueTime Process::can_run_at() const {
  return std::max(paused_ ? paused_until_ : kernel_.now, doors_.held_up_until());
}

void Process::crash() {
  lock_.reset();
  waits_.forget_all();
  doors_.begin_life();
  armed_ = false;
  // A dead process takes no messages, but its slots in the network must be given back.
  const std::vector<Task> kept = std::exchange(kept_, {});
  for (const Task& task : kept) carry_out(task);
}

void Process::restart() { begin_life(); }

void Process::begin_as(const Process& original) {
  doors_.begin_life();
  program_.begin_as(original.program_, doors_.life());
  waits_.begin_as(original.waits_);
  lock_ = original.lock_->clone({doors_, doors_, doors_, doors_, program_});
  const auto take_over = [this](Task task, TrueTime at, std::uint32_t tie) {
    if (!is_of_program(task.kind)) return;
    task.process = index_;
    // A life ends what it had planned; this one has what its original's had.
    task.generation = doors_.life();
    kernel_.plan(at, task, tie);
  };
  // What the original was kept from doing is due now.
  for (const Task& task : original.kept_) take_over(task, kernel_.now, 0);
  for (const auto& planned : kernel_.queue.all()) {
    if (planned.task.process != original.index_) continue;
    const bool ended =
        is_of_life(planned.task.kind) && planned.task.generation != original.doors_.life();
    if (!ended) take_over(planned.task, planned.at, planned.tie);
  }
  note_alarm();
}

}  // namespace leasehold::sim
