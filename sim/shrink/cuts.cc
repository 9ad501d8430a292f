// Edits that cut a piece out of the middle of a world's time.
//
// What happened in the piece did not happen then: a wait, a hold or a delay that spans it is that
// much shorter, a cycle has as many rounds fewer, and faults that are named by the calls that they
// meet are counted without those of the piece.
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "sim/scenario/names.h"
#include "sim/shrink/edits.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

/// Moments between which pieces are cut out; the latest of them, if there are more.
constexpr std::size_t most_moments = 32;

struct Piece {
  Length from;
  Length to;

  Length size() const { return to - from; }
  bool contains(Length at) const { return at >= from && at < to; }
};

/// What is to be known of the run.
class Course {
 public:
  Course(const Scenario& scenario, const Known& known) {
    for (const Event& event : run(scenario, known.algorithm, {.keep_trace = true}).trace) {
      see(event);
    }
    moments_.insert(scenario.run_for);
    if (known.at) moments_.insert(*known.at);
    for (const ProcessSpec& process : scenario.processes) {
      for (const Step& step : process.program) moments_.insert(step.at);
    }
    for (const TimedFault& fault : scenario.faults) moments_.insert(fault.at);
    while (moments_.size() > most_moments) moments_.erase(moments_.begin());
  }

  /// From one moment to the next, whole and in parts of either end, and from one grant to another:
  /// what comes again and again is cut where it begins anew. The longest first.
  std::vector<Piece> pieces() const {
    std::vector<Piece> found;
    for (auto next = moments_.begin(); next != moments_.end(); ++next) {
      const Length to = *next;
      const Length from = next == moments_.begin() ? Length{} : *std::prev(next);
      for (const std::int64_t part : {1, 2, 4, 8, 16}) {
        const Length size = (to - from) / part;
        found.push_back({to - size, to});
        if (part > 1) found.push_back({from, from + size});
      }
    }
    for (auto from = grants_.begin(); from != grants_.end(); ++from) {
      for (auto to = std::next(from); to != grants_.end(); ++to) found.push_back({*from, *to});
    }
    std::erase_if(found, [](const Piece& piece) { return piece.size() <= Length::zero(); });
    std::stable_sort(found.begin(), found.end(),
                     [](const Piece& a, const Piece& b) { return a.size() > b.size(); });
    return found;
  }

  /// When the call that `process` made at `asked` was granted; `asked`: not known.
  Length granted(std::uint32_t process, Length asked) const {
    const auto found = granted_.find({process, asked});
    return found == granted_.end() ? asked : found->second;
  }

  /// Calls that `process` made in `piece`, but for those of lines of its program.
  std::uint32_t rounds(std::uint32_t process, const Piece& piece,
                       const std::vector<Step>& program) const {
    std::uint32_t count = 0;
    for (const auto& [caller, at] : asked_) {
      const bool line = std::any_of(program.begin(), program.end(),
                                    [at = at](const Step& step) { return step.at == at; });
      if (caller == process && piece.contains(at) && !line) ++count;
    }
    return count;
  }

 private:
  void see(const Event& event) {
    const Length at(event.at.ns());
    switch (event.kind) {
      case Event::Kind::acquire:
        asked_.emplace_back(event.process, at);
        calls_[{event.process, event.value}] = at;
        return;
      case Event::Kind::granted:
        moments_.insert(at);
        if (grants_.size() < most_moments) grants_.insert(at);
        granted_.emplace(std::pair(event.process, calls_[{event.process, event.value}]), at);
        return;
      case Event::Kind::stopped:
      case Event::Kind::lost:
        moments_.insert(at);
        return;
      default:
        return;
    }
  }

  std::set<Length> moments_;
  std::set<Length> grants_;
  std::vector<std::pair<std::uint32_t, Length>> asked_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, Length> calls_;
  std::map<std::pair<std::uint32_t, Length>, Length> granted_;
};

class Cut {
 public:
  Cut(const Piece& piece, const Course& course) : piece_(piece), course_(course) {}

  void apply(Scenario& s, const std::string& algorithm) const {
    cut_choices(s, algorithm);
    for (std::size_t index = 0; index < s.processes.size(); ++index) {
      cut_program(static_cast<std::uint32_t>(index), s.processes[index].program);
    }
    for (TimedFault& fault : s.faults) {
      shorten(fault.lasts, fault.at);
      move(fault.at);
    }
    if (s.heal_at) move(*s.heal_at);
    for (TimedFault& fault : s.faults) {
      // The heal is no end of what has not begun.
      if (s.heal_at && fault.at >= *s.heal_at) fault.at = *s.heal_at - Length(1);
    }
    move(s.run_for);
    s.run_for = std::max(s.run_for, Length(1));
  }

 private:
  void move(Length& at) const {
    if (at >= piece_.from) at = std::max(piece_.from, at - piece_.size());
  }

  // `span` begins at `at`.
  void shorten(Length& span, Length at) const {
    const Length shared = std::min(piece_.to, at + span) - std::max(piece_.from, at);
    if (shared > Length::zero()) span = std::max(Length(1), span - shared);
  }

  void cut_program(std::uint32_t process, std::vector<Step>& program) const {
    const std::uint32_t rounds = course_.rounds(process, piece_, program);
    for (Step& step : program) {
      if (step.what == Step::Do::cycle) {
        if (step.at < piece_.to) step.times -= std::min(step.times - 1, rounds);
      } else {
        if (step.within) shorten(*step.within, step.at);
        if (step.hold) shorten(*step.hold, course_.granted(process, step.at));
      }
      move(step.at);
    }
  }

  // What was met in the piece is no more, and of what began before it the rest comes sooner.
  void cut_choices(Scenario& s, const std::string& algorithm) const {
    if (s.choices.empty()) return;
    const auto before = met_by(s, piece_.from, algorithm);
    const auto after = met_by(s, piece_.to, algorithm);
    Choices left;
    for (const auto& choice : s.choices) {
      ChoiceKey key = choice.first;
      std::int64_t value = choice.second;
      const std::uint32_t first = of(before, key);
      const std::uint32_t last = of(after, key);
      if (key.ordinal > first && key.ordinal <= last) continue;
      if (key.ordinal > last) {
        key.ordinal -= last - first;
      } else if (kind_of(key.purpose) == ValueKind::duration && value > piece_.size().count()) {
        value -= piece_.size().count();
      }
      left.emplace(key, value);
    }
    s.choices = std::move(left);
  }

  using Met = std::map<std::pair<std::uint32_t, Site>, std::uint32_t>;
  static Met met_by(const Scenario& s, Length until, const std::string& algorithm) {
    Scenario before = s;
    // What is sent at that moment belongs behind it.
    before.run_for = std::max(until - Length(1), Length(1));
    return run(before, algorithm, {.keep_choices = true}).ordinals;
  }
  static std::uint32_t of(const Met& met, const ChoiceKey& key) {
    const auto found = met.find({key.process, key.site});
    return found == met.end() ? 0 : found->second;
  }

  const Piece piece_;
  const Course& course_;
};

}  // namespace

Edits shorter_middles(const Scenario& from, const Known& known) {
  Edits edits;
  const auto course = std::make_shared<const Course>(from, known);
  for (const Piece& piece : course->pieces()) {
    propose(edits, [piece, course, algorithm = known.algorithm](Scenario& s) {
      Cut(piece, *course).apply(s, algorithm);
    });
  }
  return edits;
}

}  // namespace leasehold::sim
