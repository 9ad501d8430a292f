#include "sim/world/beliefs.h"

#include <algorithm>

#include "lib/src/plant.h"

namespace leasehold::sim {

Beliefs::Beliefs(Kernel& kernel, const std::vector<std::unique_ptr<Process>>& processes)
    : kernel_(kernel), processes_(processes), beliefs_(kernel.scenario.processes.size()) {}

bool Beliefs::would_say_held(std::uint32_t process, const core::TenureId& tenure) const {
  const Algorithm* const lock = processes_[process]->lock();
  return lock != nullptr && lock->is_held(tenure);
}

void Beliefs::look_at(std::uint32_t process) {
  Belief& belief = beliefs_[process];
  const Algorithm* const lock = processes_[process]->lock();
  const std::optional<Holding> holding = lock != nullptr ? lock->holding() : std::nullopt;
  if (belief.believes && (!holding || holding->tenure != belief.tenure)) {
    // The tenure is gone, as the lock itself says. Do its guards say so too?
    if (would_say_held(process, belief.tenure)) return;
    end(process);
  }
  if (!holding) return;
  const bool held = lock->is_held(holding->tenure);
  if (belief.believes && !held) end(process);
  if (!belief.believes && held) begin(process, holding->tenure);
  if (belief.believes) watch_deadline(process, *holding);
  watch_stop(process, *holding);
}

void Beliefs::on_clock_changed(std::uint32_t process) {
  Belief& belief = beliefs_[process];
  belief.deadline.reset();
  belief.soft.reset();
  // What was planned by the old clock counts no more.
  ++belief.deadline_watch;
  ++belief.stop_watch;
  look_at(process);
}

void Beliefs::begin(std::uint32_t process, const core::TenureId& tenure) {
  ask_the_others(process);
  Belief& belief = beliefs_[process];
  belief.believes = true;
  belief.tenure = tenure;
  belief.deadline.reset();
  believers_.push_back(process);
  kernel_.record({.kind = Event::Kind::belief_begins,
                  .process = process,
                  .term = tenure.term,
                  .owner = tenure.owner});
}

void Beliefs::end(std::uint32_t process) {
  Belief& belief = beliefs_[process];
  belief.believes = false;
  std::erase(believers_, process);
  kernel_.record(
      {.kind = Event::Kind::belief_ends, .process = process, .term = belief.tenure.term});
}

void Beliefs::ask_the_others(std::uint32_t process) {
  const std::vector<std::uint32_t> asked = believers_;
  for (const std::uint32_t other : asked) {
    if (other == process || kernel_.keys.of[other] != kernel_.keys.of[process]) continue;
    if (!would_say_held(other, beliefs_[other].tenure)) end(other);
  }
}

void Beliefs::watch_deadline(std::uint32_t process, const Holding& holding) {
  const Process& who = *processes_[process];
  // A deadline on a clock that stands still has no moment yet; it gets one when the clock moves.
  const bool stands_still =
      who.clock().stands_still() || (holding.stops_in_suspend && who.clock().asleep());
  if (stands_still) return;
  Belief& belief = beliefs_[process];
  if (belief.deadline == holding.deadline) return;
  belief.deadline = holding.deadline;
  TrueTime until = who.clock().first_at(holding.deadline, kernel_.now);
  if (planted(Bug::H01)) until = TrueTime::at_ns(holding.deadline.ns());
  kernel_.record({.kind = Event::Kind::belief_until,
                  .process = process,
                  .term = belief.tenure.term,
                  .until = until});
  plan(process, Task::Kind::deadline_due, until, ++belief.deadline_watch);
}

void Beliefs::watch_stop(std::uint32_t process, const Holding& holding) {
  Belief& belief = beliefs_[process];
  const bool watched = belief.soft == holding.soft_deadline && belief.soft_tenure == holding.tenure;
  if (watched || !holding.soft_deadline || holding.stop_told) return;
  belief.soft = holding.soft_deadline;
  belief.soft_tenure = holding.tenure;
  const TrueTime due = processes_[process]->clock().first_at(*belief.soft, kernel_.now);
  plan(process, Task::Kind::stop_due, due, ++belief.stop_watch);
}

void Beliefs::plan(std::uint32_t process, Task::Kind kind, TrueTime at, std::uint32_t watch) {
  kernel_.plan(at, {.kind = kind, .process = process, .index = 0, .generation = watch},
               Kernel::last);
}

void Beliefs::on_deadline_due(const Task& task) {
  Belief& belief = beliefs_[task.process];
  if (task.generation != belief.deadline_watch || !belief.believes) return;
  const bool held = would_say_held(task.process, belief.tenure);
  kernel_.record({.kind = Event::Kind::asked,
                  .process = task.process,
                  .detail = static_cast<std::uint8_t>(held ? 3 : 2),
                  .term = belief.tenure.term,
                  .owner = belief.tenure.owner});
  look_at(task.process);
}

void Beliefs::on_stop_due(const Task& task) {
  Belief& belief = beliefs_[task.process];
  const Process& who = *processes_[task.process];
  if (task.generation != belief.stop_watch || !who.alive()) return;
  const std::optional<Holding> holding = who.lock()->holding();
  const bool same =
      holding && holding->tenure == belief.soft_tenure && holding->soft_deadline == belief.soft;
  if (!same) return;
  // Nobody can be told while nothing runs. What is due at this moment has run by now.
  if (who.can_run_at() > kernel_.now) {
    return plan(task.process, Task::Kind::stop_due, who.can_run_at(), belief.stop_watch);
  }
  kernel_.record(
      {.kind = Event::Kind::stop_due, .process = task.process, .term = belief.soft_tenure.term});
}

}  // namespace leasehold::sim
