// An oracle that is shown only what it looks at, as a run does it, judges as one that is shown
// everything.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/oracles/oracle.h"
#include "sim/scenario/generate.h"
#include "sim/scenario/names.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

struct Findings {
  std::vector<Verdict> verdicts;
  std::vector<std::string> sentences;
  std::vector<std::uint64_t> marks = std::vector<std::uint64_t>(mark_count);
};

// I18 takes two histories, and is none of them.
Findings of_run(const Run& run) {
  Findings found;
  for (const Judgement& judgement : run.judgements) {
    if (judgement.invariant == Invariant::I18) continue;
    found.verdicts.push_back(judgement.verdict);
    found.sentences.push_back(judgement.finding ? judgement.finding->sentence : "");
  }
  return found;
}

Findings of_all_events(const Scenario& scenario, const std::vector<Event>& events) {
  const Names names = names_of(scenario);
  Findings found;
  for (const auto& oracle : make_oracles(names, bounds_of(scenario))) {
    for (const Event& event : events) oracle->see(event);
    oracle->finish(TrueTime{} + on<TrueClock>(scenario.run_for));
    found.verdicts.push_back(oracle->verdict());
    found.sentences.push_back(oracle->finding() ? oracle->finding()->sentence : "");
    for (std::size_t mark = 0; mark < mark_count; ++mark) {
      found.marks[mark] += oracle->marks().of(static_cast<Mark>(mark));
    }
  }
  return found;
}

// Marks that only oracles reach: those before the first that `Situations` sees.
void take_marks_of_oracles(const Run& run, Findings& found) {
  for (std::size_t mark = 0; mark < static_cast<std::size_t>(Mark::granted_never_held); ++mark) {
    found.marks[mark] = run.marks.of(static_cast<Mark>(mark));
  }
  // This one is the recorder's.
  found.marks[static_cast<std::size_t>(Mark::renewed_together)] = 0;
}

void expect_the_same(const Profile& profile, const std::string& algorithm) {
  int judged = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Scenario scenario = generate(seed, profile);
    // A baseline is run, and judged, without either.
    Timing& timing = scenario.config.timing;
    if (algorithm != "leasehold") timing.lock_delay = timing.min_hold = Length::zero();
    if (Keys(scenario).names.size() > 1) continue;
    const Run once = run(scenario, algorithm, {.keep_trace = true});
    Findings shown_some = of_run(once);
    take_marks_of_oracles(once, shown_some);
    const Findings shown_all = of_all_events(scenario, once.trace);
    const std::string which =
        algorithm + " " + to_string(profile.authority) + " seed " + std::to_string(seed);
    EXPECT_EQ(shown_some.verdicts, shown_all.verdicts) << which;
    EXPECT_EQ(shown_some.sentences, shown_all.sentences) << which;
    EXPECT_EQ(shown_some.marks, shown_all.marks) << which;
    ++judged;
  }
  EXPECT_GT(judged, 10);
}

TEST(LooksAt, LeavesOutNothingThatAnOracleNeeds) {
  for (const Authority authority : simulated_authorities()) {
    expect_the_same({.authority = authority}, "leasehold");
    expect_the_same({.authority = authority, .tight = true}, "leasehold");
    expect_the_same({.authority = authority, .forgets = true}, "leasehold");
    expect_the_same({.authority = authority}, "redis-naive");
  }
  expect_the_same({.authority = Authority::observation, .beyond = true}, "leasehold");
  expect_the_same({.authority = Authority::store_clock, .beyond = true}, "answer-anchored");
}

}  // namespace
}  // namespace leasehold::sim
