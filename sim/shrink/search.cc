#include "sim/shrink/search.h"

#include <algorithm>
#include <utility>

#include "lib/src/assert.h"
#include "sim/shrink/numbers.h"

namespace leasehold::sim {

void propose(Edits& edits, std::function<void(Scenario&)> apply) {
  const std::uint64_t place = edits.size();
  edits.push_back({std::move(apply), place, place});
}

const std::vector<Pass>& passes() {
  static const std::vector<Pass> all{shorter_horizons,        without_kinds_of_fault,
                                     without_processes,       later_beginnings,
                                     without_calls,           without_parts_of_choices,
                                     without_parts_of_faults, without_parts_of_programs,
                                     simpler_steps,           calmer_timings,
                                     shorter_middles,         earlier_moments,
                                     earlier_ordinals,        rounder_numbers};
  return all;
}

Size size_of(const Scenario& scenario, const Shown& shown) {
  Size size;
  size.faults = scenario.choices.size() + scenario.faults.size() + (scenario.heal_at ? 1 : 0);
  size.events = shown.events;
  size.parts = scenario.processes.size();
  for (const ProcessSpec& process : scenario.processes) {
    for (const Step& step : process.program) {
      size.parts += 1 + (step.within ? 1 : 0) + (step.hold ? 1 : 0) + (step.write_every ? 1 : 0) +
                    (step.cache ? 1 : 0) + (step.what == Step::Do::cycle ? step.times : 0);
    }
  }
  for (const Number& number : numbers_of(scenario)) size.roughness += roughness(number.value);
  for (const auto& choice : scenario.choices) size.roughness += roughness(choice.first.ordinal);
  return size;
}

Search::Search(Scenario from, const Shown& shown, std::string algorithm)
    : smallest_(std::move(from)),
      known_{std::move(algorithm), shown.at},
      size_(size_of(smallest_, shown)) {
  LEASEHOLD_ASSERT(smallest_.noise == Noise{});
  make_edits(0);
}

void Search::make_edits(std::uint64_t from) {
  edits_ = passes()[pass_](smallest_, known_);
  const auto first = std::find_if(edits_.begin(), edits_.end(),
                                  [from](const Edit& edit) { return edit.place >= from; });
  next_ = static_cast<std::size_t>(first - edits_.begin());
}

std::optional<Scenario> Search::next() {
  for (;;) {
    while (next_ < edits_.size()) {
      candidate_ = smallest_;
      edits_[next_++].apply(candidate_);
      if (candidate_ != smallest_ && checked(candidate_.config)) return candidate_;
    }
    vain_ = taken_in_pass_ ? 0 : vain_ + 1;
    if (vain_ >= passes().size()) {
      // Whoever asks again is told the same.
      --vain_;
      return std::nullopt;
    }
    pass_ = (pass_ + 1) % passes().size();
    taken_in_pass_ = false;
    make_edits(0);
  }
}

bool Search::take(const Shown& shown) {
  const Size size = size_of(candidate_, shown);
  if (size >= size_) return false;
  smallest_ = candidate_;
  known_.at = shown.at;
  size_ = size;
  taken_in_pass_ = true;
  make_edits(edits_[next_ - 1].resume);
  return true;
}

}  // namespace leasehold::sim
