// Edits that make a line of a program do less.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "sim/shrink/edits.h"

namespace leasehold::sim {
namespace {

Step acquire_of(const Step& cycle, Length at, std::optional<Length> hold) {
  Step step = cycle;
  step.what = Step::Do::acquire;
  step.at = at;
  step.hold = hold;
  step.think = {};
  step.times = 1;
  return step;
}

// The first two rounds as lines of their own: in the second the guard may be kept.
void unroll(Scenario& s, std::size_t process, std::size_t index) {
  auto& program = s.processes[process].program;
  const Step cycle = program[index];
  const Length again = std::min(cycle.at + cycle.hold.value_or(Length{}) + cycle.think, s.run_for);
  program[index] = acquire_of(cycle, cycle.at, cycle.hold);
  program.insert(program.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                 acquire_of(cycle, again, std::nullopt));
}

// A fault that met the tenth write meets the fifth, if writes come half as often.
void write_rarely(Scenario& s, std::size_t process, std::size_t index, std::uint32_t times) {
  Step& step = s.processes[process].program[index];
  step.write_every = *step.write_every * times;
  Choices moved;
  for (const auto& choice : s.choices) {
    ChoiceKey key = choice.first;
    if (key.process == process && key.site == Site::write)
      key.ordinal = 1 + (key.ordinal - 1) / times;
    moved.emplace(key, choice.second);
  }
  s.choices = std::move(moved);
}

class Steps {
 public:
  Edits of(const Scenario& from) {
    for (process_ = 0; process_ < from.processes.size(); ++process_) {
      const auto& program = from.processes[process_].program;
      for (index_ = 0; index_ < program.size(); ++index_) {
        if (program[index_].what == Step::Do::cycle) simplify_cycle(program[index_]);
        drop_extras(program[index_]);
      }
    }
    return std::move(edits_);
  }

 private:
  template <class Change>
  void change(Change what) {
    propose(edits_, [process = process_, index = index_, what](Scenario& s) {
      what(s.processes[process].program[index]);
    });
  }

  void simplify_cycle(const Step& cycle) {
    change([](Step& step) { step = acquire_of(step, step.at, std::nullopt); });
    change([](Step& step) { step = acquire_of(step, step.at, step.hold); });
    for (const std::uint32_t times : {1U, 2U, cycle.times / 2, cycle.times - 1}) {
      if (times == 0 || times >= cycle.times) continue;
      change([times](Step& step) { step.times = times; });
    }
    if (cycle.times > 1) {
      propose(edits_,
              [process = process_, index = index_](Scenario& s) { unroll(s, process, index); });
    }
  }

  void drop_extras(const Step& one) {
    if (one.within) change([](Step& step) { step.within.reset(); });
    if (one.write_every) drop_writes();
    if (one.cache) change([](Step& step) { step.cache = false; });
    if (one.hold && one.what != Step::Do::cycle) change([](Step& step) { step.hold.reset(); });
  }

  void drop_writes() {
    change([](Step& step) { step.write_every.reset(); });
    for (const std::uint32_t times : {8U, 4U, 2U}) {
      propose(edits_, [process = process_, index = index_, times](Scenario& s) {
        write_rarely(s, process, index, times);
      });
    }
  }

  Edits edits_;
  std::size_t process_ = 0;
  std::size_t index_ = 0;
};

}  // namespace

Edits simpler_steps(const Scenario& from, const Known&) { return Steps().of(from); }

}  // namespace leasehold::sim
