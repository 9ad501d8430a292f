#include "sim/explore/retell.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/src/core/machine.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

constexpr Length between_moves(10);
constexpr const char* algorithm = "leasehold";

/// What became of one copy of a request.
struct Copy {
  std::optional<Length> arrived{};
  std::optional<Length> answered{};
  bool lost = false;
  bool answer_lost = false;
};
struct Fate {
  std::uint8_t actor = 0;
  Site site = Site::acquire;
  std::uint32_t nth = 0;
  Length sent{};
  std::vector<Copy> copies{};
};
/// Which copy of which request a letter is.
struct Tag {
  std::size_t fate = 0;
  std::size_t copy = 0;
};

/// The time since which an alarm of a process must not ring, and the tick in which it was due
/// first.
struct Quiet {
  Length since{};
  std::optional<std::int64_t> due{};
};

class Retelling {
 public:
  explicit Retelling(const Limits& limits)
      : limits_(limits),
        config_(explored_config(limits.authority)),
        now_(beginning(limits)),
        quiet_(limits.processes),
        sent_(limits.processes) {
    scenario_.config = config_;
    for (std::uint32_t actor = 0; actor < limits.processes; ++actor) {
      scenario_.processes.push_back({.name = std::string(1, static_cast<char>('A' + actor))});
    }
  }

  void tell(const Move& move) {
    if (move.kind == Move::Kind::tick) {
      ++ticks_;
      slot_ = 0;
      at_ = ticks_ * explored_tick;
      take(move);
      return note_due();
    }
    at_ = ticks_ * explored_tick + slot_ * between_moves;
    fits_ = fits_ && ++slot_ < explored_tick / between_moves;
    note(move);
    take(move);
    note_due();
  }

  std::optional<Scenario> end() {
    // Time goes on, for some oracles judge a moment when it is over. What is due or on its way
    // comes then, and what it breaks besides is of no interest.
    afterwards_ = at_ + explored_tick / 2;
    scenario_.run_for = at_ + 2 * explored_tick;
    for (std::uint8_t actor = 0; actor < limits_.processes; ++actor) {
      if (now_.actors.at(actor).alive) end_quiet(actor, afterwards_);
    }
    for (const Fate& fate : fates_) fits_ = choose(fate) && fits_;
    std::stable_sort(scenario_.faults.begin(), scenario_.faults.end(),
                     [](const TimedFault& a, const TimedFault& b) { return a.at < b.at; });
    if (!fits_) return std::nullopt;
    return std::move(scenario_);
  }

 private:
  void note(const Move& move) {
    switch (move.kind) {
      case Move::Kind::join:
        return program(move, Step::Do::acquire);
      case Move::Kind::cancel:
        // A program leaves all of its calls at once.
        fits_ = fits_ && now_.actors.at(move.index).state.patient == 1;
        return program(move, Step::Do::cancel);
      case Move::Kind::drop_guard:
        return program(move, Step::Do::drop);
      case Move::Kind::wake:
        return end_quiet(move.index, at_);
      case Move::Kind::crash:
        end_quiet(move.index, at_);
        scenario_.faults.push_back(
            {.at = at_, .kind = TimedFault::Kind::crash, .process = move.index});
        return;
      case Move::Kind::restart:
        return restart(move.index);
      case Move::Kind::arrive:
        if (now_.letters.at(move.index).answer) {
          copy_at(move.index).answered = at_;
        } else {
          copy_at(move.index).arrived = at_;
        }
        return;
      case Move::Kind::lose:
        (now_.letters.at(move.index).answer ? copy_at(move.index).answer_lost
                                            : copy_at(move.index).lost) = true;
        return;
      case Move::Kind::duplicate:
      case Move::Kind::tick:
        return;
    }
  }

  void program(const Move& move, Step::Do what) {
    scenario_.processes.at(move.index).program.push_back({.at = at_, .what = what});
  }

  void restart(std::uint8_t actor) {
    const auto crash = std::find_if(
        scenario_.faults.rbegin(), scenario_.faults.rend(), [actor](const TimedFault& fault) {
          return fault.kind == TimedFault::Kind::crash && fault.process == actor;
        });
    crash->lasts = at_ - crash->at;
    quiet_.at(actor) = {at_ + Length(1), std::nullopt};
  }

  // An alarm that rings at the very beginning of the tick in which it is due rings so by itself.
  void end_quiet(std::uint8_t actor, Length until) {
    Quiet& quiet = quiet_.at(actor);
    const bool by_itself = quiet.due && until == *quiet.due * explored_tick;
    if (quiet.due && !by_itself && until > quiet.since) {
      scenario_.faults.push_back({.at = quiet.since,
                                  .kind = TimedFault::Kind::starve,
                                  .process = actor,
                                  .lasts = until - quiet.since});
    }
    quiet = {until + Length(1), std::nullopt};
  }

  void note_due() {
    for (std::uint8_t actor = 0; actor < limits_.processes; ++actor) {
      const Actor& one = now_.actors.at(actor);
      const bool due = one.alive && core::next_wake(config_, one.state) <= now_.now.at;
      std::optional<std::int64_t>& first = quiet_.at(actor).due;
      if (due && !first) first = ticks_;
    }
  }

  Copy& copy_at(std::uint8_t letter) {
    const Tag& tag = tags_.at(letter);
    return fates_.at(tag.fate).copies.at(tag.copy);
  }

  // Makes the move, and keeps the tags beside their letters.
  void take(const Move& move) {
    Situation after = make(limits_, config_, now_, move).value().situation;
    const bool of_letter = move.kind == Move::Kind::lose || move.kind == Move::Kind::arrive;
    const bool gone =
        of_letter && (move.kind == Move::Kind::lose || now_.letters.at(move.index).answer ||
                      now_.letters.at(move.index).orphan);
    const Tag doubled = move.kind == Move::Kind::duplicate ? tags_.at(move.index) : Tag{};
    if (gone) tags_.erase(tags_.begin() + move.index);
    if (move.kind == Move::Kind::crash) forget_answers_to(move.index);
    while (tags_.size() < after.letters.size()) {
      if (move.kind == Move::Kind::duplicate) {
        fates_.at(doubled.fate).copies.emplace_back();
        tags_.push_back({doubled.fate, fates_.at(doubled.fate).copies.size() - 1});
      } else {
        add_fate(after.letters.at(tags_.size()));
      }
    }
    now_ = std::move(after);
  }

  void forget_answers_to(std::uint8_t actor) {
    std::vector<Tag> kept;
    for (std::size_t letter = 0; letter < tags_.size(); ++letter) {
      const Letter& one = now_.letters.at(letter);
      if (one.actor != actor || !one.answer) kept.push_back(tags_.at(letter));
    }
    tags_ = std::move(kept);
  }

  void add_fate(const Letter& letter) {
    const auto kind = static_cast<std::size_t>(letter.request.kind);
    static constexpr Site sites[] = {Site::acquire, Site::renew, Site::release, Site::abandon};
    const std::uint32_t nth = ++sent_.at(letter.actor).at(kind);
    tags_.push_back({fates_.size(), 0});
    fates_.push_back({letter.actor, sites[kind], nth, at_, {Copy{}}});
  }

  // The choices that make the copies of a request fare like that.
  bool choose(const Fate& fate) {
    const auto arrival = [&](const Copy& copy) { return copy.arrived.value_or(afterwards_); };
    std::vector<Copy> copies = fate.copies;
    const auto lost = std::stable_partition(copies.begin(), copies.end(),
                                            [](const Copy& copy) { return !copy.lost; });
    copies.erase(lost == copies.begin() ? lost + 1 : lost, copies.end());
    if (copies.size() > 2) return false;
    std::stable_sort(copies.begin(), copies.end(),
                     [&](const Copy& a, const Copy& b) { return arrival(a) < arrival(b); });
    if (copies.front().lost) return put(fate, Purpose::request_loss, Length(1));
    put(fate, Purpose::request_delay, arrival(copies.front()) - fate.sent);
    if (copies.size() == 2) {
      put(fate, Purpose::duplicate, arrival(copies[1]) - arrival(copies[0]));
    }
    return choose_answer(fate, copies);
  }

  // One choice is made for the answers to all copies. One that is still on its way comes when all
  // is over, or, where another copy's answer says how long it takes, after the last move at least.
  bool choose_answer(const Fate& fate, const std::vector<Copy>& copies) {
    std::optional<Length> exactly;
    Length at_least{};
    Length longer_than{-1};
    bool is_lost = false;
    for (const Copy& copy : copies) {
      if (!copy.arrived) continue;
      is_lost = is_lost || copy.answer_lost;
      if (copy.answered) {
        const Length took = *copy.answered - *copy.arrived;
        if (exactly && *exactly != took) return false;
        exactly = took;
      } else if (!copy.answer_lost) {
        at_least = std::max(at_least, afterwards_ - *copy.arrived);
        longer_than = std::max(longer_than, at_ - *copy.arrived);
      }
    }
    if (is_lost) return put(fate, Purpose::answer_loss, Length(1)) && !exactly;
    if (exactly && *exactly <= longer_than) return false;
    return put(fate, Purpose::answer_delay, exactly.value_or(at_least));
  }

  bool put(const Fate& fate, Purpose purpose, Length value) {
    const ChoiceKey key{fate.actor, fate.site, fate.nth, purpose};
    if (value > Length::zero()) scenario_.choices[key] = value.count();
    return true;
  }

  const Limits limits_;
  const Config config_;
  Situation now_;
  Scenario scenario_;
  std::int64_t ticks_ = 0;
  std::int64_t slot_ = 0;
  Length at_{};
  Length afterwards_{};
  bool fits_ = true;
  std::vector<Quiet> quiet_;
  // By process and kind: how many requests it sent.
  std::vector<std::array<std::uint32_t, 4>> sent_;
  std::vector<Fate> fates_;
  // One for each letter of `now_`.
  std::vector<Tag> tags_;
};

}  // namespace

std::optional<Scenario> scenario_of(const Limits& limits, const std::vector<Move>& moves) {
  Retelling retelling(limits);
  for (const Move& move : moves) retelling.tell(move);
  return retelling.end();
}

std::optional<Invariant> broken_in(const Scenario& scenario, const std::vector<Invariant>& broken) {
  const Run found = run(scenario, algorithm, {});
  for (const Invariant invariant : broken) {
    if (found.broken(invariant)) return invariant;
  }
  return std::nullopt;
}

}  // namespace leasehold::sim
