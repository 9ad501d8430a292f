// A world that fails gets small, and goes on failing in the same way.
#include "sim/shrink/shrink.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "sim/scenario/generate.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

constexpr const char* baseline = "answer-anchored";

std::optional<Shown> overlap_in(const Scenario& scenario) {
  return shown_by(run(scenario, baseline, {}), Invariant::I1);
}

// The first generated world from `seed` on in which the baseline overlaps, without its noise.
Scenario failing(std::uint64_t seed) {
  for (;; ++seed) {
    const Scenario scenario = generate(seed * 0x9e3779b97f4a7c15U, {Authority::observation, false});
    if (overlap_in(scenario)) return without_noise(scenario, baseline);
  }
}

// A world that fails whatever it is, as long as `is_kept`.
Scenario shrunk_while(const Scenario& scenario,
                      const std::function<bool(const Scenario&)>& is_kept) {
  const auto judge = [&](const Scenario& candidate) -> std::optional<Shown> {
    if (!is_kept(candidate)) return std::nullopt;
    return Shown{};
  };
  return shrink(scenario, "leasehold", judge, 5'000).scenario;
}

// Edits of every pass, evenly over each.
void for_each_step(const Scenario& from, const std::string& algorithm,
                   const std::function<void(const Scenario&)>& look) {
  for (const Pass pass : passes()) {
    const Edits edits = pass(from, {algorithm, from.run_for / 2});
    constexpr std::size_t looked_at = 20;
    for (std::size_t at = 0; at < edits.size(); at += edits.size() / looked_at + 1) {
      Scenario candidate = from;
      edits[at].apply(candidate);
      // The search itself refuses such a configuration.
      if (candidate != from && checked(candidate.config)) look(candidate);
    }
  }
}

void expect_readable(const Scenario& candidate) {
  const Result<Scenario> read = read_scenario(write_scenario(candidate), "step");
  ASSERT_TRUE(read) << read.error().detail << write_scenario(candidate);
  ASSERT_EQ(write_scenario(*read), write_scenario(candidate));
  ASSERT_EQ(*read, candidate) << write_scenario(candidate);
}

TEST(Shrink, LeavesAFewChoicesOfAWorldFullOfThem) {
  for (const std::uint64_t seed : {1U, 1'000U, 2'000U}) {
    SCOPED_TRACE(seed);
    const Scenario plain = failing(seed);
    ASSERT_TRUE(overlap_in(plain)) << "the same world with its noise written out";
    int runs = 0;
    const Shrunk shrunk = shrink(plain, baseline, overlap_in, 5'000,
                                 [&runs](int so_far, const Size&) { runs = so_far; });
    const Scenario& small = shrunk.scenario;
    ASSERT_TRUE(overlap_in(small));
    EXPECT_EQ(overlap_in(small)->events, shrunk.shown.events);
    EXPECT_TRUE(shrunk.at_fixpoint);
    EXPECT_EQ(runs, shrunk.runs);
    EXPECT_LE(runs, 2'000);
    EXPECT_EQ(small.processes.size(), 2U);
    EXPECT_LE(small.choices.size() + small.faults.size(), 4U);
    EXPECT_LE(shrunk.shown.events, 60U);
    expect_readable(small);
  }
}

// Several are broken in the same world, some by the same event: the shrinker keeps to its own.
TEST(Shrink, NeverEndsOnAnotherInvariant) {
  int shrunk_so_far = 0;
  std::set<Invariant> kept;
  for (std::uint64_t seed = 1; shrunk_so_far < 8; ++seed) {
    const Scenario world = generate(seed, {Authority::observation, true});
    const Scenario plain = without_noise(world, baseline);
    const sim::Run whole = run(plain, baseline, {});
    for (const Judgement& judgement : whole.judgements) {
      const Invariant invariant = judgement.invariant;
      if (judgement.verdict != Verdict::broken || whole.first_broken() == invariant) continue;
      SCOPED_TRACE(to_string(invariant) + " in world " + std::to_string(seed));
      const auto judge = [invariant](const Scenario& candidate) {
        return shown_by(run(candidate, baseline, {}), invariant);
      };
      const Shrunk small = shrink(plain, baseline, judge, 150);
      EXPECT_TRUE(run(small.scenario, baseline, {}).broken(invariant));
      EXPECT_LT(size_of(small.scenario, small.shown), size_of(plain, *judge(plain)));
      kept.insert(invariant);
      ++shrunk_so_far;
    }
  }
  EXPECT_GE(kept.size(), 2U);
}

TEST(Shrink, EndsAtTheSameFixpointEachTime) {
  const Scenario plain = failing(3);
  const Shrunk once = shrink(plain, baseline, overlap_in, 5'000);
  const Shrunk again = shrink(plain, baseline, overlap_in, 5'000);
  ASSERT_TRUE(once.at_fixpoint);
  EXPECT_EQ(once.scenario, again.scenario);
  EXPECT_EQ(once.runs, again.runs);
  const Shrunk further = shrink(once.scenario, baseline, overlap_in, 5'000);
  EXPECT_TRUE(further.at_fixpoint);
  EXPECT_EQ(further.scenario, once.scenario);
}

// RapidCheck takes the steps one by one, each from a copy.
TEST(Shrink, ACopyOfASearchGoesOnWhereItIs) {
  const Scenario plain = failing(3);
  Search search(plain, *overlap_in(plain), baseline);
  for (int steps = 0; steps < 5;) {
    const std::optional<Scenario> candidate = search.next();
    ASSERT_TRUE(candidate);
    const std::optional<Shown> shown = overlap_in(*candidate);
    if (!shown || !search.take(*shown)) continue;
    ++steps;
    EXPECT_EQ(search.smallest(), *candidate);
    Search copy = search;
    Search other = search;
    for (int further = 0; further < 3; ++further) EXPECT_EQ(copy.next(), other.next());
  }
}

TEST(Shrink, EveryStepMakesItSmaller) {
  const Scenario plain = failing(1'000);
  Size last = size_of(plain, *overlap_in(plain));
  shrink(plain, baseline, overlap_in, 1'000, [&last](int, const Size& size) {
    EXPECT_LE(size, last);
    last = size;
  });
}

// Whose copy a process is stands in the fault alone, so neither goes without the other.
TEST(Shrink, KeepsClonesAndTheirFaultsTogether) {
  int clones = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Scenario world =
        generate(seed * 0x9e3779b97f4a7c15U, {Authority::observation, true, true});
    if (!world.processes.back().clone_of) continue;
    ++clones;
    Scenario plain = world;
    plain.noise = {};
    for_each_step(plain, "leasehold", expect_readable);
  }
  EXPECT_GE(clones, 10);
}

TEST(Shrink, KeepsAWorldThatIsAlreadySmall) {
  Scenario scenario;
  scenario.config = host_preset();
  scenario.processes = {{.name = "A"}};
  scenario.run_for = Length(1);
  int judged = 0;
  const auto nothing_else = [&](const Scenario& candidate) {
    ++judged;
    return candidate == scenario;
  };
  EXPECT_EQ(shrunk_while(scenario, nothing_else), scenario);
  EXPECT_GT(judged, 5);
}

TEST(Shrink, LeavesOfAFailoverWhatItTakes) {
  Scenario scenario;
  scenario.config = network_preset();
  scenario.processes = {{.name = "A"}};
  scenario.run_for = std::chrono::seconds(1);
  scenario.faults = {{.at = std::chrono::milliseconds(777),
                      .kind = TimedFault::Kind::failover,
                      .lasts = Length(345'678),
                      .value = -123'456'789,
                      .loses = Length(987'654'321)},
                     {.kind = TimedFault::Kind::store_clock_step, .value = 1}};
  const auto fails_over = [](const Scenario& candidate) {
    return std::any_of(
        candidate.faults.begin(), candidate.faults.end(),
        [](const TimedFault& fault) { return fault.kind == TimedFault::Kind::failover; });
  };
  const Scenario any = shrunk_while(scenario, fails_over);
  ASSERT_EQ(any.faults.size(), 1U);
  EXPECT_EQ(any.faults[0], TimedFault{.kind = TimedFault::Kind::failover});

  const Scenario forgetful = shrunk_while(scenario, [](const Scenario& candidate) {
    return !candidate.faults.empty() && candidate.faults[0].loses >= Length(300'000'000);
  });
  EXPECT_LT(forgetful.faults[0].loses, Length(600'000'000));
  EXPECT_EQ(forgetful.faults[0].value, 0);
}

TEST(Shrink, StopsAtItsBudget) {
  const Shrunk shrunk = shrink(failing(1), baseline, overlap_in, 10);
  EXPECT_EQ(shrunk.runs, 10);
  EXPECT_FALSE(shrunk.at_fixpoint);
  EXPECT_TRUE(overlap_in(shrunk.scenario));
}

// A tenure begins at 0 that had begun in the middle of it all, and the faults come along.
TEST(Shrink, LetsAWorldBeginLater) {
  const Scenario plain = failing(2'000);
  const sim::Run whole = run(plain, baseline, {});
  const Edits edits = later_beginnings(plain, {baseline, shown_by(whole, Invariant::I1)->at});
  ASSERT_FALSE(edits.empty());
  int with_tenures = 0;
  for (const Edit& edit : edits) {
    Scenario later = plain;
    edit.apply(later);
    EXPECT_LT(later.run_for, plain.run_for);
    EXPECT_LE(later.choices.size(), plain.choices.size());
    with_tenures += run(later, baseline, {}).tally.tenures > 0 ? 1 : 0;
    expect_readable(later);
  }
  EXPECT_GT(with_tenures, 0);
}

// A holds on its own for two seconds while B tries every 100 ms; of a try of B a fault is told.
Scenario one_who_waits() {
  using std::chrono::milliseconds;
  Scenario scenario;
  scenario.config = host_preset();
  scenario.config.timing.retry_pause = milliseconds(100);
  scenario.config.timing.longest_wait = milliseconds(100);
  scenario.config.timing.min_useful = scenario.config.timing.stop_budget + milliseconds(100);
  scenario.processes = {{.name = "A"}, {.name = "B"}};
  scenario.processes[0].program = {{.hold = milliseconds(2'000)}};
  scenario.processes[1].program = {{.at = milliseconds(400), .within = milliseconds(1'500)}};
  scenario.run_for = milliseconds(2'500);
  scenario.choices[{1, Site::acquire, 15, Purpose::request_loss}] = 1;
  return scenario;
}

std::optional<Length> first(const sim::Run& run, Event::Kind kind) {
  for (const Event& event : run.trace) {
    if (event.kind == kind) return Length(event.at.ns());
  }
  return std::nullopt;
}

// What comes after the piece comes earlier by its length, the call that meets a fault too; and what
// spans it is shorter.
TEST(Shrink, CutsAPieceOutOfTheMiddle) {
  const Scenario plain = one_who_waits();
  const sim::Run whole = run(plain, "leasehold", {.keep_trace = true});
  const Length lost = first(whole, Event::Kind::request_lost).value();
  const Length dropped = first(whole, Event::Kind::drop).value();
  const Length left = first(whole, Event::Kind::refused).value();
  int in_the_middle = 0;
  for (const Edit& edit : shorter_middles(plain, {"leasehold", {}})) {
    Scenario cut = plain;
    edit.apply(cut);
    expect_readable(cut);
    const Length gap = plain.run_for - cut.run_for;
    EXPECT_GT(gap, Length::zero());
    const bool spanned = cut.choices.size() == 1 && cut.choices.begin()->first.ordinal < 15 &&
                         cut.processes[1].program[0].at == plain.processes[1].program[0].at;
    // Tries are 100 ms apart, so of another length they meet the fault at another time.
    if (!spanned || gap % std::chrono::milliseconds(100) != Length::zero()) continue;
    ++in_the_middle;
    const sim::Run after = run(cut, "leasehold", {.keep_trace = true});
    EXPECT_EQ(first(after, Event::Kind::request_lost), lost - gap);
    EXPECT_EQ(first(after, Event::Kind::drop), dropped - gap);
    EXPECT_EQ(first(after, Event::Kind::refused), left - gap);
  }
  EXPECT_GT(in_the_middle, 0);
}

TEST(Shrink, TellsACycleCallByCall) {
  using std::chrono::milliseconds;
  Scenario scenario = one_who_waits();
  scenario.choices.clear();
  scenario.processes[1].program.clear();
  scenario.processes[0].program = {{.what = Step::Do::cycle,
                                    .hold = milliseconds(100),
                                    .think = milliseconds(200),
                                    .times = 3,
                                    .write_every = milliseconds(30)}};
  const auto granted_at = [](const Scenario& one) {
    std::set<TrueTime> moments;
    for (const Event& event : run(one, "leasehold", {.keep_trace = true}).trace) {
      if (event.kind == Event::Kind::granted) moments.insert(event.at);
    }
    return moments;
  };
  const std::set<TrueTime> all = granted_at(scenario);
  const Edits edits = without_calls(scenario, {"leasehold", {}});
  ASSERT_EQ(edits.size(), 3U);
  auto missing = all.begin();
  for (const Edit& edit : edits) {
    Scenario told = scenario;
    edit.apply(told);
    std::set<TrueTime> expected = all;
    expected.erase(*missing++);
    EXPECT_EQ(granted_at(told), expected);
    for (const Step& step : told.processes[0].program) {
      EXPECT_EQ(step.write_every, milliseconds(30));
    }
  }
}

// A fault of the fifth write, which comes at 150 ms, stays near it.
TEST(Shrink, LetsAProgramWriteRarely) {
  using std::chrono::milliseconds;
  Scenario scenario = one_who_waits();
  scenario.processes[0].program[0].write_every = milliseconds(30);
  const ChoiceKey fifth{0, Site::write, 5, Purpose::request_delay};
  scenario.choices = {{fifth, 1'000}};
  ChoiceKey third = fifth;
  third.ordinal = 3;
  int twice = 0;
  for (const Edit& edit : simpler_steps(scenario, {"leasehold", {}})) {
    Scenario rarer = scenario;
    edit.apply(rarer);
    if (rarer.processes[0].program[0].write_every != milliseconds(60)) continue;
    ++twice;
    EXPECT_EQ(rarer.choices, (Choices{{third, 1'000}}));
  }
  EXPECT_EQ(twice, 1);
}

// By a clock that is a hundredth fast.
TEST(Shrink, LetsATryComeWhenItFails) {
  using std::chrono::milliseconds;
  Scenario scenario = one_who_waits();
  scenario.config = network_preset();
  scenario.processes[1].clock.rate_ppm = 10'000;
  const Length failed = milliseconds(1'777);
  std::set<int> tries;
  for (const Edit& edit : calmer_timings(scenario, {"leasehold", failed})) {
    Scenario timed = scenario;
    edit.apply(timed);
    if (!timed.choices.empty() || !checked(timed.config)) continue;
    int before = 0;
    for (const Event& event : run(timed, "leasehold", {.keep_trace = true}).trace) {
      if (event.kind != Event::Kind::sent || event.process != 1) continue;
      if (event.call != core::Request::Kind::acquire) continue;
      const Length off(event.at.ns() - failed.count());
      if (off > Length(-10) && off < Length(10)) tries.insert(before);
      ++before;
    }
  }
  EXPECT_EQ(tries, (std::set{1, 2, 3, 4}));
}

void expect_every_step_to_be_readable(const Scenario& plain, const std::string& algorithm) {
  int steps = 0;
  for_each_step(plain, algorithm, [&steps](const Scenario& candidate) {
    ++steps;
    expect_readable(candidate);
  });
  EXPECT_GT(steps, 100);
}

TEST(Shrink, EveryStepLeadsToAScenarioThatCanBeRead) {
  expect_every_step_to_be_readable(failing(3), baseline);
  for (std::uint64_t seed = 0; seed < 2; ++seed) {
    const Profile profile{.authority = Authority::observation, .several_keys = true};
    expect_every_step_to_be_readable(without_noise(generate(seed, profile), "leasehold"),
                                     "leasehold");
    Scenario healed = generate(seed, profile);
    heal_from(healed, healed.run_for / 2);
    expect_every_step_to_be_readable(without_noise(healed, "leasehold"), "leasehold");
  }
}

}  // namespace
}  // namespace leasehold::sim
