// Every story under scenarios/ runs as it is written.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/report/timeline.h"
#include "sim/report/verdict.h"
#include "sim/scenario/read.h"
#include "sim/scenario/write.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("scenarios")) {
    const bool scenario =
        entry.path().extension() == ".json" && entry.path().filename() != "schema.json";
    if (scenario) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(ScenarioFiles, AreThere) { EXPECT_GE(scenario_files().size(), 45U); }

TEST(ScenarioFiles, RunAsWrittenUnderEveryAlgorithmThatTheyTellOf) {
  for (const std::string& file : scenario_files()) {
    SCOPED_TRACE(file);
    const Result<Scenario> scenario = read_scenario_file(file);
    ASSERT_TRUE(scenario) << scenario.error().detail;
    EXPECT_FALSE(scenario->about.empty());
    EXPECT_FALSE(scenario->source.empty());
    EXPECT_TRUE(scenario->expect.contains("leasehold"));
    EXPECT_GE(scenario->expect.size(), 2U) << "a story tells of a baseline too";
    for (const auto& [algorithm, expected] : scenario->expect) {
      SCOPED_TRACE(algorithm);
      EXPECT_FALSE(expected.holds.empty() && expected.violates.empty());
      const sim::Run once = run(*scenario, algorithm, {});
      for (const Compared& one : compare(once, expected)) EXPECT_EQ(sentence(one), "");
      EXPECT_EQ(run(*scenario, algorithm, {}).hash, once.hash);
      EXPECT_GT(once.tally.tenures, 0U) << "a story in which nobody ever holds says nothing";
    }
  }
}

TEST(ScenarioFiles, AreTheSameWhenWrittenAndReadBack) {
  for (const std::string& file : scenario_files()) {
    SCOPED_TRACE(file);
    const Result<Scenario> scenario = read_scenario_file(file);
    ASSERT_TRUE(scenario);
    const Result<Scenario> again = read_scenario(write_scenario(*scenario), file);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(*again, *scenario);
  }
}

TEST(Timeline, TellsTheOverlapWhereItHappens) {
  const Result<Scenario> scenario =
      read_scenario_file("scenarios/clocks/b27_suspend_monotonic.json");
  ASSERT_TRUE(scenario);
  std::ostringstream told;
  write_timeline(told, *scenario, run(*scenario, "answer-anchored", {.keep_trace = true}), {});
  const std::string text = told.str();
  const auto taken = text.find("B  believes in term 2");
  const auto overlap = text.find("!!! I1 no overlap");
  const auto woken = text.find("A  runs again");
  ASSERT_NE(taken, std::string::npos) << text;
  EXPECT_LT(taken, overlap);
  EXPECT_LT(overlap, woken);
  EXPECT_EQ(text.find('\033'), std::string::npos);
}

TEST(Verdict, SaysWhatDiffersAndHowBadItIs) {
  sim::Run run;
  run.judgements = {{Invariant::I1, Verdict::broken, Finding{}},
                    {Invariant::I3, Verdict::holds, {}},
                    {Invariant::I5, Verdict::never_exercised, {}}};
  EXPECT_EQ(exit_code(compare(run, {{Invariant::I3}, {Invariant::I1}})), 0);
  EXPECT_EQ(exit_code(compare(run, {{Invariant::I3}, {}})), 1);
  EXPECT_EQ(exit_code(compare(run, {{Invariant::I5}, {Invariant::I1}})), 2);
  EXPECT_EQ(exit_code(compare(run, {{}, {Invariant::I1, Invariant::I3}})), 2);
  EXPECT_EQ(exit_code(compare(run, {{Invariant::I5}, {}})), 1);
  EXPECT_EQ(worse(worse(2, 1), 0), 1);
  EXPECT_EQ(worse(3, 1), 3);
  EXPECT_EQ(worse(4, 3), 4);
}

}  // namespace
}  // namespace leasehold::sim
