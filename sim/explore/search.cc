#include "sim/explore/search.h"

#include <algorithm>
#include <utility>

#include "sim/explore/canonical.h"
#include "sim/explore/seen.h"

namespace leasehold::sim {
namespace {

constexpr std::uint64_t between_progress = 1U << 16;

class Search {
 public:
  Search(const Limits& limits, const SearchHooks& hooks)
      : limits_(limits), config_(explored_config(limits.authority)), hooks_(hooks) {}

  Outcome run() {
    Situation first = beginning(limits_);
    make_canonical(limits_, config_, first);
    seen_.add(digest_of(limits_, first), Seen::none);
    level_.push_back(std::move(first));
    Explored& explored = outcome_.explored;
    while (!level_.empty() && outcome_.end == Outcome::End::exhausted) {
      if (explored.depth == limits_.depth) {
        outcome_.end = Outcome::End::capped;
        break;
      }
      leave_level();
      level_ = std::exchange(next_, {});
      if (!level_.empty()) ++explored.depth;
    }
    explored.states = seen_.size();
    explored.waiting = level_.size();
    return std::move(outcome_);
  }

 private:
  // The situations of a level were numbered one after another, so the numbers need not be kept.
  void leave_level() {
    const auto first = static_cast<Seen::Number>(seen_.size() - level_.size());
    for (std::size_t index = 0; index < level_.size(); ++index) {
      // Its memory is given back as soon as it is left.
      const Situation from = std::move(level_[index]);
      leave(from, static_cast<Seen::Number>(first + index));
      if (outcome_.end != Outcome::End::exhausted) return;
    }
  }

  void leave(const Situation& from, Seen::Number number) {
    for (const Move& move : moves_from(limits_, config_, from)) {
      std::optional<Moved> moved = make(limits_, config_, from, move);
      if (!moved) {
        ++outcome_.explored.beyond;
        continue;
      }
      ++outcome_.explored.transitions;
      if (hooks_.meet) hooks_.meet(moved->situation);
      make_canonical(limits_, config_, moved->situation);
      const Digest digest = digest_of(limits_, moved->situation);
      if (!moved->broken.empty()) return found(number, digest);
      if (!seen_.add(digest, number)) continue;
      next_.push_back(std::move(moved->situation));
      if (seen_.size() >= limits_.states) {
        outcome_.end = Outcome::End::capped;
        return;
      }
      tell_progress();
    }
  }

  void tell_progress() {
    if (!hooks_.progress || seen_.size() % between_progress != 0) return;
    outcome_.explored.states = seen_.size();
    outcome_.explored.waiting = level_.size() + next_.size();
    hooks_.progress(outcome_.explored);
  }

  // What stands for a situation has lost its names and its times. The way there is gone again from
  // the beginning, each time by a move after which the known digest is met.
  void found(Seen::Number number, const Digest& last) {
    std::vector<Digest> digests{last};
    for (Seen::Number at = number; seen_.from(at) != Seen::none; at = seen_.from(at)) {
      digests.push_back(seen_.digest(at));
    }
    outcome_.end = Outcome::End::broken;
    Situation now = beginning(limits_);
    for (auto wanted = digests.rbegin(); wanted != digests.rend(); ++wanted) {
      std::optional<Situation> next = go_on(now, *wanted, wanted + 1 == digests.rend());
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
      Situation canonical = moved->situation;
      make_canonical(limits_, config_, canonical);
      if (digest_of(limits_, canonical) != wanted) continue;
      outcome_.moves.push_back(move);
      outcome_.broken = moved->broken;
      return std::move(moved->situation);
    }
    return std::nullopt;
  }

  const Limits limits_;
  const Config config_;
  const SearchHooks& hooks_;
  Seen seen_;
  std::vector<Situation> level_;
  std::vector<Situation> next_;
  Outcome outcome_;
};

}  // namespace

Outcome explore(const Limits& limits, const SearchHooks& hooks) {
  return Search(limits, hooks).run();
}

}  // namespace leasehold::sim
