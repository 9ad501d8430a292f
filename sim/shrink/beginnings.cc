// Edits that let a world begin just before one of its tenures, as if nothing had been before.
//
// What led to a failure is often a long story of who had the key, of which only the last tenure or
// two matter; but its faults are named by the calls that they meet, and the first of these can't be
// taken away one by one. Here all goes at once: who waits then asks anew, in the same order, and
// what is left is counted from there.
//
// A cycle, too, is more than its last rounds need: told call by call, it can do without some.
#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "sim/shrink/edits.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

/// The latest that are tried.
constexpr std::size_t most_beginnings = 12;
/// Calls of a program that are told one by one.
constexpr std::size_t most_told = 8;

/// One call for a guard, as it went.
struct Call {
  TrueTime asked{};
  bool once = false;
  std::optional<TrueTime> leaves{};
  std::optional<TrueTime> granted{};
  std::optional<TrueTime> dropped{};
  bool over = false;
  TrueTime ended{};
};

/// What the programs did in one run.
class Story {
 public:
  Story(const Scenario& scenario, const Run& run) : calls_(scenario.processes.size()) {
    for (const ProcessSpec& process : scenario.processes) writes_.push_back(pause_of(process));
    for (const Event& event : run.trace) see(event);
  }

  /// The moments at which a request left that began a tenure, the latest first.
  std::vector<TrueTime> beginnings() const {
    std::vector<TrueTime> moments(began_.rbegin(), began_.rend());
    if (moments.size() > most_beginnings) moments.resize(most_beginnings);
    return moments;
  }

  /// The calls of process `index`; none if they are too many to be told one by one.
  std::vector<std::uint64_t> calls_of(std::size_t index) const {
    std::vector<std::uint64_t> numbers;
    if (calls_[index].size() > most_told) return numbers;
    for (const auto& [number, call] : calls_[index]) numbers.push_back(number);
    return numbers;
  }

  /// What process `index` asks for from `begin` on, but for its call `without`.
  std::vector<Step> program_from(TrueTime begin, std::size_t index,
                                 std::optional<std::uint64_t> without = std::nullopt) const {
    std::vector<Step> program;
    for (const auto& [number, call] : calls_[index]) {
      if (number == without || (call.over && call.ended < begin)) continue;
      const TrueTime dropped = call.dropped.value_or(TrueTime::never());
      if (dropped < begin) continue;
      program.push_back(step_of(call, begin, index));
    }
    for (const auto& [at, what] : endings_) {
      if (at.first < begin || at.second != index) continue;
      program.push_back({.at = Length((at.first - begin).ns()), .what = what});
    }
    return program;
  }

 private:
  static std::optional<Length> pause_of(const ProcessSpec& process) {
    for (const Step& step : process.program) {
      if (step.write_every) return step.write_every;
    }
    return std::nullopt;
  }

  // Who has a guard then asks at once, who waits as soon as it would try next. Whoever writes at
  // all writes under every guard.
  Step step_of(const Call& call, TrueTime begin, std::size_t process) const {
    const bool held = call.granted && *call.granted < begin;
    const TrueTime at = held ? begin : call.asked < begin ? next_try(begin, process) : call.asked;
    Step step{.at = Length((at - begin).ns()), .write_every = writes_[process]};
    if (call.once) step.what = Step::Do::attempt;
    if (call.leaves && *call.leaves > at && !held) {
      step.within = Length((*call.leaves - at).ns());
    }
    if (call.granted && call.dropped) {
      step.hold = Length((*call.dropped - std::max(*call.granted, begin)).ns());
    }
    return step;
  }

  void see(const Event& event) {
    if (event.process >= calls_.size()) return;
    auto& calls = calls_[event.process];
    const auto end = [&](Step::Do what) { endings_.insert({{event.at, event.process}, what}); };
    switch (event.kind) {
      case Event::Kind::acquire:
        calls[event.value] = {.asked = event.at, .once = event.detail == 1};
        break;
      case Event::Kind::waits_until:
        calls[event.value].leaves = event.until;
        break;
      case Event::Kind::granted:
        calls[event.value].granted = event.at;
        break;
      case Event::Kind::refused:
        calls[event.value].over = true;
        calls[event.value].ended = event.at;
        break;
      case Event::Kind::lost:
      case Event::Kind::stopped:
        end_guards(calls, event.at);
        break;
      case Event::Kind::drop:
        drop_first(calls, event.at);
        break;
      case Event::Kind::cancel:
        end(Step::Do::cancel);
        break;
      case Event::Kind::release:
        end(Step::Do::release);
        break;
      case Event::Kind::sent:
        if (event.call == core::Request::Kind::acquire) tries_.insert({event.at, event.process});
        break;
      case Event::Kind::applied:
        if (event.call == core::Request::Kind::acquire &&
            event.detail == static_cast<std::uint8_t>(core::Answer::Kind::granted)) {
          began_.insert(last_try(event.process));
        }
        break;
      default:
        break;
    }
  }

  static void drop_first(std::map<std::uint64_t, Call>& calls, TrueTime at) {
    for (auto& [number, call] : calls) {
      if (!call.granted || call.dropped) continue;
      call.dropped = at;
      return;
    }
  }

  // Whoever keeps a dead guard wants nothing by it.
  static void end_guards(std::map<std::uint64_t, Call>& calls, TrueTime at) {
    for (auto& [number, call] : calls) {
      if (!call.granted || call.dropped || call.over) continue;
      call.over = true;
      call.ended = at;
    }
  }

  TrueTime last_try(std::uint32_t process) const {
    TrueTime last{};
    for (const auto& [at, who] : tries_) {
      if (who == process) last = at;
    }
    return last;
  }

  TrueTime next_try(TrueTime from, std::size_t process) const {
    for (auto at = tries_.lower_bound({from, 0}); at != tries_.end(); ++at) {
      if (at->second == process) return at->first;
    }
    return from;
  }

  // By process: how often it writes.
  std::vector<std::optional<Length>> writes_;
  // By process and the number of the call.
  std::vector<std::map<std::uint64_t, Call>> calls_;
  std::multimap<std::pair<TrueTime, std::uint32_t>, Step::Do> endings_;
  std::set<std::pair<TrueTime, std::uint32_t>> tries_;
  std::set<TrueTime> began_;
};

// What happened before is over, but for what lasts, and for where clocks were led.
void begin_faults_at(Scenario& s, Length begin) {
  std::vector<TimedFault> later;
  for (TimedFault fault : s.faults) {
    if (fault.at < begin) {
      const bool of_host = s.config.authority == Authority::host_clock;
      ClockSpec& clock = of_host ? s.host : s.processes[fault.process].clock;
      if (fault.kind == TimedFault::Kind::clock_rate) clock.rate_ppm = fault.value;
      if (fault.kind == TimedFault::Kind::store_clock_rate) s.store.rate_ppm = fault.value;
      if (fault.kind == TimedFault::Kind::wall_step) {
        s.processes[fault.process].wall.offset += Length(fault.value);
      }
      if (fault.kind == TimedFault::Kind::crash || fault.at + fault.lasts <= begin) continue;
      fault.lasts -= begin - fault.at;
      fault.at = begin;
    }
    fault.at -= begin;
    later.push_back(fault);
  }
  s.faults = std::move(later);
}

void begin_choices_at(Scenario& s, Length begin, const std::string& algorithm) {
  Scenario before = s;
  before.run_for = begin;
  const auto ordinals = run(before, algorithm, {.keep_choices = true}).ordinals;
  Choices later;
  for (const auto& choice : s.choices) {
    ChoiceKey key = choice.first;
    const auto met = ordinals.find({key.process, key.site});
    std::uint32_t gone = met == ordinals.end() ? 0 : met->second;
    // The wake-up that is planned then comes later.
    if (key.site == Site::wake && gone > 0) --gone;
    if (key.ordinal <= gone) continue;
    key.ordinal -= gone;
    later.emplace(key, choice.second);
  }
  s.choices = std::move(later);
}

void begin_at(Scenario& s, TrueTime moment, const Story& story, const std::string& algorithm) {
  const Length begin(moment.ns());
  if (s.heal_at && *s.heal_at <= begin) return;
  // One ns sooner: what is sent then is sent in the new world.
  begin_choices_at(s, begin - Length(1), algorithm);
  begin_faults_at(s, begin);
  for (std::size_t index = 0; index < s.processes.size(); ++index) {
    s.processes[index].program = story.program_from(moment, index);
  }
  if (s.heal_at) *s.heal_at -= begin;
  s.run_for = std::max(s.run_for - begin, Length(1));
}

// A copy goes on with what its original began, which has no beginning of its own.
bool has_copies(const Scenario& from) {
  return std::any_of(from.processes.begin(), from.processes.end(),
                     [](const ProcessSpec& process) { return process.clone_of; });
}

bool has_cycle(const std::vector<Step>& program) {
  return std::any_of(program.begin(), program.end(),
                     [](const Step& step) { return step.what == Step::Do::cycle; });
}

}  // namespace

Edits later_beginnings(const Scenario& from, const Known& known) {
  if (has_copies(from)) return {};
  Edits edits;
  const Story story(from, run(from, known.algorithm, {.keep_trace = true}));
  std::vector<TrueTime> moments = story.beginnings();
  // And in the midst of one: a holder acquires then.
  for (const std::int64_t leases : {1, 2, 4}) {
    const Length at = known.at.value_or(from.run_for) - leases * from.config.timing.lease;
    if (at > Length::zero()) moments.push_back(TrueTime{} + on<TrueClock>(at));
  }
  for (const TrueTime moment : moments) {
    if (moment.ns() == 0) continue;
    propose(edits, [=, algorithm = known.algorithm](Scenario& s) {
      begin_at(s, moment, story, algorithm);
    });
  }
  return edits;
}

Edits without_calls(const Scenario& from, const Known& known) {
  if (has_copies(from)) return {};
  Edits edits;
  const Story story(from, run(from, known.algorithm, {.keep_trace = true}));
  for (std::size_t index = 0; index < from.processes.size(); ++index) {
    if (!has_cycle(from.processes[index].program)) continue;
    for (const std::uint64_t call : story.calls_of(index)) {
      propose(edits, [=](Scenario& s) {
        s.processes[index].program = story.program_from(TrueTime{}, index, call);
      });
    }
  }
  return edits;
}

}  // namespace leasehold::sim
