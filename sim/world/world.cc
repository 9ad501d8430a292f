#include "sim/world/world.h"

#include <algorithm>
#include <utility>

#include "lib/src/assert.h"
#include "lib/src/runtime/fetch_ahead.h"

namespace leasehold::sim {
namespace {

TrueTime moment_of(Length since_start) { return TrueTime{} + on<TrueClock>(since_start); }

VirtualClock running_copy(VirtualClock clock, TrueTime now) {
  if (clock.stands_still()) clock.thaw(now);
  if (clock.asleep()) clock.awake(now);
  return clock;
}

}  // namespace

World::World(const Scenario& scenario, const std::string& algorithm, const RunOptions& options)
    : scenario_(scenario),
      algorithm_(algorithm),
      names_(names_of(scenario)),
      kernel_(scenario, names_, options),
      judge_(scenario.config.authority == Authority::store_clock ? scenario.store : scenario.host,
             scenario.config.bounds.tick),
      store_(kernel_, judge_, options.store, algorithm),
      network_(kernel_, store_),
      resource_(kernel_),
      parts_(scenario.processes.size()),
      beliefs_(kernel_, processes_) {
  for (std::size_t process = 0; process < scenario.processes.size(); ++process) {
    add_process(static_cast<std::uint32_t>(process));
  }
}

void World::add_process(std::uint32_t index) {
  const ProcessSpec& process = scenario_.processes[index];
  const std::uint32_t body = body_of(scenario_, index);
  if (body == index) {
    walls_.emplace_back(process.wall, Length(1));
    if (scenario_.config.authority != Authority::host_clock) {
      clocks_.emplace_back(process.clock, scenario_.config.bounds.tick);
    }
  }
  VirtualClock& clock = body != index     ? processes_[body]->clock()
                        : clocks_.empty() ? judge_
                                          : clocks_.back();
  VirtualClock& wall = body == index ? walls_.back() : processes_[body]->wall();
  processes_.push_back(
      std::make_unique<Process>(kernel_, network_, resource_, clock, wall, algorithm_, index));
  parts_[body].push_back(processes_.back().get());
}

Run World::run() {
  start();
  const TrueTime end = moment_of(scenario_.run_for);
  while (!kernel_.queue.empty() && kernel_.queue.next_at() <= end) {
    dispatch(kernel_.next([this](std::uint32_t process) {
      fetch_ahead(processes_[process].get(), sizeof(Process));
    }));
  }
  kernel_.now = end;
  Run run;
  kernel_.recorder.finish(end, run);
  run.activations = kernel_.activations;
  run.cut_short = kernel_.cut_short;
  run.choices = kernel_.chooser.made();
  run.ordinals = kernel_.chooser.asked();
  return run;
}

void World::start() {
  kernel_.plan(kernel_.heal, {.kind = Task::Kind::heal});
  for (std::uint32_t index = 0; index < scenario_.faults.size(); ++index) {
    const TimedFault& fault = scenario_.faults[index];
    LEASEHOLD_ASSERT(moment_of(fault.at) < kernel_.heal);
    kernel_.plan(moment_of(fault.at),
                 {.kind = Task::Kind::fault, .process = fault.process, .index = index});
  }
  for (const auto& process : processes_) {
    if (!scenario_.processes[process->index()].clone_of) process->start();
  }
}

void World::dispatch(const Task& task) {
  switch (task.kind) {
    case Task::Kind::request:
      return network_.on_request(task.index);
    case Task::Kind::write_comes:
      return resource_.on_write(task.index);
    case Task::Kind::fault:
      return on_fault(task.index);
    case Task::Kind::fault_over:
      return on_fault_over(task.index);
    case Task::Kind::heal:
      return heal();
    case Task::Kind::deadline_due:
      return beliefs_.on_deadline_due(task);
    case Task::Kind::stop_due:
      return beliefs_.on_stop_due(task);
    case Task::Kind::wait_due:
      return processes_[task.process]->on_wait_due(task);
    case Task::Kind::answer:
      if (!network_.on_answer(task.index)) return;
      [[fallthrough]];
    case Task::Kind::program:
    case Task::Kind::hold_over:
    case Task::Kind::think_over:
    case Task::Kind::wake:
    case Task::Kind::look:
    case Task::Kind::write_due:
    case Task::Kind::write_goes:
      processes_[task.process]->on_task(task);
      return beliefs_.look_at(task.process);
  }
}

const std::vector<Process*>& World::met_by(const TimedFault& fault) const {
  return parts_[fault.process];
}

bool World::any_part(const TimedFault& fault, const std::function<bool(const Process&)>& is) const {
  return std::any_of(met_by(fault).begin(), met_by(fault).end(),
                     [&is](const Process* part) { return is(*part); });
}

void World::record(const TimedFault& fault, Event event) {
  for (const Process* const process : met_by(fault)) {
    event.process = process->index();
    kernel_.record(event);
  }
}

void World::on_fault(std::uint32_t index) {
  const TimedFault& fault = scenario_.faults[index];
  switch (fault.kind) {
    case TimedFault::Kind::stopped:
    case TimedFault::Kind::suspended:
    case TimedFault::Kind::frozen:
      return pause(fault, index);
    case TimedFault::Kind::crash:
      return crash(fault, index);
    case TimedFault::Kind::starve:
      return starve(fault);
    case TimedFault::Kind::clock_step:
    case TimedFault::Kind::clock_rate:
      return change_clock(fault);
    case TimedFault::Kind::wall_step:
      processes_[fault.process]->wall().step(kernel_.now, Span<LocalClock>::ns(fault.value));
      for (Process* const part : met_by(fault)) part->doors().wall_stepped();
      return record(fault, {.kind = Event::Kind::wall_stepped,
                            .value = static_cast<std::uint64_t>(fault.value)});
    case TimedFault::Kind::cut:
    case TimedFault::Kind::requests_cut:
    case TimedFault::Kind::answers_cut:
      return cut_off(fault);
    case TimedFault::Kind::writer_stall:
    case TimedFault::Kind::store_restart:
      return stop_store(fault, index);
    case TimedFault::Kind::failover:
      return fail_over(fault, index);
    case TimedFault::Kind::store_clock_step:
    case TimedFault::Kind::store_clock_rate:
      return change_store_clock(fault);
    case TimedFault::Kind::clone:
      return clone(fault);
  }
}

void World::starve(const TimedFault& fault) {
  const TrueTime until = end_of(fault);
  for (Process* const part : met_by(fault)) part->doors().starve(until);
  record(fault, {.kind = Event::Kind::starved, .until = until});
}

void World::cut_off(const TimedFault& fault) {
  const TrueTime until = end_of(fault);
  network_.cut(fault.process, fault.kind, until);
  record(fault, {.kind = Event::Kind::cut_off,
                 .detail = static_cast<std::uint8_t>(fault.kind),
                 .until = until});
}

void World::clone(const TimedFault& fault) {
  Process& copy = *processes_[fault.process];
  const auto original_of = [this](const Process& one) -> Process& {
    return *processes_[*scenario_.processes[one.index()].clone_of];
  };
  if (copy.alive() || !original_of(copy).alive()) return;
  // A copy runs, whatever state its original is in.
  if (&copy.clock() != &judge_) copy.clock() = running_copy(original_of(copy).clock(), kernel_.now);
  copy.wall() = running_copy(original_of(copy).wall(), kernel_.now);
  for (Process* const part : met_by(fault)) {
    const Process& original = original_of(*part);
    kernel_.record(
        {.kind = Event::Kind::cloned, .process = part->index(), .value = original.index()});
    part->begin_as(original);
  }
  if (any_part(fault, [](const Process& part) { return part.doors().armed(); })) {
    kernel_.activations.met(fault.kind);
  }
  for (const Process* const part : met_by(fault)) beliefs_.on_clock_changed(part->index());
}

void World::stop_store(const TimedFault& fault, std::uint32_t index) {
  const TrueTime until = end_of(fault);
  if (fault.kind == TimedFault::Kind::writer_stall) {
    store_.stall(until);
    kernel_.record({.kind = Event::Kind::stalled, .until = until});
  } else {
    store_.go_down(until, FaultKind::store_restart);
    kernel_.record({.kind = Event::Kind::store_down, .until = until});
    network_.on_store_down();
  }
  plan_end(until, fault, index);
}

// What was said by the old one and not heard yet is broken off, and so is what waits for its
// writer. A request that is still on its way comes to the new one.
void World::fail_over(const TimedFault& fault, std::uint32_t index) {
  const TrueTime until = end_of(fault);
  store_.go_down(until, FaultKind::failover);
  if (store_.fail_over(kernel_.now - on<TrueClock>(fault.loses))) {
    kernel_.activations.met(FaultKind::failover);
  }
  if (fault.value != 0) change_store_clock(fault);
  network_.on_store_down();
  if (fault.lasts == Length::zero()) return;
  kernel_.record({.kind = Event::Kind::store_down, .until = until});
  plan_end(until, fault, index);
}

void World::on_store_again(const TimedFault& fault) {
  if (fault.kind == TimedFault::Kind::writer_stall) return network_.on_stall_over();
  if (!store_.is_down()) kernel_.record({.kind = Event::Kind::store_up});
}

void World::crash(const TimedFault& fault, std::uint32_t index) {
  if (!processes_[fault.process]->alive()) return;
  if (any_part(fault, [](const Process& part) { return part.doors().armed(); })) {
    kernel_.activations.met(fault.kind);
  }
  for (Process* const part : met_by(fault)) {
    part->crash();
    beliefs_.look_at(part->index());
  }
  record(fault, {.kind = Event::Kind::crashed});
  if (fault.lasts == Length::zero()) return;
  plan_end(end_of(fault), fault, index);
}

void World::pause(const TimedFault& fault, std::uint32_t index) {
  Process& process = *processes_[fault.process];
  // A process that is paused stays in the pause it is in; a second one changes nothing.
  if (!process.alive() || process.paused()) return;
  const TrueTime until = end_of(fault);
  for (Process* const part : met_by(fault)) part->pause(until);
  if (fault.kind == TimedFault::Kind::suspended) process.clock().sleep(kernel_.now);
  if (fault.kind == TimedFault::Kind::frozen) {
    process.clock().freeze(kernel_.now);
    process.wall().freeze(kernel_.now);
  }
  record(fault, {.kind = Event::Kind::paused, .detail = static_cast<std::uint8_t>(fault.kind)});
  for (Process* const part : met_by(fault)) on_clock_changed(*part);
  plan_end(until, fault, index);
}

TrueTime World::end_of(const TimedFault& fault) {
  return kernel_.put_off(kernel_.now, kernel_.now + on<TrueClock>(fault.lasts),
                         static_cast<FaultKind>(fault.kind));
}

// The heal itself ends what lasts until then, so that nothing else of its moment comes before.
void World::plan_end(TrueTime end, const TimedFault& fault, std::uint32_t index) {
  if (end == kernel_.heal) return lasting_.push_back(index);
  kernel_.plan(end, {.kind = Task::Kind::fault_over, .process = fault.process, .index = index});
}

void World::heal() {
  kernel_.record({.kind = Event::Kind::healed});
  kernel_.chooser.heal();
  for (const std::uint32_t index : lasting_) on_fault_over(index);
}

void World::on_fault_over(std::uint32_t index) {
  const TimedFault& fault = scenario_.faults[index];
  if (meets_store(fault.kind)) return on_store_again(fault);
  if (fault.kind == TimedFault::Kind::crash) {
    if (processes_[fault.process]->alive()) return;
    record(fault, {.kind = Event::Kind::restarted});
    for (Process* const part : met_by(fault)) part->restart();
  } else {
    end_pause(fault);
  }
  for (Process* const part : met_by(fault)) on_clock_changed(*part);
}

void World::end_pause(const TimedFault& fault) {
  Process& process = *processes_[fault.process];
  if (fault.kind == TimedFault::Kind::suspended) process.clock().awake(kernel_.now);
  if (fault.kind == TimedFault::Kind::frozen) {
    process.clock().thaw(kernel_.now);
    process.wall().thaw(kernel_.now);
  }
  if (any_part(fault, [](const Process& part) { return part.was_missed(); })) {
    kernel_.activations.met(fault.kind);
  }
  record(fault, {.kind = Event::Kind::resumed});
  for (Process* const part : met_by(fault)) part->resume();
}

void World::change_clock(const TimedFault& fault) {
  VirtualClock& clock = processes_[fault.process]->clock();
  const bool met = std::any_of(processes_.begin(), processes_.end(), [&clock](const auto& process) {
    return &process->clock() == &clock && process->doors().armed();
  });
  if (met) kernel_.activations.met(fault.kind);
  if (fault.kind == TimedFault::Kind::clock_step) {
    clock.step(kernel_.now, Span<LocalClock>::ns(fault.value));
  } else {
    clock.set_rate(kernel_.now, fault.value);
  }
  record(fault, {.kind = fault.kind == TimedFault::Kind::clock_step ? Event::Kind::clock_stepped
                                                                    : Event::Kind::clock_rated,
                 .value = static_cast<std::uint64_t>(fault.value)});
  after_clock_change(clock);
}

void World::change_store_clock(const TimedFault& fault) {
  const bool steps = fault.kind != TimedFault::Kind::store_clock_rate;
  if (store_.judges_a_lease()) kernel_.activations.met(fault.kind);
  if (steps) {
    judge_.step(kernel_.now, Span<LocalClock>::ns(fault.value));
  } else {
    judge_.set_rate(kernel_.now, fault.value);
  }
  kernel_.record({.kind = steps ? Event::Kind::store_clock_stepped : Event::Kind::store_clock_rated,
                  .value = static_cast<std::uint64_t>(fault.value)});
  store_.clock_changed();
}

void World::after_clock_change(const VirtualClock& clock) {
  if (&clock == &judge_) store_.clock_changed();
  for (const auto& process : processes_) {
    if (&process->clock() != &clock) continue;
    if (process->alive() && !process->paused()) process->doors().plan_alarm();
    on_clock_changed(*process);
  }
}

void World::on_clock_changed(Process& process) {
  process.waits().on_clock_changed();
  beliefs_.on_clock_changed(process.index());
}

}  // namespace leasehold::sim
