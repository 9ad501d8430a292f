#include "sim/world/program.h"

#include <algorithm>
#include <utility>

namespace leasehold::sim {

Program::Program(Kernel& kernel, Resource& resource, Waits& waits, std::uint32_t process)
    : kernel_(kernel),
      resource_(resource),
      waits_(waits),
      process_(process),
      steps_(kernel.scenario.processes[program_of(kernel.scenario, process)].program),
      rounds_(steps_.size()),
      caches_(std::any_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.cache; })
                  ? steps_.size()
                  : 0) {}

const Step& Program::step_at(std::uint32_t step) const { return steps_[step]; }

Program::Guard* Program::find(std::uint32_t guard) {
  const auto found = std::find_if(guards_.begin(), guards_.end(),
                                  [guard](const Guard& one) { return one.id == guard; });
  return found == guards_.end() ? nullptr : &*found;
}

void Program::record(Event event) {
  event.process = process_;
  kernel_.record(event);
}

void Program::start() {
  for (std::uint32_t step = 0; step < rounds_.size(); ++step) {
    kernel_.plan(TrueTime{} + on<TrueClock>(step_at(step).at),
                 {.kind = Task::Kind::program, .process = process_, .index = step});
  }
}

void Program::begin_life(std::uint32_t life) {
  life_ = life;
  guards_.clear();
  calls_.clear();
  decided_.clear();
  caches_.assign(caches_.size(), std::nullopt);
  for (std::uint32_t step = 0; step < rounds_.size(); ++step) {
    if (rounds_[step].value_or(0) > 0) think(step);
  }
}

void Program::begin_as(const Program& original, std::uint32_t life) {
  life_ = life;
  guards_ = original.guards_;
  calls_ = original.calls_;
  decided_ = original.decided_;
  rounds_ = original.rounds_;
  caches_ = original.caches_;
  last_call_ = original.last_call_;
  last_guard_ = original.last_guard_;
}

void Program::miss(std::uint32_t step) {
  if (step_at(step).what == Step::Do::cycle) rounds_[step] = step_at(step).times;
}

void Program::on_step(Algorithm& lock, std::uint32_t step) {
  ask_guards(lock);
  switch (step_at(step).what) {
    case Step::Do::cycle:
      rounds_[step] = step_at(step).times;
      return begin_call(lock, step);
    case Step::Do::acquire:
    case Step::Do::attempt:
      return begin_call(lock, step);
    case Step::Do::drop:
      if (!guards_.empty()) drop(lock, guards_.size() - 1);
      return;
    case Step::Do::release: {
      if (guards_.empty()) return;
      const core::TenureId tenure = guards_.back().tenure;
      record({.kind = Event::Kind::release, .term = tenure.term});
      return lock.release(tenure);
    }
    case Step::Do::cancel: {
      const std::vector<Call> left = std::exchange(calls_, {});
      for (const Call& call : left) {
        record({.kind = Event::Kind::cancel, .value = call.id});
        waits_.over(call.id);
        lock.cancel(call.id);
      }
      return;
    }
    case Step::Do::write:
      return decide_write(lock, step_at(step).after);
  }
}

void Program::begin_call(Algorithm& lock, std::uint32_t step) {
  const Step& what = step_at(step);
  const bool once = what.what == Step::Do::attempt;
  const CallId call = ++last_call_;
  calls_.push_back({call, step});
  record({.kind = Event::Kind::acquire,
          .detail = static_cast<std::uint8_t>(once ? 1 : 0),
          .value = call});
  if (!once && what.within && *what.within > Length::zero()) waits_.begin(call, *what.within);
  lock.acquire(call, once ? std::optional(Length::zero()) : what.within);
}

void Program::on_granted(CallId call, const core::TenureId& tenure) {
  record({.kind = Event::Kind::granted, .term = tenure.term, .value = call, .owner = tenure.owner});
  waits_.over(call);
  const auto found = std::find_if(calls_.begin(), calls_.end(),
                                  [call](const Call& one) { return one.id == call; });
  if (found == calls_.end()) return;
  const std::uint32_t step = found->step;
  calls_.erase(found);
  guards_.push_back({++last_guard_, tenure, call, step});
  plan_look(guards_.back());
  plan_write(guards_.back());
  if (const auto hold = step_at(step).hold) {
    kernel_.plan(kernel_.now + on<TrueClock>(*hold),
                 {.kind = Task::Kind::hold_over, .process = process_, .index = last_guard_});
  }
}

void Program::on_refused(CallId call, Ending ending, core::Refusal why) {
  record({.kind = Event::Kind::refused,
          .detail = static_cast<std::uint8_t>(ending),
          .other = static_cast<std::uint8_t>(why),
          .value = call});
  waits_.over(call);
  const auto found = std::find_if(calls_.begin(), calls_.end(),
                                  [call](const Call& one) { return one.id == call; });
  if (found == calls_.end()) return;
  const std::uint32_t step = found->step;
  calls_.erase(found);
  if (step_at(step).what == Step::Do::cycle) think(step);
}

void Program::on_hold_over(Algorithm& lock, std::uint32_t guard) {
  ask_guards(lock);
  const Guard* const found = find(guard);
  if (found != nullptr) drop(lock, static_cast<std::size_t>(found - guards_.data()));
}

void Program::drop(Algorithm& lock, std::size_t guard) {
  const Guard dropped = guards_[guard];
  guards_.erase(guards_.begin() + static_cast<std::ptrdiff_t>(guard));
  if (dropped.loads) load(lock, dropped);
  record({.kind = Event::Kind::drop, .term = dropped.tenure.term});
  lock.drop(dropped.tenure);
  if (step_at(dropped.step).what == Step::Do::cycle) think(dropped.step);
}

// An empty cache is loaded whatever is said of it; one that holds something is asked about.
void Program::plan_look(Guard& guard) {
  if (!step_at(guard.step).cache) return;
  guard.loads = !caches_[guard.step];
  if (guard.loads) return;
  kernel_.plan(kernel_.now, {.kind = Task::Kind::look, .process = process_, .index = guard.id});
}

void Program::on_look(const Algorithm& lock, std::uint32_t guard) {
  Guard* const found = find(guard);
  if (found == nullptr || !lock.is_held(found->tenure)) return;
  const bool unchanged = lock.unchanged(found->call, found->tenure, *caches_[found->step]);
  found->loads = !unchanged;
  record({.kind = Event::Kind::looked,
          .detail = static_cast<std::uint8_t>(unchanged ? 1 : 0),
          .term = found->tenure.term,
          .value = found->step});
}

// Loading takes as long as the guard was kept, and may end when that is long dead.
void Program::load(Algorithm& lock, const Guard& guard) {
  caches_[guard.step] = guard.tenure.term;
  record({.kind = Event::Kind::loaded, .term = guard.tenure.term, .value = guard.step});
  lock.acknowledge();
}

void Program::think(std::uint32_t step) {
  if (--*rounds_[step] == 0) return;
  kernel_.plan(
      kernel_.now + on<TrueClock>(step_at(step).think),
      {.kind = Task::Kind::think_over, .process = process_, .index = step, .generation = life_});
}

void Program::on_think_over(Algorithm& lock, const Task& task) {
  if (task.generation == life_) begin_call(lock, task.index);
}

void Program::plan_write(const Guard& guard) {
  const std::optional<Length> every = step_at(guard.step).write_every;
  if (!every) return;
  kernel_.plan(kernel_.now + on<TrueClock>(*every),
               {.kind = Task::Kind::write_due, .process = process_, .index = guard.id});
}

void Program::on_write_due(const Algorithm& lock, std::uint32_t guard) {
  ask_guards(lock);
  const Guard* const found = find(guard);
  if (found == nullptr || !lock.is_held(found->tenure)) return;
  resource_.send(process_, found->tenure, lock.token_digest(found->tenure));
  plan_write(*found);
}

// The look and the write are two steps, as in every program: anything may come between them.
void Program::decide_write(const Algorithm& lock, Length after) {
  if (guards_.empty() || !lock.is_held(guards_.back().tenure)) return;
  const core::TenureId& tenure = guards_.back().tenure;
  decided_.push_back({tenure, lock.token_digest(tenure)});
  kernel_.plan(kernel_.now + on<TrueClock>(after),
               {.kind = Task::Kind::write_goes,
                .process = process_,
                .index = static_cast<std::uint32_t>(decided_.size() - 1),
                .generation = life_});
}

void Program::on_write_goes(const Task& task) {
  if (task.generation != life_) return;
  const Decided& write = decided_[task.index];
  resource_.send(process_, write.tenure, write.digest);
}

void Program::ask_guards(const Algorithm& lock) {
  core::TenureId asked;
  for (const Guard& guard : guards_) {
    if (guard.tenure == asked) continue;
    asked = guard.tenure;
    // Whether the deadline has passed is asked where it passes: see Beliefs.
    record({.kind = Event::Kind::asked,
            .detail = static_cast<std::uint8_t>(lock.is_held(guard.tenure) ? 1 : 0),
            .term = guard.tenure.term,
            .owner = guard.tenure.owner});
  }
}

void Program::on_tell(const core::Tell& tell) {
  using core::Tell;
  switch (tell.kind) {
    case Tell::Kind::renewed:
      return record({.kind = Event::Kind::renewed, .term = tell.tenure.term});
    case Tell::Kind::renew_failed:
      return record({.kind = Event::Kind::renew_failed, .term = tell.tenure.term});
    case Tell::Kind::jeopardy:
      return record({.kind = Event::Kind::stop_told, .term = tell.tenure.term});
    case Tell::Kind::lost:
      return record({.kind = Event::Kind::lost,
                     .detail = static_cast<std::uint8_t>(tell.loss),
                     .term = tell.tenure.term,
                     .owner = tell.tenure.owner});
    case Tell::Kind::stopped:
      return record(
          {.kind = Event::Kind::stopped, .term = tell.tenure.term, .owner = tell.tenure.owner});
    case Tell::Kind::ended:
      return record({.kind = Event::Kind::ended,
                     .detail = static_cast<std::uint8_t>(tell.outcome),
                     .term = tell.tenure.term,
                     .owner = tell.tenure.owner});
    // Told call by call in on_granted and on_refused.
    case Tell::Kind::granted:
    case Tell::Kind::refused:
    case Tell::Kind::failed:
      return;
  }
}

}  // namespace leasehold::sim
