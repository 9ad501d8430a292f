// A world in sentences: nothing that is in it goes without one.
#include "sim/report/explain.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/report/explain_faults.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

Scenario story(const std::string& name) {
  return read_scenario_file("scenarios/" + name + ".json").value();
}

bool has(const std::vector<std::string>& sentences, const std::string& wanted) {
  return std::find(sentences.begin(), sentences.end(), wanted) != sentences.end();
}

std::string text_of(const Scenario& scenario) {
  std::ostringstream out;
  explain(out, scenario);
  return out.str();
}

TEST(Explain, SaysLengthsExactlyInTheUnitThatReadsBest) {
  EXPECT_EQ(spoken(0ns), "0 s");
  EXPECT_EQ(spoken(600s), "600 s");
  EXPECT_EQ(spoken(1500ms), "1.5 s");
  EXPECT_EQ(spoken(250ms), "250 ms");
  EXPECT_EQ(spoken(16486358644ns), "16.486358644 s");
  EXPECT_EQ(spoken(1001us), "1.001 ms");
  EXPECT_EQ(spoken(7ns), "7 ns");
  EXPECT_EQ(spoken(-3s), "-3 s");
}

TEST(Explain, TellsTheWorldOfTheSleepingLaptop) {
  const std::string text = text_of(story("clocks/b27_suspend_monotonic"));
  for (const char* sentence :
       {"the laptop sleeps\n", "Seen in: golang#24595",
        "  - at 0 s A waits for the lock and keeps it\n",
        "  - at 606 s A tries once to get the lock and keeps it\n",
        "  - at 5 s A is suspended for 600 s; its monotonic clock stops\n",
        "  - a request takes 10 ms to the store, and an answer 10 ms back\n"}) {
    EXPECT_NE(text.find(sentence), std::string::npos) << sentence << "\n" << text;
  }
}

TEST(Explain, HasWordsOfItsOwnForEachKindOfFault) {
  Scenario scenario = story("clocks/b27_suspend_monotonic");
  const std::uint32_t copy = add_clone(scenario, 0, "copy");
  scenario.faults.clear();
  const int kinds = static_cast<int>(TimedFault::Kind::clone) + 1;
  for (int kind = 0; kind < kinds; ++kind) {
    const bool clones = kind == static_cast<int>(TimedFault::Kind::clone);
    scenario.faults.push_back({.at = 1s,
                               .kind = static_cast<TimedFault::Kind>(kind),
                               .process = clones ? copy : std::uint32_t{0},
                               .lasts = 2s,
                               .value = -3'000'000,
                               .loses = 4s});
  }
  const std::vector<std::string> told = faults_in_words(scenario);
  EXPECT_EQ(std::set<std::string>(told.begin(), told.end()).size(), scenario.faults.size());
  EXPECT_TRUE(has(told, "at 1 s A's calendar clock steps back by 3 ms"));
  EXPECT_TRUE(has(told, "at 1 s the store's clock begins to run 3000000 ppm too slow"));
  EXPECT_TRUE(has(told,
                  "at 1 s a replica takes the store's place after 2 s; it does not know what "
                  "came in the last 4 s; its clock is back by 3 ms"));
  EXPECT_TRUE(has(told, "at 1 s A is cloned: copy runs from here on as its copy"));
}

TEST(Explain, TellsChoicesOrCountsThem) {
  Scenario scenario = story("clocks/b27_suspend_monotonic");
  scenario.faults.clear();
  scenario.choices = {{{0, Site::renew, 3, Purpose::answer_delay}, 2'000'000},
                      {{1, Site::acquire, 1, Purpose::request_loss}, 1},
                      {{0, Site::draw, 1, Purpose::value}, 5},
                      {{0, Site::renew, 4, Purpose::answer_tie}, 5}};
  EXPECT_EQ(faults_in_words(scenario),
            (std::vector<std::string>{
                "the answer to renewal #3 of A is on its way for 2 ms longer",
                "acquire #1 of B is lost on its way",
                "numbers that are drawn, and orders of events of one instant, are fixed: 2"}));
  for (std::uint32_t nth = 1; nth <= 100; ++nth) {
    scenario.choices[{1, Site::acquire, nth, Purpose::error_before_effect}] = 1;
  }
  EXPECT_TRUE(has(faults_in_words(scenario),
                  "and requests and wake-ups that meet something like it: 62 more"));
}

TEST(Explain, TellsWhatIsDrawnAndTheHeal) {
  Scenario scenario = story("clocks/b27_suspend_monotonic");
  scenario.noise.request_loss_ppm = 30'000;
  scenario.noise.late_wake_ppm = 7;
  scenario.noise.late_most = 5ms;
  scenario.heal_at = 9s;
  const std::vector<std::string> told = faults_in_words(scenario);
  EXPECT_TRUE(has(told, "by chance requests are lost: 30000 in a million"));
  EXPECT_TRUE(has(told, "by chance timers are late by up to 5 ms: 7 in a million"));
  EXPECT_EQ(told.back(), "at 9 s all is healed: from then on no fault is left");
}

}  // namespace
}  // namespace leasehold::sim
