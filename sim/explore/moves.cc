#include "sim/explore/moves.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include <leasehold/random.h>
#include <leasehold/store.h>
#include "lib/src/core/machine.h"
#include "lib/src/shell/async_store.h"
#include "sim/explore/judge.h"

namespace leasehold::sim {
namespace {

constexpr Incarnation the_table{1, 1};
constexpr const char* the_key = "lock";

Span<LocalClock> one_tick() { return on<LocalClock>(explored_tick); }

/// Every number is 0, which is a draw like any other; every identifier is new.
class Draws final : public Random {
 public:
  explicit Draws(std::uint64_t& drawn) : drawn_(drawn) {}
  std::uint64_t below(std::uint64_t) override { return 0; }

 protected:
  Bits id_bits() override { return {2, ++drawn_}; }

 private:
  std::uint64_t& drawn_;
};

/// The memory store's rules on the one record of a situation.
class RecordStore final : public Store {
 public:
  RecordStore(const Config& config, Situation& situation)
      : record_(situation.record),
        judge_{.authority = config.authority,
               .domain = {},
               .resolution = config.bounds.resolution,
               .now = same_kernel(situation.now.at)} {}

  const Traits& traits() const override { return traits_; }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    return Answered<AcquireAnswer>{the_table, stores::acquire(record_, judge_, request)};
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    Answered<std::vector<RenewAnswer>> answered{the_table, {}};
    for (const RenewRequest& request : batch) {
      answered.answer.push_back(stores::renew(record_, judge_, request));
    }
    return answered;
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    return Answered<ReleaseAnswer>{the_table, stores::release(record_, request)};
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    return Answered<Abandoned>{the_table, stores::abandon(record_, request)};
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string&) override {
    return Answered<std::optional<RecordView>>{the_table, stores::view(record_, judge_)};
  }

 private:
  stores::Record& record_;
  const stores::Judge judge_;
  const Traits traits_{};
};

std::size_t letters_of(const Limits& limits, const Situation& situation, std::uint8_t actor) {
  return static_cast<std::size_t>(
      std::count_if(situation.letters.begin(), situation.letters.end(), [&](const Letter& letter) {
        return letter.actor == actor && !is_dead(limits, situation, letter);
      }));
}

bool somebody_is_due(const Limits& limits, const Config& config, const Situation& situation) {
  const auto end = situation.actors.begin() + limits.processes;
  return std::any_of(situation.actors.begin(), end, [&](const Actor& actor) {
    return readiness(limits, config, actor, situation.now).due;
  });
}

class Maker {
 public:
  Maker(const Limits& limits, const Config& config, const Situation& from)
      : limits_(limits), config_(config), before_(from), moved_{from, {}, false} {}

  std::optional<Moved> make(const Move& move) {
    carry_out(move);
    if (beyond_) return std::nullopt;
    judge_situation(config_, moved_.situation, moved_.broken);
    std::sort(moved_.broken.begin(), moved_.broken.end());
    return std::move(moved_);
  }

 private:
  void carry_out(const Move& move) {
    Situation& now = moved_.situation;
    switch (move.kind) {
      case Move::Kind::tick:
        if (somebody_is_due(limits_, config_, now)) --now.left.late;
        now.now.at = now.now.at + one_tick();
        return;
      case Move::Kind::join:
        return feed(move.index, core::Join{});
      case Move::Kind::cancel:
        --now.left.cancels;
        return feed(move.index, core::Cancel{});
      case Move::Kind::drop_guard:
        return drop_guard(move.index);
      case Move::Kind::wake:
        return feed(move.index, core::Alarm{});
      case Move::Kind::crash:
        return crash(move.index);
      case Move::Kind::restart:
        now.actors.at(move.index).alive = true;
        return;
      case Move::Kind::arrive:
        return now.letters.at(move.index).answer ? answer_comes(move.index)
                                                 : request_comes(move.index);
      case Move::Kind::lose:
        --now.left.drops;
        return take_away(move.index);
      case Move::Kind::duplicate:
        return duplicate(move.index);
    }
  }

  void feed(std::uint8_t index, const core::Event& event) {
    Actor& actor = moved_.situation.actors.at(index);
    core::Effects effects;
    Draws draws(moved_.situation.drawn);
    core::step(config_, actor.state, moved_.situation.now, event, draws, effects);
    for (const core::Effect& effect : effects) {
      const auto* const request = std::get_if<core::Request>(&effect);
      if (request == nullptr) continue;
      if (request->kind == core::Request::Kind::acquire) actor.asking = request->owner;
      post({.request = *request, .actor = index});
    }
    const Deed deed{index, event, effects};
    moved_.may_leave_ghost = may_leave_ghost(before_.actors.at(index), deed, actor);
    judge_deed(config_, before_, deed, moved_.situation, moved_.broken);
    if (actor.state.patient == 0) actor.asking = OwnerId{};
  }

  // As the shell does it.
  void drop_guard(std::uint8_t index) {
    core::State& state = moved_.situation.actors.at(index).state;
    const core::TenureId tenure = state.tenure->id();
    if (!core::leave_at_once(state, tenure)) feed(index, core::Leave{tenure});
  }

  void post(const Letter& letter) {
    moved_.situation.letters.push_back(letter);
    beyond_ = beyond_ || letters_of(limits_, moved_.situation, letter.actor) > limits_.in_flight;
  }

  void take_away(std::uint8_t letter) {
    auto& letters = moved_.situation.letters;
    letters.erase(letters.begin() + letter);
  }

  void duplicate(std::uint8_t index) {
    Letter& letter = moved_.situation.letters.at(index);
    std::uint8_t most = 0;
    for (const Letter& one : moved_.situation.letters) most = std::max(most, one.twin);
    if (letter.twin == 0) letter.twin = static_cast<std::uint8_t>(most + 1);
    --moved_.situation.left.duplicates;
    post(Letter(letter));  // of a copy: the list that it is in grows
  }

  void request_comes(std::uint8_t index) {
    Letter& letter = moved_.situation.letters.at(index);
    RecordStore store(config_, moved_.situation);
    const StoreCall call{.key = the_key,
                         .lease = config_.timing.lease,
                         .info = std::string(1, static_cast<char>('A' + letter.actor)),
                         .request = letter.request};
    letter.answer = perform(store, call).answer;
    judge_answer(config_, moved_.situation.now, letter.request, *letter.answer,
                 moved_.situation.model, moved_.broken);
    if (letter.orphan) take_away(index);
  }

  void answer_comes(std::uint8_t index) {
    const Letter letter = moved_.situation.letters.at(index);
    take_away(index);
    for (Letter& copy : moved_.situation.letters) {
      copy.heard = copy.heard || (letter.twin != 0 && copy.twin == letter.twin);
    }
    feed(letter.actor, core::Reply{letter.request, *letter.answer});
  }

  // What is on its way to the store comes there all the same.
  void crash(std::uint8_t index) {
    Situation& now = moved_.situation;
    --now.left.crashes;
    now.actors.at(index) = Actor{.alive = false};
    std::erase_if(now.letters,
                  [index](const Letter& letter) { return letter.actor == index && letter.answer; });
    for (Letter& letter : now.letters) letter.orphan = letter.orphan || letter.actor == index;
  }

  const Limits& limits_;
  const Config& config_;
  const Situation& before_;
  Moved moved_;
  bool beyond_ = false;
};

}  // namespace

bool is_dead(const Limits& limits, const Situation& situation, const Letter& letter) {
  if (!letter.answer || limits.exact) return false;
  const core::State& state = situation.actors.at(letter.actor).state;
  const auto is_of = [&letter](const auto& one) {
    return one && one->owner == letter.request.owner;
  };
  return !is_of(state.tenure) && !is_of(state.campaign) && !is_of(state.endings[0]) &&
         !is_of(state.endings[1]);
}

Situation beginning(const Limits& limits) {
  Situation situation;
  const auto byte = [](std::uint32_t most) { return static_cast<std::uint8_t>(most); };
  situation.left = {.drops = byte(limits.drops),
                    .duplicates = byte(limits.duplicates),
                    .crashes = byte(limits.crashes),
                    .cancels = byte(limits.cancels),
                    .late = byte(limits.late)};
  return situation;
}

// Every length below a tick lasts until the next one, so a nanosecond is as good as a tick, and
// where `checked` adds the lateness of a clock to each wait it leaves room for a shorter lease.
Config explored_config(Authority authority) {
  constexpr Length next_tick(1);
  Config config;
  config.authority = authority;
  config.timing = Timing{.lease = 4 * explored_tick,
                         .renew_every = next_tick,
                         .request_timeout = next_tick,
                         .retry_pause = next_tick,
                         .longest_wait = next_tick,
                         .stop_budget = Length::zero(),
                         .min_useful = next_tick,
                         .tolerated_failures = 0};
  config.bounds.resolution = explored_tick;
  config.bounds.tick = explored_tick;
  return config;
}

Readiness readiness(const Limits& limits, const Config& config, const Actor& actor, LocalTime now) {
  const core::State& state = actor.state;
  const std::uint32_t guards = state.tenure ? state.tenure->guards : 0;
  return {.alive = actor.alive,
          .may_join = guards + state.patient<limits.guards, .waits = state.patient> 0,
          .holds = guards > 0,
          .due = actor.alive && core::next_wake(config, state) <= now.at};
}

std::vector<Move> moves_from(const Limits& limits, const Config& config, const Situation& from) {
  struct View {
    Readiness ready(std::size_t actor) const {
      return readiness(limits, config, from.actors.at(actor), from.now);
    }
    std::size_t letters() const { return from.letters.size(); }
    bool is_answered(std::size_t letter) const {
      return from.letters.at(letter).answer.has_value();
    }
    bool is_dead(std::size_t letter) const {
      return sim::is_dead(limits, from, from.letters.at(letter));
    }
    const Budget& left() const { return from.left; }

    const Limits& limits;
    const Config& config;
    const Situation& from;
  };
  std::vector<Move> moves;
  each_move(limits, View{limits, config, from},
            [&moves](const Move& move) { moves.push_back(move); });
  return moves;
}

std::optional<Moved> make(const Limits& limits, const Config& config, const Situation& from,
                          const Move& move) {
  return Maker(limits, config, from).make(move);
}

}  // namespace leasehold::sim
