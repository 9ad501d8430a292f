// What some stories under scenarios/ are about is a bound in figures: how long a takeover or a wait
// may take (I4, I12), how many requests waiters may send (I11), and that a holder keeps what it
// need not lose (I10). The oracles judge these for any world and are as lenient as that takes; here
// the story's own figure is read off the history.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/scenario/read.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t A = 0;
constexpr std::uint32_t B = 1;

class Story {
 public:
  Story(const std::string& file, const std::string& algorithm) {
    const Result<Scenario> read = read_scenario_file("scenarios/" + file + ".json");
    EXPECT_TRUE(read) << read.error().detail;
    if (!read) return;
    scenario_ = *read;
    run_ = run(scenario_, algorithm, {.keep_trace = true});
  }

  const Scenario& scenario() const { return scenario_; }
  const Tally& tally() const { return run_.tally; }
  /// When it happened to `process`, each time.
  std::vector<Length> moments(Event::Kind kind, std::uint32_t process) const {
    std::vector<Length> moments;
    for (const Event& event : run_.trace) {
      if (event.kind == kind && event.process == process) moments.push_back(Length(event.at.ns()));
    }
    return moments;
  }
  std::size_t count(Event::Kind kind) const {
    return static_cast<std::size_t>(
        std::count_if(run_.trace.begin(), run_.trace.end(),
                      [kind](const Event& event) { return event.kind == kind; }));
  }
  /// How many acquires were sent in the fullest millisecond after `from`.
  std::size_t fullest_millisecond(Length from) const {
    std::map<std::int64_t, std::size_t> sent;
    for (const Event& event : run_.trace) {
      const bool acquire =
          event.kind == Event::Kind::sent && event.call == core::Request::Kind::acquire;
      if (acquire && Length(event.at.ns()) > from) ++sent[event.at.ns() / 1'000'000];
    }
    std::size_t fullest = 0;
    for (const auto& [at, count] : sent) fullest = std::max(fullest, count);
    return fullest;
  }

 private:
  Scenario scenario_;
  Run run_;
};

bool any_within(const std::vector<Length>& moments, Length from, Length to) {
  return std::any_of(moments.begin(), moments.end(),
                     [=](Length at) { return at >= from && at <= to; });
}

// I4: B's first call lasts until 3.25 s; a lease of 500 ms and the waits between tries fit in.
TEST(StoryBounds, AClockThatIsSetBackKeepsNobodyOut) {
  const std::string file = "clocks/b22_clock_backward_step";
  const Story leasehold(file, "leasehold");
  EXPECT_TRUE(any_within(leasehold.moments(Event::Kind::granted, B), 700ms, 2500ms));
  const Story seed(file, "matrix-sdk");
  EXPECT_TRUE(seed.moments(Event::Kind::granted, B).empty()) << "the row lives for an hour";
}

// I4
TEST(StoryBounds, AfterACrashTheNextComesWithinTheTakeoverBound) {
  const Story story("identity/crash_leaves_the_row", "leasehold");
  const std::vector<Length> granted = story.moments(Event::Kind::granted, B);
  ASSERT_EQ(granted.size(), 1U);
  EXPECT_GT(granted.front(), 500ms);
  EXPECT_LE(granted.front(), 120ms + takeover_bound(story.scenario().config));
}

// I4: an expiry of one's own clock domain is trusted, so that a cold start costs two ways there and
// back: the first answer says which term to expect.
TEST(StoryBounds, AColdStartOnOneHostWaitsForNobody) {
  const Story story("clocks/b37_restart_wait", "leasehold");
  const std::vector<Length> granted = story.moments(Event::Kind::granted, A);
  ASSERT_EQ(granted.size(), 2U);
  EXPECT_LE(granted.back(), 12s + 4ms);
}

// I12: a wait that is over is over for its own call.
TEST(StoryBounds, AWaitThatTimedOutDoesNotShortenTheNext) {
  const std::string file = "waits/b39_sticky_timeout";
  const Story leasehold(file, "leasehold");
  const std::vector<Length> refused = leasehold.moments(Event::Kind::refused, B);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused.front(), 3010ms);
  EXPECT_TRUE(any_within(leasehold.moments(Event::Kind::granted, B), 6s, 7100ms));
  const Story seed(file, "matrix-sdk");
  const std::vector<Length> given_up = seed.moments(Event::Kind::refused, B);
  ASSERT_EQ(given_up.size(), 2U);
  EXPECT_LT(given_up.front(), 1400ms) << "by itself, before its caller's 3 s were over";
  EXPECT_LE(given_up.back(), 5s + 2ms) << "at once, at the first try";
  EXPECT_TRUE(seed.moments(Event::Kind::granted, B).empty());
}

// I11: who waits in step asks in step.
TEST(StoryBounds, AHerdOfWaitersIsSpread) {
  const std::string file = "waits/b42_herd";
  const Story leasehold(file, "leasehold");
  const Story seed(file, "matrix-sdk");
  // The first tries are of one instant: so are the calls.
  EXPECT_LE(leasehold.fullest_millisecond(105ms), 6U);
  EXPECT_EQ(seed.fullest_millisecond(105ms), 20U);
  EXPECT_EQ(leasehold.count(Event::Kind::granted), 21U);
  EXPECT_LT(seed.count(Event::Kind::granted), 21U) << "some gave up";
}

// No clock of A's can tell that it stood still; the first answer of the store does.
TEST(StoryBounds, AFrozenMachineLearnsOfItsLossFromTheFirstAnswer) {
  const Story story("pauses/b28_vm_pause", "leasehold");
  const std::vector<Length> lost = story.moments(Event::Kind::lost, A);
  ASSERT_EQ(lost.size(), 1U);
  std::vector<Length> answered = story.moments(Event::Kind::answered, A);
  std::erase_if(answered, [](Length at) { return at < 65s; });
  ASSERT_FALSE(answered.empty());
  EXPECT_EQ(answered.front(), lost.front());
}

std::vector<Event> writes_of(const Scenario& scenario, std::uint32_t process) {
  std::vector<Event> writes = run(scenario, "leasehold", {.keep_trace = true}).trace;
  std::erase_if(writes, [process](const Event& event) {
    return event.kind != Event::Kind::write_came || event.process != process;
  });
  return writes;
}

// I13: with the delay A's late write comes before B has the key, without it afterwards.
TEST(StoryBounds, LateWorkHasComeToRestBeforeTheKeyPassesOn) {
  Scenario scenario = Story("delays/late_work_of_a_lost_lease", "leasehold").scenario();
  const std::vector<Event> delayed = writes_of(scenario, A);
  ASSERT_EQ(delayed.size(), 1U);
  EXPECT_EQ(delayed.front().detail, 1) << "a fence would have let it through";
  scenario.config.timing.lock_delay = 0s;
  const std::vector<Event> at_once = writes_of(scenario, A);
  ASSERT_EQ(at_once.size(), 1U);
  EXPECT_EQ(at_once.front().detail, 0);
}

// I15
TEST(StoryBounds, AJobThatTwoMachinesStartIsDoneOncePerRound) {
  const Story story("delays/two_machines_start_one_job", "leasehold");
  EXPECT_EQ(story.tally().tenures, 2U);
  EXPECT_EQ(story.moments(Event::Kind::granted, A).size(), 3U) << "its second task joined";
  EXPECT_TRUE(story.moments(Event::Kind::granted, B).empty());
  const std::vector<Length> ended = story.moments(Event::Kind::stopped, A);
  ASSERT_EQ(ended.size(), 2U);
  EXPECT_EQ(ended.front(), 2ms + 1s) << "counted from the grant";
  EXPECT_EQ(Story("delays/two_machines_start_one_job", "answer-anchored").tally().tenures, 5U);
}

// I4: a lease of 1 s was renewed last at about 600 ms, and the hold is 5 s.
TEST(StoryBounds, WhoDiesWithinItsMinimumHoldKeepsTheKeyForALeaseAndNoLonger) {
  const Story story("delays/dies_within_its_minimum_hold", "leasehold");
  const std::vector<Length> granted = story.moments(Event::Kind::granted, B);
  ASSERT_EQ(granted.size(), 1U);
  EXPECT_GT(granted.front(), 1600ms);
  EXPECT_LT(granted.front(), 1800ms);
}

// I10: nothing in these stories costs the holder its lease.
TEST(StoryBounds, AHolderKeepsWhatItNeedNotLose) {
  for (const char* file : {"waits/b45_wait_is_not_the_tenure", "errors/errors_within_tolerance",
                           "errors/b49_step_down_cascade", "pauses/shorter_than_the_lease"}) {
    SCOPED_TRACE(file);
    const Story story(file, "leasehold");
    EXPECT_EQ(story.tally().losses, 0U);
    EXPECT_GT(story.tally().tenures, 1U);
  }
  EXPECT_EQ(Story("errors/b49_step_down_cascade", "answer-anchored").tally().losses, 3U);
}

}  // namespace
}  // namespace leasehold::sim
