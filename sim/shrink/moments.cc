// Edits that move what happens to an earlier time, or to an earlier call of its process.
#include <algorithm>
#include <iterator>
#include <set>

#include "sim/shrink/edits.h"

namespace leasehold::sim {
namespace {

std::set<Length> moments_of(const Scenario& s) {
  std::set<Length> moments{s.run_for};
  for (const ProcessSpec& process : s.processes) {
    for (const Step& step : process.program) moments.insert(step.at);
  }
  for (const TimedFault& fault : s.faults) moments.insert(fault.at);
  if (s.heal_at) moments.insert(*s.heal_at);
  return moments;
}

// As if `gap` of time before `from` had not been.
void take_out(Scenario& s, Length from, Length gap) {
  const auto move = [=](Length& at) {
    if (at >= from) at -= gap;
  };
  for (ProcessSpec& process : s.processes) {
    for (Step& step : process.program) move(step.at);
  }
  if (s.heal_at) move(*s.heal_at);
  for (TimedFault& fault : s.faults) {
    move(fault.at);
    // The heal is no end of what has not begun.
    if (s.heal_at && fault.at >= *s.heal_at) fault.at = *s.heal_at - Length(1);
  }
  move(s.run_for);
  s.run_for = std::max(s.run_for, Length(1));
}

// Where another choice stands already nothing is moved.
void renumber(Scenario& s, const ChoiceKey& key, std::uint32_t ordinal) {
  ChoiceKey moved = key;
  moved.ordinal = ordinal;
  if (s.choices.contains(moved)) return;
  s.choices.emplace(moved, s.choices.at(key));
  s.choices.erase(key);
}

// All from `key` on at its site keep their distance.
void renumber_from(Scenario& s, const ChoiceKey& key, std::uint32_t by) {
  Choices moved;
  for (const auto& choice : s.choices) {
    ChoiceKey one = choice.first;
    const bool behind =
        one.process == key.process && one.site == key.site && one.ordinal >= key.ordinal;
    if (behind) one.ordinal -= by;
    if (!moved.emplace(one, choice.second).second) return;
  }
  s.choices = moved;
}

}  // namespace

Edits earlier_moments(const Scenario& from, const Known&) {
  Edits edits;
  Length before{};
  for (const Length moment : moments_of(from)) {
    for (const std::int64_t part : {1, 2, 4}) {
      const Length gap = (moment - before) / part;
      if (gap > Length::zero()) {
        propose(edits, [=](Scenario& s) { take_out(s, moment, gap); });
      }
    }
    before = moment;
  }
  return edits;
}

Edits earlier_ordinals(const Scenario& from, const Known&) {
  Edits edits;
  for (const auto& choice : from.choices) {
    const ChoiceKey key = choice.first;
    const std::set<std::uint32_t> earlier{1U, key.ordinal / 2, key.ordinal - 1};
    for (const std::uint32_t ordinal : earlier) {
      if (ordinal == 0 || ordinal >= key.ordinal) continue;
      propose(edits, [=](Scenario& s) { renumber(s, key, ordinal); });
      propose(edits, [=](Scenario& s) { renumber_from(s, key, key.ordinal - ordinal); });
    }
  }
  return edits;
}

}  // namespace leasehold::sim
