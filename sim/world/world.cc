#include "sim/world/world.h"

#include <utility>

#include "lib/src/assert.h"

namespace leasehold::sim {
namespace {

Names names_of(const Scenario& scenario) {
  Names names;
  for (const ProcessSpec& process : scenario.processes) names.push_back(process.name);
  return names;
}

TrueTime moment_of(Length since_start) { return TrueTime{} + on<TrueClock>(since_start); }

}  // namespace

World::World(const Scenario& scenario, const std::string& algorithm, const RunOptions& options)
    : scenario_(scenario),
      algorithm_(algorithm),
      names_(names_of(scenario)),
      kernel_(scenario, names_, options),
      host_(scenario.host, scenario.config.bounds.tick),
      store_(kernel_, host_, options.store, own_store_of(algorithm)),
      network_(kernel_, store_),
      resource_(kernel_),
      beliefs_(kernel_, processes_) {
  const bool shared = scenario.config.authority == Authority::host_clock;
  for (std::size_t process = 0; process < scenario.processes.size(); ++process) {
    const auto index = static_cast<std::uint16_t>(process);
    if (!shared) {
      clocks_.push_back(std::make_unique<VirtualClock>(scenario.processes[index].clock,
                                                       scenario.config.bounds.tick));
    }
    VirtualClock& clock = shared ? host_ : *clocks_.back();
    walls_.push_back(std::make_unique<VirtualClock>(scenario.processes[index].wall, Length(1)));
    processes_.push_back(std::make_unique<Process>(kernel_, network_, resource_, clock,
                                                   *walls_.back(), algorithm_, index));
  }
}

Run World::run() {
  start();
  const TrueTime end = moment_of(scenario_.run_for);
  while (!kernel_.queue.empty() && kernel_.queue.next().at <= end) {
    const auto planned = kernel_.queue.pop();
    kernel_.now = planned.at;
    dispatch(planned.task);
  }
  kernel_.now = end;
  Run run;
  kernel_.recorder.finish(run);
  run.choices = kernel_.chooser.made();
  return run;
}

void World::start() {
  for (std::uint32_t index = 0; index < scenario_.faults.size(); ++index) {
    const TimedFault& fault = scenario_.faults[index];
    kernel_.plan(moment_of(fault.at),
                 {.kind = Task::Kind::fault, .process = fault.process, .index = index});
  }
  for (const auto& process : processes_) process->start();
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
    case Task::Kind::deadline_due:
      return beliefs_.on_deadline_due(task);
    case Task::Kind::stop_due:
      return beliefs_.on_stop_due(task);
    case Task::Kind::program:
    case Task::Kind::hold_over:
    case Task::Kind::think_over:
    case Task::Kind::wake:
    case Task::Kind::answer:
    case Task::Kind::look:
    case Task::Kind::write_due:
    case Task::Kind::write_goes:
      processes_[task.process]->on_task(task);
      return beliefs_.look_at(task.process);
  }
}

void World::record(const TimedFault& fault, Event event) {
  event.process = fault.process;
  kernel_.record(event);
}

void World::on_fault(std::uint32_t index) {
  const TimedFault& fault = scenario_.faults[index];
  Process& process = *processes_[fault.process];
  switch (fault.kind) {
    case TimedFault::Kind::stopped:
    case TimedFault::Kind::suspended:
    case TimedFault::Kind::frozen:
      return pause(fault, index);
    case TimedFault::Kind::crash:
      if (!process.alive()) return;
      process.crash();
      beliefs_.look_at(fault.process);
      record(fault, {.kind = Event::Kind::crashed});
      break;
    case TimedFault::Kind::starve:
      process.doors().starve(kernel_.now + on<TrueClock>(fault.lasts));
      return record(
          fault, {.kind = Event::Kind::starved, .until = kernel_.now + on<TrueClock>(fault.lasts)});
    case TimedFault::Kind::clock_step:
    case TimedFault::Kind::clock_rate:
      return change_clock(fault);
    case TimedFault::Kind::wall_step:
      process.wall().step(kernel_.now, Span<LocalClock>::ns(fault.value));
      return record(fault, {.kind = Event::Kind::wall_stepped,
                            .value = static_cast<std::uint64_t>(fault.value)});
  }
  if (fault.lasts > Length::zero()) {
    kernel_.plan(kernel_.now + on<TrueClock>(fault.lasts),
                 {.kind = Task::Kind::fault_over, .process = fault.process, .index = index});
  }
}

void World::pause(const TimedFault& fault, std::uint32_t index) {
  Process& process = *processes_[fault.process];
  // A process that is paused stays in the pause it is in; a second one changes nothing.
  if (!process.alive() || process.paused()) return;
  process.pause(kernel_.now + on<TrueClock>(fault.lasts));
  if (fault.kind == TimedFault::Kind::suspended) process.clock().sleep(kernel_.now);
  if (fault.kind == TimedFault::Kind::frozen) {
    process.clock().freeze(kernel_.now);
    process.wall().freeze(kernel_.now);
  }
  record(fault, {.kind = Event::Kind::paused, .detail = static_cast<std::uint8_t>(fault.kind)});
  beliefs_.on_clock_changed(fault.process);
  kernel_.plan(kernel_.now + on<TrueClock>(fault.lasts),
               {.kind = Task::Kind::fault_over, .process = fault.process, .index = index});
}

void World::on_fault_over(std::uint32_t index) {
  const TimedFault& fault = scenario_.faults[index];
  Process& process = *processes_[fault.process];
  if (fault.kind == TimedFault::Kind::crash) {
    if (process.alive()) return;
    record(fault, {.kind = Event::Kind::restarted});
    process.restart();
  } else {
    if (fault.kind == TimedFault::Kind::suspended) process.clock().awake(kernel_.now);
    if (fault.kind == TimedFault::Kind::frozen) {
      process.clock().thaw(kernel_.now);
      process.wall().thaw(kernel_.now);
    }
    record(fault, {.kind = Event::Kind::resumed});
    process.resume();
  }
  beliefs_.on_clock_changed(fault.process);
}

void World::change_clock(const TimedFault& fault) {
  VirtualClock& clock = processes_[fault.process]->clock();
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

void World::after_clock_change(const VirtualClock& clock) {
  if (&clock == &host_) store_.clock_changed();
  for (const auto& process : processes_) {
    if (&process->clock() != &clock) continue;
    if (process->alive() && !process->paused()) process->doors().plan_alarm();
    beliefs_.on_clock_changed(process->index());
  }
}

const Judgement& Run::of(Invariant invariant) const {
  for (const Judgement& judgement : judgements) {
    if (judgement.invariant == invariant) return judgement;
  }
  LEASEHOLD_ASSERT(false);
}

std::optional<Invariant> Run::first_broken() const {
  for (const Judgement& judgement : judgements) {
    if (judgement.verdict == Verdict::broken) return judgement.invariant;
  }
  return std::nullopt;
}

Run run(const Scenario& scenario, const std::string& algorithm, const RunOptions& options) {
  return World(scenario, algorithm, options).run();
}

}  // namespace leasehold::sim
