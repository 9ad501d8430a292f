// Edits that take something out of a world.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <iterator>
#include <set>
#include <utility>

#include "sim/shrink/edits.h"

namespace leasehold::sim {
namespace {

// Its parts and copies go with it.
void drop_process(Scenario& s, std::uint32_t index) {
  for (std::size_t other = s.processes.size(); --other > index;) {
    // With one others may have gone.
    if (other >= s.processes.size()) continue;
    const ProcessSpec& process = s.processes[other];
    if (process.part_of == index || process.clone_of == index) {
      drop_process(s, static_cast<std::uint32_t>(other));
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

// Who is a copy stands in the fault that makes it, and goes with it.
void drop_clones_of_no_fault(Scenario& s) {
  for (std::size_t index = s.processes.size(); index-- > 0;) {
    const ProcessSpec& process = s.processes[index];
    if (!process.clone_of || process.part_of) continue;
    const bool made = std::any_of(s.faults.begin(), s.faults.end(), [&](const TimedFault& fault) {
      return fault.kind == TimedFault::Kind::clone && fault.process == index;
    });
    if (!made) drop_process(s, static_cast<std::uint32_t>(index));
  }
}

// What lies behind the horizon would be refused by the reader, and never happens anyway.
void set_horizon(Scenario& s, Length run_for) {
  s.run_for = std::max(run_for, Length(1));
  std::erase_if(s.faults, [&s](const TimedFault& fault) { return fault.at > s.run_for; });
  if (s.heal_at && *s.heal_at > s.run_for) s.heal_at.reset();
  for (ProcessSpec& process : s.processes) {
    std::erase_if(process.program, [&s](const Step& step) { return step.at > s.run_for; });
  }
  drop_clones_of_no_fault(s);
}

// All, halves, quarters, ... and at last single elements, as in delta debugging (Zeller,
// Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002). From the end, so
// that what is left of a history stays what it was for as long as possible.
template <class Drop>
Edits without_parts(std::size_t size, Drop drop) {
  Edits edits;
  constexpr unsigned levels = 32;
  for (std::size_t part = std::bit_ceil(size); part > 0; part /= 2) {
    const auto level = levels - static_cast<unsigned>(std::bit_width(part));
    for (std::size_t from = (size - 1) / part * part;; from -= part) {
      // What stood behind was tried already.
      const std::uint64_t place = (std::uint64_t{level} << levels) + (UINT32_MAX - from);
      const std::size_t count = std::min(part, size - from);
      edits.push_back({[=](Scenario& s) { drop(s, from, count); }, place, place + 1});
      if (from == 0) break;
    }
  }
  return edits;
}

}  // namespace

Edits shorter_horizons(const Scenario& from, const Known& known) {
  Edits edits;
  const auto cut_at = [&edits](Length at) {
    propose(edits, [at](Scenario& s) {
      if (at < s.run_for) set_horizon(s, at);
    });
  };
  if (known.at) {
    cut_at(*known.at);
    cut_at(*known.at + Length(1));
  }
  for (std::int64_t part = 2; part <= 1'024; part *= 2) cut_at(from.run_for - from.run_for / part);
  if (from.heal_at) propose(edits, [](Scenario& s) { s.heal_at.reset(); });
  return edits;
}

Edits without_kinds_of_fault(const Scenario& from, const Known&) {
  Edits edits;
  std::set<std::pair<Site, Purpose>> kinds;
  for (const auto& [key, value] : from.choices) kinds.insert({key.site, key.purpose});
  for (const auto& kind : kinds) {
    propose(edits, [kind](Scenario& s) {
      std::erase_if(s.choices, [kind](const auto& choice) {
        return choice.first.site == kind.first && choice.first.purpose == kind.second;
      });
    });
  }
  std::set<TimedFault::Kind> timed;
  for (const TimedFault& fault : from.faults) timed.insert(fault.kind);
  for (const TimedFault::Kind kind : timed) {
    propose(edits, [kind](Scenario& s) {
      std::erase_if(s.faults, [kind](const TimedFault& fault) { return fault.kind == kind; });
      drop_clones_of_no_fault(s);
    });
  }
  return edits;
}

Edits without_processes(const Scenario& from, const Known&) {
  Edits edits;
  const auto& processes = from.processes;
  const auto bodies = std::count_if(
      processes.begin(), processes.end(),
      [](const ProcessSpec& process) { return !process.part_of && !process.clone_of; });
  for (std::size_t index = 0; index < processes.size(); ++index) {
    const ProcessSpec& process = processes[index];
    // A world is never empty, and a process is cloned as a whole.
    if (process.clone_of ? process.part_of.has_value() : bodies < 2 && !process.part_of) continue;
    propose(edits, [index](Scenario& s) {
      drop_process(s, static_cast<std::uint32_t>(index));
      drop_clones_of_no_fault(s);
    });
  }
  return edits;
}

Edits without_parts_of_choices(const Scenario& from, const Known&) {
  if (from.choices.empty()) return {};
  return without_parts(from.choices.size(), [](Scenario& s, std::size_t first, std::size_t count) {
    const auto begin = std::next(s.choices.begin(), static_cast<std::ptrdiff_t>(first));
    s.choices.erase(begin, std::next(begin, static_cast<std::ptrdiff_t>(count)));
  });
}

Edits without_parts_of_faults(const Scenario& from, const Known&) {
  if (from.faults.empty()) return {};
  return without_parts(from.faults.size(), [](Scenario& s, std::size_t first, std::size_t count) {
    const auto begin = s.faults.begin() + static_cast<std::ptrdiff_t>(first);
    s.faults.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    drop_clones_of_no_fault(s);
  });
}

// All programs as one list.
Edits without_parts_of_programs(const Scenario& from, const Known&) {
  std::size_t steps = 0;
  for (const ProcessSpec& process : from.processes) steps += process.program.size();
  if (steps == 0) return {};
  return without_parts(steps, [](Scenario& s, std::size_t first, std::size_t count) {
    std::size_t nth = 0;
    for (ProcessSpec& process : s.processes) {
      std::erase_if(process.program, [&](const Step&) {
        const std::size_t index = nth++;
        return index >= first && index < first + count;
      });
    }
  });
}

}  // namespace leasehold::sim
