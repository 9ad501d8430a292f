#include "sim/explore/search.h"

#include <cstddef>
#include <utility>

#include "sim/explore/frontier.h"
#include "sim/explore/leap.h"
#include "sim/explore/seen.h"

namespace leasehold::sim {
namespace {

constexpr std::uint64_t between_progress = 1U << 16;

class Search {
 public:
  Search(const Limits& limits, const SearchHooks& hooks)
      : limits_(limits),
        config_(explored_config(limits.authority)),
        hooks_(hooks),
        leaps_(limits_, config_) {}

  Outcome run() {
    const Packed first = leaps_.beginning();
    seen_.add(first.digest(), Seen::none);
    waiting_.push(first);
    Explored& explored = outcome_.explored;
    while (waiting_.size() > 0 && outcome_.end == Outcome::End::exhausted) {
      if (explored.depth == limits_.depth) {
        outcome_.end = Outcome::End::capped;
        break;
      }
      leave_level();
      if (waiting_.size() > 0) ++explored.depth;
    }
    note_size();
    return std::move(outcome_);
  }

 private:
  // A move from the situation that is being left, and what it leads to.
  struct Way {
    Move move;
    Leaps::Result result = Leaps::Result::made;
    Digest digest;
    Packed to;
  };

  // They are left in the order of their numbers.
  void leave_level() {
    for (std::size_t left = waiting_.size(); left > 0; --left) {
      waiting_.pop(from_);
      leave(left_++);
      if (outcome_.end != Outcome::End::exhausted) return;
    }
  }

  // All that it leads to is looked up together: each look-up waits for memory.
  void leave(Seen::Number number) {
    std::size_t count = 0;
    leaps_.each_move_from(from_, [&](const Move& move) {
      if (count == ways_.size()) ways_.emplace_back();
      Way& way = ways_[count++];
      way.move = move;
      way.result = leaps_.make(from_, move, way.to);
      if (way.result == Leaps::Result::beyond) return;
      way.digest = way.to.digest();
      seen_.expect(way.digest);
    });
    for (std::size_t index = 0; index < count; ++index) {
      go(ways_[index], number);
      if (outcome_.end != Outcome::End::exhausted) return;
    }
  }

  void go(const Way& way, Seen::Number from) {
    if (way.result == Leaps::Result::beyond) {
      ++outcome_.explored.beyond;
      return;
    }
    ++outcome_.explored.transitions;
    if (hooks_.meet) meet(way.move);
    if (way.result == Leaps::Result::broken) return found(from, way.digest);
    if (!seen_.add(way.digest, from)) return;
    waiting_.push(way.to);
    if (seen_.size() >= limits_.states) {
      outcome_.end = Outcome::End::capped;
      return;
    }
    if (hooks_.progress && seen_.size() % between_progress == 0) {
      note_size();
      hooks_.progress(outcome_.explored);
    }
  }

  void note_size() {
    outcome_.explored.states = seen_.size();
    outcome_.explored.waiting = waiting_.size();
    outcome_.explored.bytes = seen_.bytes() + waiting_.bytes() + leaps_.bytes();
  }

  void meet(const Move& move) const {
    hooks_.meet(make(limits_, config_, leaps_.unpack(from_), move).value().situation);
  }

  // What stands for a situation has lost its names and its times. The way there is gone again from
  // the beginning, each time by a move after which the known digest is met.
  void found(Seen::Number number, const Digest& last) {
    std::vector<Digest> way = seen_.way_back(number);
    // The beginning has no move before it.
    way.pop_back();
    way.insert(way.begin(), last);
    outcome_.end = Outcome::End::broken;
    Situation now = beginning(limits_);
    for (auto wanted = way.rbegin(); wanted != way.rend(); ++wanted) {
      std::optional<Situation> next = go_on(now, *wanted, wanted + 1 == way.rend());
      if (!next) {
        outcome_.end = Outcome::End::astray;
        return;
      }
      now = *std::move(next);
    }
  }

  std::optional<Situation> go_on(const Situation& from, const Digest& wanted, bool is_last) {
    for (const Move& move : moves_from(limits_, config_, from)) {
      std::optional<Moved> moved = make(limits_, config_, from, move);
      if (!moved || moved->broken.empty() == is_last) continue;
      if (leaps_.canonical(moved->situation).digest() != wanted) continue;
      outcome_.moves.push_back(move);
      outcome_.broken = moved->broken;
      return std::move(moved->situation);
    }
    return std::nullopt;
  }

  const Limits limits_;
  const Config config_;
  const SearchHooks& hooks_;
  Leaps leaps_;
  Seen seen_;
  Frontier waiting_;
  // How many were left, and what is being left.
  Seen::Number left_ = 0;
  Packed from_;
  std::vector<Way> ways_;
  Outcome outcome_;
};

}  // namespace

Outcome explore(const Limits& limits, const SearchHooks& hooks) {
  return Search(limits, hooks).run();
}

}  // namespace leasehold::sim
