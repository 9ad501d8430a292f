// Two machines and one record in random walks: late timers, sleeps, and requests and replies that
// are lost, late, duplicated and out of order. Everything is judged by true time.
#include <array>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/shell/async_store.h"
#include "lib/tests/core_driver.h"
#include "lib/tests/machine_model.h"
#include "lib/tests/record_store.h"

namespace leasehold::core {
namespace {

/// A clock: it is ahead of true time by a constant, and runs faster by a rate.
struct Skew {
  std::int64_t ahead = 0;
  std::int64_t ppm = 0;

  std::int64_t read(std::int64_t true_ns) const {
    return ahead + true_ns + true_ns * ppm / 1'000'000;
  }
  std::int64_t true_time_of(std::int64_t reading) const {
    return (reading - ahead) * 1'000'000 / (1'000'000 + ppm);
  }
};

/// What the walks of a test saw, so that it can demand that they saw enough.
struct Seen {
  std::map<Tell::Kind, int> told;
  std::map<Answer::Kind, int> answers;
  int takeovers = 0;
  int grants_after_a_timeout = 0;
  int long_runs = 0;
  int stops_waited_for = 0;
  int kept_unheld = 0;
  int delays_waited = 0;
};

/// Whether leases have a lock delay and a minimum hold, which may be longer than a lease.
enum class Delays { none, short_hold, long_hold };

class Walk {
 public:
  Walk(Authority authority, std::int64_t drift_ppm, Delays delays, std::uint64_t seed)
      : config_(config_for(authority, drift_ppm, delays)), random_(seed), store_(config_) {
    if (authority == Authority::host_clock) return;
    const auto any_clock = [this, drift_ppm] {
      const auto rate = static_cast<std::int64_t>(random_.below(3)) - 1;
      return Skew{static_cast<std::int64_t>(random_.below(1'000'000'000)), rate * drift_ppm};
    };
    clocks_ = {any_clock(), any_clock()};
    store_clock_ = any_clock();
  }

  /// The first promise that was broken, or nothing.
  std::string run(int steps, Seen& seen) {
    for (int count = 0; count < steps && broken().empty(); ++count) take_step(seen);
    wind_down();
    for (const Modelled& machine : machines_) {
      for (const auto& [kind, count] : machine.told()) seen.told[kind] += count;
      seen.stops_waited_for += machine.stops_waited_for();
      seen.kept_unheld += machine.kept_unheld();
    }
    seen.long_runs += long_runs_;
    return broken();
  }

 private:
  struct Sent {
    std::size_t from = 0;
    Request request;
    bool applied = false;
    /// Its sender was told that it never takes effect.
    bool dead = false;
  };
  struct Arriving {
    std::size_t to = 0;
    Reply reply;
  };

  static Config config_for(Authority authority, std::int64_t drift_ppm, Delays delays) {
    static std::map<std::tuple<Authority, std::int64_t, Delays>, Config> made;
    Config& config = made[{authority, drift_ppm, delays}];
    if (config.timing.lease == Length::zero()) {
      config = config_of(authority, drift_ppm);
      config.bounds.resolution = 1ms;
      config.timing.max_tenure = 1500ms;
      if (delays != Delays::none) {
        config.timing.lock_delay = 300ms;
        config.timing.min_hold = delays == Delays::short_hold ? 400ms : 1200ms;
      }
      EXPECT_TRUE(checked(config));
    }
    return config;
  }

  const std::string& broken() const {
    return machines_[0].broken().empty() ? machines_[1].broken() : machines_[0].broken();
  }
  LocalTime now_of(std::size_t who) const {
    return {Instant<LocalClock>::at_ns(clocks_[who].read(true_ns_)),
            Span<LocalClock>::ns(asleep_[who])};
  }
  // The newest are the likeliest, the oldest are possible.
  std::size_t any_of(std::size_t size) {
    const std::uint64_t reach = random_.one_in(4) ? size : std::min<std::size_t>(size, 3);
    return size - 1 - random_.below(reach);
  }

  void take_step(Seen& seen) {
    const std::size_t who = random_.below(2);
    const std::uint64_t roll = random_.below(100);
    if (roll < 20) {
      pass_time();
    } else if (roll < 32) {
      feed(who, Join{random_.one_in(3)});
    } else if (roll < 50) {
      change_mind(who);
    } else if (roll < 52) {
      feed(who, Alarm{});
    } else if (roll < 68 && !network_.empty()) {
      arrive(network_[any_of(network_.size())], seen);
    } else if (roll < 82 && !replies_.empty()) {
      deliver(replies_[any_of(replies_.size())], seen);
    } else if (!network_.empty()) {
      arrive(network_[any_of(network_.size())], seen);
      if (!replies_.empty()) deliver(replies_.back(), seen);
    }
    judge();
  }

  void change_mind(std::size_t who) {
    if (random_.one_in(6)) feed(who, Hint{});
    if (random_.one_in(6)) feed(who, Company{});
    const Modelled& machine = machines_[who];
    if (random_.one_in(3) && !machine.waiters().empty()) {
      const Waiter leaving = machine.waiters()[random_.below(machine.waiters().size())];
      feed(who, Cancel{leaving});
    } else if (!machine.guards().empty()) {
      auto one = machine.guards().begin();
      std::advance(one, random_.below(machine.guards().size()));
      const TenureId tenure = one->first;
      if (random_.one_in(10)) {
        feed(who, Release{tenure});
      } else if (random_.one_in(10)) {
        feed(who, Stop{tenure});
      } else {
        feed(who, Leave{tenure});
      }
    }
  }

  void pass_time() {
    const std::size_t who = random_.below(2);
    const std::int64_t before = true_ns_;
    const State& state = machines_[who].state();
    const Instant<LocalClock> wake = machines_[who].wake();
    const std::uint64_t roll = random_.below(10);
    std::int64_t until = true_ns_ + static_cast<std::int64_t>(random_.below(20'000'000));
    if (roll < 4 && wake != Instant<LocalClock>::never()) {
      until = clocks_[who].true_time_of(wake.ns()) + 1;
    } else if (roll < 6 && state.tenure) {
      const auto off = static_cast<std::int64_t>(random_.below(5)) - 2;
      until = clocks_[who].true_time_of(state.tenure->deadline.ns()) + off;
    } else if (roll < 8 && store_.record.expires_at) {
      const auto off = static_cast<std::int64_t>(random_.below(5)) - 1;
      until = store_clock_.true_time_of(store_.record.expires_at->ns()) + off;
    } else if (roll == 8 && state.sighting) {
      const auto off = static_cast<std::int64_t>(random_.below(5)) - 2;
      const Instant<LocalClock> seen_enough =
          state.sighting->since.at + observation_wait(state.sighting->lease, config_.bounds);
      until = clocks_[who].true_time_of(seen_enough.ns()) + off;
    } else if (roll == 9) {
      until = true_ns_ + static_cast<std::int64_t>(random_.below(1'500'000'000));
    }
    true_ns_ = std::max(true_ns_, until);
    if (random_.one_in(8)) asleep_[who] += true_ns_ - before;
    // Timers are on time, or late.
    for (std::size_t each = 0; each < 2; ++each) {
      if (machines_[each].wake() <= now_of(each).at && !random_.one_in(4)) feed(each, Alarm{});
    }
  }

  void feed(std::size_t who, const Event& event) {
    for (const Request& request : machines_[who].feed(now_of(who), event, random_)) {
      network_.push_back({who, request});
    }
    judge();
  }

  // A copy of the request arrives at the store; what it answers is on its way, or is an error.
  void arrive(Sent& sent, Seen& seen) {
    const bool refused = !sent.applied && random_.one_in(12);
    if (refused) {
      sent.dead = true;
      const bool wrong = random_.one_in(8);
      answer(sent, {.kind = wrong ? Answer::Kind::misuse : Answer::Kind::not_applied}, seen);
      return;
    }
    if (sent.dead) return;
    sent.applied = true;
    store_.now = Instant<StoreClock>::at_ns(store_clock_.read(true_ns_));
    const OwnerId owner_before = store_.record.owner;
    const StoreReply reply = perform(store_, {.key = "k",
                                              .lease = config_.timing.lease,
                                              .info = "",
                                              .request = sent.request,
                                              .lock_delay = counted_delay(config_),
                                              .deadline = {}});
    const bool ended = reply.answer.kind == Answer::Kind::released ||
                       (reply.answer.kind == Answer::Kind::abandoned && reply.answer.settled);
    if (ended) ended_.insert(sent.request.owner);
    if (reply.answer.kind == Answer::Kind::granted) granted_to_[reply.answer.term] = sent.from;
    if (owner_before && store_.record.owner && store_.record.owner != owner_before) {
      ++seen.takeovers;
    }
    if (reply.answer.kind == Answer::Kind::granted) judge_delay(reply.answer, seen);
    Modelled& machine = machines_[sent.from];
    machine.require(ended_.count(store_.record.owner) == 0, "what was ended never has the key");
    answer(sent, random_.one_in(10) ? Answer{.kind = Answer::Kind::unknown} : reply.answer, seen);
  }

  // Who believed in the tenure before, and did not end it, has not come to rest before the delay is
  // over.
  void judge_delay(const Answer& granted, Seen& seen) {
    const auto last = last_believed_.find(granted.previous_owner);
    if (granted.previous == Previous::own || last == last_believed_.end()) return;
    const OwnerId& owner = last->first;
    if (machines_[0].let_go(owner) || machines_[1].let_go(owner)) return;
    ++seen.delays_waited;
    machines_[0].require(true_ns_ >= last->second + config_.timing.lock_delay.count(),
                         "what was lost is left alone for the lock delay");
  }

  void answer(const Sent& sent, const Answer& what, Seen& seen) {
    ++seen.answers[what.kind];
    if (random_.one_in(10)) return;  // lost
    replies_.push_back({sent.from, {sent.request, what}});
  }

  void deliver(const Arriving& arriving, Seen& seen) {
    const Modelled& machine = machines_[arriving.to];
    const auto& campaign = machine.state().campaign;
    const bool awaited = campaign && campaign->acquire &&
                         campaign->acquire->ordinal == arriving.reply.request.ordinal;
    const bool had = machine.state().tenure.has_value();
    feed(arriving.to, Event{arriving.reply});
    if (!had && machine.state().tenure && !awaited) ++seen.grants_after_a_timeout;
  }

  // While somebody believes, the record is his and is not over: then nobody else can have it.
  void judge() {
    store_.now = Instant<StoreClock>::at_ns(store_clock_.read(true_ns_));
    for (std::size_t who = 0; who < 2; ++who) {
      Modelled& machine = machines_[who];
      if (!machine.believes(now_of(who))) continue;
      const Tenure& tenure = *machine.state().tenure;
      last_believed_[tenure.owner] = true_ns_;
      machine.require(store_.record.owner == tenure.owner && store_.record.term == tenure.term,
                      "who believes has the record");
      machine.require(!stores::over(store_.record, store_.judge()).value_or(false),
                      "nobody believes in a lease that is over");
      machine.require(!machines_[1 - who].believes(now_of(1 - who)), "two never believe at once");
      judge_run(who);
    }
  }

  // Every tenure of its run was its own, so that what it loaded before is still as it was.
  void judge_run(std::size_t who) {
    Modelled& machine = machines_[who];
    const Run& run = *machine.state().run;
    machine.require(run.last == machine.state().tenure->term, "a run ends with the tenure");
    for (Term term = run.since; term <= run.last; ++term) {
      const auto found = granted_to_.find(term);
      machine.require(found != granted_to_.end() && found->second == who,
                      "nobody else had the key within a run");
    }
    if (run.since < run.last) ++long_runs_;
  }

  // Everybody leaves, and the store is silent: the machines come to rest by themselves.
  void wind_down() {
    for (std::size_t who = 0; who < 2; ++who) {
      Modelled& machine = machines_[who];
      while (!machine.waiters().empty()) feed(who, Cancel{machine.waiters().back()});
      while (!machine.guards().empty()) feed(who, Leave{machine.guards().begin()->first});
      const std::int64_t start = true_ns_;
      int wakes = 0;
      while (machine.wake() != Instant<LocalClock>::never() && ++wakes < 100) {
        true_ns_ = std::max(true_ns_ + 1, clocks_[who].true_time_of(machine.wake().ns()) + 1);
        feed(who, Alarm{});
      }
      machine.require(wakes < 100, "requests after the end are few, and then there are none");
      machine.require(true_ns_ - start < 1'100'000'000 + counted_delay(config_).count() +
                                             counted_hold(config_).ns() * 101 / 100,
                      "after the end nothing lasts");
    }
  }

  const Config config_;
  SplitMix random_;
  RecordStore store_;
  std::array<Modelled, 2> machines_{Modelled{config_}, Modelled{config_}};
  std::array<Skew, 2> clocks_;
  Skew store_clock_;
  std::array<std::int64_t, 2> asleep_{};
  std::int64_t true_ns_ = 1'000'000'000;
  std::vector<Sent> network_;
  std::vector<Arriving> replies_;
  std::set<OwnerId> ended_;
  std::map<Term, std::size_t> granted_to_;
  std::map<OwnerId, std::int64_t> last_believed_;
  int long_runs_ = 0;
};

constexpr int walks = 20'000;
constexpr int steps = 80;

// Walks that see nothing prove nothing: each of these must have happened so often.
void expect_variety(const Seen& seen) {
  for (int kind = 0; kind <= static_cast<int>(Tell::Kind::ended); ++kind) {
    const auto found = seen.told.find(static_cast<Tell::Kind>(kind));
    EXPECT_GT(found == seen.told.end() ? 0 : found->second, 200) << "tell " << kind;
  }
  for (int kind = 0; kind <= static_cast<int>(Answer::Kind::unknown); ++kind) {
    const auto found = seen.answers.find(static_cast<Answer::Kind>(kind));
    EXPECT_GT(found == seen.answers.end() ? 0 : found->second, 200) << "answer " << kind;
  }
  EXPECT_GT(seen.takeovers, 100);
  EXPECT_GT(seen.grants_after_a_timeout, 200);
  EXPECT_GT(seen.long_runs, 200);
  EXPECT_GT(seen.stops_waited_for, 200);
}

void walk_all(Authority authority, std::int64_t drift_ppm, bool with_delays = false) {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= walks; ++seed) {
    const Delays delays = !with_delays     ? Delays::none
                          : seed % 10 == 0 ? Delays::long_hold
                                           : Delays::short_hold;
    const std::string broken = Walk(authority, drift_ppm, delays, seed).run(steps, seen);
    ASSERT_EQ(broken, "") << "in the walk with seed " << seed;
  }
  expect_variety(seen);
  if (!with_delays) return;
  EXPECT_GT(seen.kept_unheld, 200);
  EXPECT_GT(seen.delays_waited, 100);
}

TEST(MachineFuzz, OnOneHostsClockEveryPromiseIsKept) { walk_all(Authority::host_clock, 0); }
TEST(MachineFuzz, ByObservationWithDriftingClocksEveryPromiseIsKept) {
  walk_all(Authority::observation, 10'000);
}
TEST(MachineFuzz, ByTheStoresDriftingClockEveryPromiseIsKept) {
  walk_all(Authority::store_clock, 10'000);
}

TEST(MachineFuzz, WithADelayAndAHoldOnOneHostsClock) {
  walk_all(Authority::host_clock, 0, /*with_delays=*/true);
}
TEST(MachineFuzz, WithADelayAndAHoldByObservation) {
  walk_all(Authority::observation, 10'000, /*with_delays=*/true);
}
TEST(MachineFuzz, WithADelayAndAHoldByTheStoresClock) {
  walk_all(Authority::store_clock, 10'000, /*with_delays=*/true);
}

}  // namespace
}  // namespace leasehold::core
