#include "sim/world/process.h"

#include <algorithm>
#include <utility>

namespace leasehold::sim {

Process::Process(Kernel& kernel, Network& network, Resource& resource, VirtualClock& clock,
                 VirtualClock& wall, const std::string& algorithm, std::uint16_t index)
    : kernel_(kernel),
      network_(network),
      clock_(clock),
      wall_(wall),
      algorithm_(algorithm),
      index_(index),
      doors_(kernel, network, clock, wall, index),
      program_(kernel, resource, index) {}

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
    case Task::Kind::answer: {
      const Message message = network_.take(task.index);
      if (!alive() || message.life != doors_.life()) return;
      kernel_.record({.kind = Event::Kind::answered,
                      .process = index_,
                      .call = message.call.request.kind,
                      .detail = static_cast<std::uint8_t>(message.reply.answer.kind),
                      .ordinal = message.ordinal});
      return message.sink->on_reply(message.call.request, message.reply);
    }
    default:
      return;
  }
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
  doors_.begin_life();
  armed_ = false;
  // A dead process takes no messages, but its slots in the network must be given back.
  const std::vector<Task> kept = std::exchange(kept_, {});
  for (const Task& task : kept) carry_out(task);
}

void Process::restart() { begin_life(); }

}  // namespace leasehold::sim
