// A window shows a part of the timeline and changes nothing else.
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/report/timeline.h"
#include "sim/scenario/read.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

TrueTime at(Length since_start) { return TrueTime{} + on<TrueClock>(since_start); }

std::vector<std::string> lines_of(const Scenario& scenario, const Run& run,
                                  const TimelineOptions& options) {
  std::ostringstream out;
  write_timeline(out, scenario, run, options);
  std::istringstream text(out.str());
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

bool has(const std::vector<std::string>& lines, const std::string& what) {
  for (const std::string& line : lines) {
    if (line.find(what) != std::string::npos) return true;
  }
  return false;
}

class WindowOfTheSleepingLaptop : public testing::Test {
 protected:
  std::vector<std::string> through(const Window& window) const {
    return lines_of(scenario_, run_, {.everything = true, .window = window});
  }
  std::size_t inside(TrueTime from, TrueTime to) const {
    std::size_t count = 0;
    for (const Event& event : run_.trace) count += event.at >= from && event.at <= to ? 1 : 0;
    return count;
  }

  const Scenario scenario_ =
      read_scenario_file("scenarios/clocks/b27_suspend_monotonic.json").value();
  const sim::Run run_ = sim::run(scenario_, "answer-anchored", {.keep_trace = true});
};

TEST_F(WindowOfTheSleepingLaptop, ShowsBothEndsAndCountsTheRest) {
  // A is suspended at 5 s sharp, and B's grant arrives at 18.3 s.
  const auto lines = through({.from = at(5s), .to = at(18300ms)});
  const std::size_t shown = inside(at(5s), at(18300ms));
  EXPECT_TRUE(has(lines, "A  is suspended"));
  EXPECT_TRUE(has(lines, "B  has a guard of term 2"));
  EXPECT_FALSE(has(lines, "A  runs again"));
  EXPECT_TRUE(has(lines, "!!! I1 no overlap"));
  EXPECT_EQ(lines.back(), "               ...  outside the window: " +
                              std::to_string(run_.trace.size() - shown) + " events");
}

TEST_F(WindowOfTheSleepingLaptop, ShowsWhatBreaksOnlyWhereItDoes) {
  EXPECT_FALSE(has(through({.to = at(18299ms)}), "!!! I1 "));
  EXPECT_FALSE(has(through({.from = at(18301ms)}), "!!!"));
}

TEST_F(WindowOfTheSleepingLaptop, ShowsOneProcessAndWhatMeetsAll) {
  const auto lines = through({.processes = {1}});
  EXPECT_TRUE(has(lines, "B  has a guard of term 2"));
  EXPECT_TRUE(has(lines, "applies acquire #65 of B"));
  EXPECT_TRUE(has(lines, "may be taken from"));
  EXPECT_TRUE(has(lines, "!!! I1 no overlap"));
  EXPECT_FALSE(has(lines, "A  is suspended"));
  EXPECT_FALSE(has(lines, " of A: "));
}

TEST_F(WindowOfTheSleepingLaptop, OfEverythingIsTheTimeline) {
  const auto lines = through({});
  EXPECT_FALSE(has(lines, "outside the window"));
  EXPECT_EQ(lines, through({.processes = {0, 1}}));
}

TEST(Window, ShowsAStepOfTheHostsClockToEverybody) {
  Scenario scenario = read_scenario_file("scenarios/pauses/b02_pause_both_hold.json").value();
  scenario.faults = {{.at = 20ms, .kind = TimedFault::Kind::clock_step, .value = 5'000'000}};
  const sim::Run once = run(scenario, "leasehold", {.keep_trace = true});
  EXPECT_TRUE(has(lines_of(scenario, once, {.window = {.processes = {1}}}), "clock steps by 5ms"));
}

}  // namespace
}  // namespace leasehold::sim
