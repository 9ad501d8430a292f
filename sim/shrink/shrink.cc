#include "sim/shrink/shrink.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <utility>

#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

/// Collects edits, the boldest first.
class Simplifier {
 public:
  explicit Simplifier(const Scenario& scenario) : from_(scenario) {}

  std::vector<Edit> edits() {
    shorten_horizon();
    drop_heal();
    drop_kinds_of_fault();
    drop_processes();
    drop_parts_of_choices();
    drop_parts(&Scenario::faults);
    simplify_programs();
    simplify_values();
    return std::move(found_);
  }

 private:
  void try_change(Edit edit) {
    found_.push_back([edit = std::move(edit)](Scenario& s) {
      edit(s);
      drop_clones_of_no_fault(s);
    });
  }

  // Who is a copy stands in the fault that makes it, and goes with it.
  static void drop_clones_of_no_fault(Scenario& s) {
    for (std::size_t index = s.processes.size(); index-- > 0;) {
      const ProcessSpec& process = s.processes[index];
      if (!process.clone_of || process.part_of) continue;
      const bool made = std::any_of(s.faults.begin(), s.faults.end(), [&](const TimedFault& fault) {
        return fault.kind == TimedFault::Kind::clone && fault.process == index;
      });
      if (!made) drop_process(s, static_cast<std::uint16_t>(index));
    }
  }

  void shorten_horizon() {
    for (const std::int64_t part : {2, 4, 8}) {
      try_change([part](Scenario& s) { set_horizon(s, s.run_for - s.run_for / part); });
    }
  }

  // What lies behind the horizon would be refused by the reader, and never happens anyway.
  static void set_horizon(Scenario& s, Length run_for) {
    s.run_for = std::max(run_for, Length(1));
    std::erase_if(s.faults, [&s](const TimedFault& fault) { return fault.at > s.run_for; });
    if (s.heal_at && *s.heal_at > s.run_for) s.heal_at.reset();
    for (ProcessSpec& process : s.processes) {
      std::erase_if(process.program, [&s](const Step& step) { return step.at > s.run_for; });
    }
  }

  void drop_heal() {
    if (from_.heal_at) try_change([](Scenario& s) { s.heal_at.reset(); });
  }

  void drop_kinds_of_fault() {
    std::set<std::pair<Site, Purpose>> kinds;
    for (const auto& [key, value] : from_.choices) kinds.insert({key.site, key.purpose});
    for (const auto& kind : kinds) {
      try_change([kind](Scenario& s) {
        std::erase_if(s.choices, [kind](const auto& choice) {
          return choice.first.site == kind.first && choice.first.purpose == kind.second;
        });
      });
    }
    std::set<TimedFault::Kind> timed;
    for (const TimedFault& fault : from_.faults) timed.insert(fault.kind);
    for (const TimedFault::Kind kind : timed) {
      try_change([kind](Scenario& s) {
        std::erase_if(s.faults, [kind](const TimedFault& fault) { return fault.kind == kind; });
      });
    }
  }

  void drop_processes() {
    const auto& processes = from_.processes;
    const auto bodies = std::count_if(
        processes.begin(), processes.end(),
        [](const ProcessSpec& process) { return !process.part_of && !process.clone_of; });
    for (std::size_t index = 0; index < processes.size(); ++index) {
      const ProcessSpec& process = processes[index];
      // A world is never empty, and a process is cloned as a whole.
      if (process.clone_of ? process.part_of.has_value() : bodies < 2 && !process.part_of) continue;
      try_change([index](Scenario& s) { drop_process(s, static_cast<std::uint16_t>(index)); });
    }
  }

  // Its parts and copies go with it.
  static void drop_process(Scenario& s, std::uint16_t index) {
    for (std::size_t other = s.processes.size(); --other > index;) {
      // With one others may have gone.
      if (other >= s.processes.size()) continue;
      const ProcessSpec& process = s.processes[other];
      if (process.part_of == index || process.clone_of == index) {
        drop_process(s, static_cast<std::uint16_t>(other));
      }
    }
    for (ProcessSpec& process : s.processes) {
      if (process.part_of && *process.part_of > index) --*process.part_of;
      if (process.clone_of && *process.clone_of > index) --*process.clone_of;
    }
    s.processes.erase(s.processes.begin() + index);
    std::erase_if(s.faults, [index](const TimedFault& fault) {
      return fault.process == index && !meets_store(fault.kind);
    });
    for (TimedFault& fault : s.faults) {
      if (fault.process > index) --fault.process;
    }
    Choices renumbered;
    for (const auto& choice : s.choices) {
      ChoiceKey key = choice.first;
      if (key.process == index) continue;
      if (key.process > index) --key.process;
      renumbered.emplace(key, choice.second);
    }
    s.choices = std::move(renumbered);
  }

  // Halves, quarters, ... and at last single elements, as in delta debugging (Zeller, Hildebrandt,
  // "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002).
  template <class DropRange>
  static void for_each_part(std::size_t size, DropRange drop) {
    for (std::size_t part = (size + 1) / 2; part > 0; part = part == 1 ? 0 : (part + 1) / 2) {
      for (std::size_t from = 0; from < size; from += part) drop(from, std::min(part, size - from));
    }
  }

  template <class Element>
  void drop_parts(std::vector<Element> Scenario::*list) {
    for_each_part((from_.*list).size(), [&](std::size_t from, std::size_t count) {
      try_change([=](Scenario& s) {
        const auto first = (s.*list).begin() + static_cast<std::ptrdiff_t>(from);
        (s.*list).erase(first, first + static_cast<std::ptrdiff_t>(count));
      });
    });
  }

  void drop_parts_of_choices() {
    for_each_part(from_.choices.size(), [&](std::size_t from, std::size_t count) {
      try_change([=](Scenario& s) {
        const auto first = std::next(s.choices.begin(), static_cast<std::ptrdiff_t>(from));
        s.choices.erase(first, std::next(first, static_cast<std::ptrdiff_t>(count)));
      });
    });
  }

  void simplify_programs() {
    for (std::size_t process = 0; process < from_.processes.size(); ++process) {
      const std::size_t steps = from_.processes[process].program.size();
      for (std::size_t step = 0; step < steps; ++step) {
        try_change([=](Scenario& s) {
          auto& program = s.processes[process].program;
          program.erase(program.begin() + static_cast<std::ptrdiff_t>(step));
        });
        try_change([=](Scenario& s) {
          Step& one = s.processes[process].program[step];
          one.times = one.what == Step::Do::cycle ? std::max(1U, one.times / 2) : one.times;
        });
        try_change([=](Scenario& s) {
          Step& one = s.processes[process].program[step];
          if (one.what == Step::Do::cycle && one.times == 1) {
            one = Step{
                .at = one.at, .what = Step::Do::acquire, .within = one.within, .hold = one.hold};
          }
        });
        try_change([=](Scenario& s) { s.processes[process].program[step].within.reset(); });
      }
    }
  }

  void simplify_process_values() {
    for (std::size_t process = 0; process < from_.processes.size(); ++process) {
      each_value([process](Scenario & s) -> auto& { return s.processes[process].clock.offset; });
      each_value([process](Scenario & s) -> auto& { return s.processes[process].clock.rate_ppm; });
      for (std::size_t step = 0; step < from_.processes[process].program.size(); ++step) {
        const auto at = [process, step](Scenario& s) -> Step& {
          return s.processes[process].program[step];
        };
        each_value([at](Scenario & s) -> auto& { return at(s).at; });
        each_value([at](Scenario & s) -> auto& { return at(s).think; });
        if (from_.processes[process].program[step].hold) {
          each_value([at](Scenario & s) -> auto& { return *at(s).hold; });
        }
      }
    }
  }

  void simplify_values() {
    simplify_process_values();
    each_value([](Scenario & s) -> auto& { return s.config.timing.lock_delay; });
    each_value([](Scenario & s) -> auto& { return s.config.timing.min_hold; });
    each_value([](Scenario & s) -> auto& { return s.host.offset; });
    each_value([](Scenario & s) -> auto& { return s.host.rate_ppm; });
    each_value([](Scenario & s) -> auto& { return s.store.offset; });
    each_value([](Scenario & s) -> auto& { return s.store.rate_ppm; });
    each_value([](Scenario & s) -> auto& { return s.request_way; });
    each_value([](Scenario & s) -> auto& { return s.answer_way; });
    for (std::size_t fault = 0; fault < from_.faults.size(); ++fault) {
      each_value([fault](Scenario & s) -> auto& { return s.faults[fault].at; });
      // A replica may be there at once.
      const bool at_once = from_.faults[fault].kind == TimedFault::Kind::failover;
      each_value(
          [fault](Scenario & s) -> auto& { return s.faults[fault].lasts; }, at_once ? 0 : 1);
      each_value([fault](Scenario & s) -> auto& { return s.faults[fault].value; });
      each_value([fault](Scenario & s) -> auto& { return s.faults[fault].loses; });
    }
    for (const auto& choice : from_.choices) {
      const ChoiceKey key = choice.first;
      each_value(
          [key](Scenario & s) -> auto& { return s.choices.at(key); }, 1);
    }
  }

  // Towards `least`, in the boldest step that still fails: none, half, and rounded down to a whole
  // second, millisecond or microsecond.
  template <class Access>
  void each_value(Access access, std::int64_t least = 0) {
    Scenario probe = from_;
    const std::int64_t value = count_of(access(probe));
    std::set<std::int64_t> smaller{least, value / 2};
    for (const std::int64_t unit : {1'000'000'000, 1'000'000, 1'000}) {
      smaller.insert(value / unit * unit);
    }
    for (const std::int64_t candidate : smaller) {
      const bool nearer = std::abs(candidate) < std::abs(value) && std::abs(candidate) >= least;
      if (!nearer) continue;
      try_change([=](Scenario& s) { set(access(s), candidate); });
    }
  }

  static std::int64_t count_of(Length value) { return value.count(); }
  static std::int64_t count_of(std::int64_t value) { return value; }
  static void set(Length& value, std::int64_t count) { value = Length(count); }
  static void set(std::int64_t& value, std::int64_t count) { value = count; }

  const Scenario& from_;
  std::vector<Edit> found_;
};

}  // namespace

Scenario without_noise(const Scenario& scenario, const std::string& algorithm) {
  Scenario plain = scenario;
  plain.choices = run(scenario, algorithm, {.keep_choices = true}).choices;
  plain.noise = {};
  return plain;
}

std::vector<Edit> simplifications(const Scenario& scenario) { return Simplifier(scenario).edits(); }

Scenario shrink(Scenario scenario, const std::function<bool(const Scenario&)>& fails,
                int most_runs) {
  int runs = 0;
  for (bool smaller = true; smaller && runs < most_runs;) {
    smaller = false;
    for (const Edit& edit : simplifications(scenario)) {
      Scenario candidate = scenario;
      edit(candidate);
      if (candidate == scenario) continue;
      if (++runs > most_runs) break;
      if (!fails(candidate)) continue;
      scenario = std::move(candidate);
      smaller = true;
      break;
    }
  }
  return scenario;
}

}  // namespace leasehold::sim
