// Exhaustive exploration: what it says of small worlds, and that what it leaves out may be left
// out.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "sim/engine/hash128.h"
#include "sim/explore/canonical.h"
#include "sim/explore/retell.h"
#include "sim/explore/search.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

constexpr Authority authorities[] = {Authority::host_clock, Authority::store_clock,
                                     Authority::observation};

Digest canonical_digest(const Limits& limits, Situation situation) {
  make_canonical(limits, explored_config(limits.authority), situation);
  return digest_of(limits, situation);
}

/// What may come next, canonically, and whether that breaks something.
std::set<std::pair<Digest, bool>> futures(const Limits& limits, const Situation& situation) {
  const Config config = explored_config(limits.authority);
  std::set<std::pair<Digest, bool>> all;
  for (const Move& move : moves_from(limits, config, situation)) {
    const std::optional<Moved> moved = make(limits, config, situation, move);
    if (moved) {
      all.emplace(canonical_digest(limits, moved->situation), !moved->broken.empty());
    }
  }
  return all;
}

/// Whether all that may come of a situation may come of what stands for it.
bool stands_for_its_future(const Limits& limits, const Situation& situation) {
  Situation canonical = situation;
  make_canonical(limits, explored_config(limits.authority), canonical);
  std::set<std::pair<Digest, bool>> offered = futures(limits, canonical);
  // A dead letter comes.
  offered.emplace(digest_of(limits, canonical), false);
  const std::set<std::pair<Digest, bool>> wanted = futures(limits, situation);
  return std::includes(offered.begin(), offered.end(), wanted.begin(), wanted.end());
}

Move drawn_move(const Limits& limits, const Situation& from, std::uint64_t& draws) {
  const std::vector<Move> moves = moves_from(limits, explored_config(limits.authority), from);
  return moves.at(mix(++draws) % moves.size());
}

std::vector<Move> drawn_way(const Limits& limits, std::size_t length, std::uint64_t seed) {
  const Config config = explored_config(limits.authority);
  std::uint64_t draws = seed << 32;
  std::vector<Move> way;
  Situation now = beginning(limits);
  while (way.size() < length) {
    const Move move = drawn_move(limits, now, draws);
    std::optional<Moved> moved = make(limits, config, now, move);
    if (!moved) continue;
    way.push_back(move);
    now = std::move(moved->situation);
  }
  return way;
}

TEST(Explore, EverySmallWorldHolds) {
  for (const Authority authority : authorities) {
    SCOPED_TRACE(to_string(authority));
    const Outcome plain = explore({.authority = authority, .late = 1});
    EXPECT_EQ(plain.end, Outcome::End::exhausted);
    EXPECT_GT(plain.explored.states, 5'000U);
    EXPECT_EQ(plain.explored.waiting, 0U);
    const Outcome shared = explore({.authority = authority,
                                    .processes = 1,
                                    .guards = 2,
                                    .drops = 1,
                                    .crashes = 1,
                                    .cancels = 1});
    EXPECT_EQ(shared.end, Outcome::End::exhausted);
    EXPECT_TRUE(shared.broken.empty());
  }
}

TEST(Explore, IsTheSameTwice) {
  const Outcome once = explore({.cancels = 1});
  const Outcome twice = explore({.cancels = 1});
  EXPECT_EQ(once.explored.states, twice.explored.states);
  EXPECT_EQ(once.explored.transitions, twice.explored.transitions);
  EXPECT_EQ(once.explored.depth, twice.explored.depth);
}

// What was not exhausted is never called so.
TEST(Explore, SaysThatItStoppedAtALimit) {
  const Outcome few = explore({.states = 100});
  EXPECT_EQ(few.end, Outcome::End::capped);
  EXPECT_EQ(few.explored.states, 100U);
  const Outcome shallow = explore({.depth = 5});
  EXPECT_EQ(shallow.end, Outcome::End::capped);
  EXPECT_EQ(shallow.explored.depth, 5U);
  EXPECT_GT(shallow.explored.waiting, 0U);
}

TEST(Explore, SymmetryHalvesTheStatesAndChangesNoVerdict) {
  for (const Authority authority : authorities) {
    SCOPED_TRACE(to_string(authority));
    const Outcome with = explore({.authority = authority});
    const Outcome without = explore({.authority = authority, .symmetry = false});
    EXPECT_EQ(with.end, Outcome::End::exhausted);
    EXPECT_EQ(without.end, Outcome::End::exhausted);
    EXPECT_EQ(with.explored.depth, without.explored.depth);
    EXPECT_GE(100 * without.explored.states, 190 * with.explored.states);
    EXPECT_LE(without.explored.states, 2 * with.explored.states);
  }
}

// With nothing taken for unread there are more states, as many steps away, and they hold too.
TEST(Explore, WhatIsLeftOutChangesNoVerdict) {
  const Limits reduced{};
  Limits exact = reduced;
  exact.exact = true;
  const Outcome few = explore(reduced);
  const Outcome many = explore(exact);
  EXPECT_EQ(few.end, Outcome::End::exhausted);
  EXPECT_EQ(many.end, Outcome::End::exhausted);
  EXPECT_GT(many.explored.states, 2 * few.explored.states);
}

TEST(Explore, WhatStandsForASituationHasItsFuture) {
  for (const Authority authority : authorities) {
    SCOPED_TRACE(to_string(authority));
    const Limits limits{
        .authority = authority, .drops = 1, .crashes = 1, .cancels = 1, .late = 1, .states = 3'000};
    std::uint64_t met = 0;
    std::uint64_t wrong = 0;
    SearchHooks hooks;
    hooks.meet = [&](const Situation& situation) {
      ++met;
      if (!stands_for_its_future(limits, situation)) ++wrong;
    };
    explore(limits, hooks);
    EXPECT_GT(met, 3'000U);
    EXPECT_EQ(wrong, 0U);
  }
}

// Far from the beginning too, where terms and numbers are high and much has been forgotten.
// (Without symmetry, which may put two processes that are alike into either order.)
TEST(Explore, WhatStandsForASituationHasItsFutureFarAway) {
  for (const Authority authority : authorities) {
    SCOPED_TRACE(to_string(authority));
    const Limits limits{.authority = authority,
                        .processes = 3,
                        .in_flight = 2,
                        .guards = 2,
                        .drops = 3,
                        .duplicates = 3,
                        .crashes = 3,
                        .cancels = 9,
                        .late = 9,
                        .symmetry = false};
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      Situation now = beginning(limits);
      for (const Move& move : drawn_way(limits, 150, seed)) {
        now = make(limits, explored_config(authority), now, move)->situation;
        ASSERT_TRUE(stands_for_its_future(limits, now)) << "seed " << seed;
      }
    }
  }
}

/// What the store did for whom, and what guards were had.
using Deeds = std::vector<std::tuple<int, std::string>>;

Deeds deeds_of(const Limits& limits, const std::vector<Move>& way) {
  const Config config = explored_config(limits.authority);
  Deeds deeds;
  Situation now = beginning(limits);
  for (const Move& move : way) {
    Situation after = make(limits, config, now, move)->situation;
    if (move.kind == Move::Kind::arrive && !now.letters.at(move.index).answer) {
      const Letter& letter = now.letters.at(move.index);
      // The answer to one who has died is nowhere to be seen.
      const std::string answer =
          letter.orphan ? "?" : words_of(after.letters.at(move.index).answer->kind);
      deeds.emplace_back(letter.actor, answer);
    }
    if (move.kind == Move::Kind::arrive && now.letters.at(move.index).answer) {
      const Letter& letter = now.letters.at(move.index);
      deeds.emplace_back(letter.actor, "hears " + std::string(words_of(letter.answer->kind)));
    }
    now = std::move(after);
  }
  return deeds;
}

Deeds deeds_of(const Scenario& scenario) {
  Deeds deeds;
  for (const Event& event : run(scenario, "leasehold", {.keep_trace = true}).trace) {
    const std::string what = words_of(static_cast<core::Answer::Kind>(event.detail));
    if (event.kind == Event::Kind::applied) deeds.emplace_back(event.process, what);
    if (event.kind == Event::Kind::answered) deeds.emplace_back(event.process, "hears " + what);
  }
  return deeds;
}

// The simulator, which knows nothing of situations, does the same with the scenario of a way.
TEST(Explore, AWayToldAsAScenarioIsTheSameHistory) {
  std::size_t told = 0;
  for (const Authority authority : authorities) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      // What a scenario can't tell is kept apart: two guards and somebody who leaves, and copies.
      const bool odd = seed % 2 == 1;
      const Limits limits{.authority = authority,
                          .in_flight = 2,
                          .guards = odd ? 1U : 2U,
                          .drops = 2,
                          .duplicates = odd ? 0U : 1U,
                          .crashes = 1,
                          .cancels = odd ? 3U : 0U,
                          .late = 5};
      SCOPED_TRACE(std::string(to_string(authority)) + " " + std::to_string(seed));
      const std::vector<Move> way = drawn_way(limits, 40, seed);
      const std::optional<Scenario> scenario = scenario_of(limits, way);
      if (!scenario) continue;
      ++told;
      Deeds wanted = deeds_of(limits, way);
      Deeds got = deeds_of(*scenario);
      // What comes afterwards is not part of the way.
      ASSERT_GE(got.size(), wanted.size());
      got.resize(wanted.size());
      for (std::size_t deed = 0; deed < got.size(); ++deed) {
        if (std::get<1>(wanted[deed]) == "?") std::get<1>(wanted[deed]) = std::get<1>(got[deed]);
      }
      ASSERT_EQ(got, wanted);
      const Result<Scenario> read = read_scenario(write_scenario(*scenario), "way.json");
      ASSERT_TRUE(read) << read.error().detail;
      EXPECT_EQ(*read, *scenario);
      EXPECT_TRUE(inside_envelope(*scenario));
      EXPECT_EQ(run(*scenario, "leasehold", {}).first_broken(), std::nullopt);
    }
  }
  EXPECT_GT(told, 90U);
}

// The copy of a release comes last of all, and its answer takes as long as that to the first, which
// is longer than the way.
TEST(Explore, AWayMayEndBeforeTheAnswerToACopy) {
  using Kind = Move::Kind;
  const Limits limits{.in_flight = 2, .duplicates = 1};
  const std::vector<Move> way{{Kind::join, 0},       {Kind::arrive, 0},    {Kind::arrive, 0},
                              {Kind::drop_guard, 0}, {Kind::duplicate, 0}, {Kind::arrive, 0},
                              {Kind::arrive, 0},     {Kind::arrive, 0}};
  const Deeds wanted = deeds_of(limits, way);
  ASSERT_EQ(wanted.back(), (Deeds::value_type{0, "not the owner"}));
  const std::optional<Scenario> scenario = scenario_of(limits, way);
  ASSERT_TRUE(scenario);
  Deeds got = deeds_of(*scenario);
  got.resize(wanted.size());
  EXPECT_EQ(got, wanted);
}

TEST(Explore, StepsAreToldInOrder) {
  const std::vector<Move> way{{Move::Kind::join, 0},       {Move::Kind::arrive, 0},
                              {Move::Kind::tick, 0},       {Move::Kind::arrive, 0},
                              {Move::Kind::drop_guard, 0}, {Move::Kind::tick, 0}};
  const std::vector<std::string> wanted{
      "tick 0: A asks for the lock and waits",
      "tick 0: A's acquire (its request 1) reaches the store: granted",
      "tick 1: the answer to A's acquire (its request 1) arrives: granted",
      "tick 1: A drops a guard", "tick 2: time passes"};
  EXPECT_EQ(steps_of({.in_flight = 2}, way), wanted);
}

TEST(Explore, ItsConfigurationsCanKeepTheirPromises) {
  for (const Authority authority : authorities) {
    EXPECT_TRUE(checked(explored_config(authority))) << to_string(authority);
  }
}

}  // namespace
}  // namespace leasehold::sim
