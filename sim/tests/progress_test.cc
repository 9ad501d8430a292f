// The half of I10's oracle that judges what comes after a heal, on histories written by hand; and
// the bound that it judges by.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "sim/oracles/available.h"
#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Ending = ShellListener::Ending;

Bounds some_bounds() {
  return {.timing = host_preset().timing, .inside = true, .progress = Length(10s)};
}

std::string judged(const History& history, const Bounds& bounds = some_bounds(),
                   Length end = 100s) {
  Available oracle(abc, bounds);
  for (const Event& event : history.events()) oracle.see(event);
  oracle.finish(TrueTime{} + on<TrueClock>(end));
  return oracle.finding() ? oracle.finding()->sentence : to_string(oracle.verdict());
}

// A holds from 1 s on, B waits from 2 s on; all is healed at 20 s.
History healed() {
  return History().at(1s).acquire(A, 1).told_granted(A, 1, 1).at(2s).acquire(B, 1).at(20s).tell(
      Event::Kind::healed, nobody, 0);
}

std::string waited(const std::string& who, const std::string& from, const std::string& until) {
  return who + " was waiting from " + from + " s to " + until +
         " s for a key that nobody held, after everything was healed, and nobody got it within 10s";
}

TEST(Progress, WhoIsServedInTimeIsFine) {
  EXPECT_EQ(judged(healed().at(30s).drop(A, 1).at(40s).told_granted(B, 2, 1)), "holds");
  EXPECT_EQ(judged(healed().at(30s).lost(A, 1).at(31s).told_granted(B, 2, 1)), "holds");
}

TEST(Progress, NobodyServedInTimeIsFound) {
  const std::string found = waited("B", "30.000000000", "40.000000000");
  EXPECT_EQ(judged(healed().at(30s).drop(A, 1)), found) << "at the end";
  EXPECT_EQ(judged(healed().at(30s).lost(A, 1)), found);
  EXPECT_EQ(judged(healed().at(30s).stopped(A, 1)), found);
  EXPECT_EQ(judged(healed().at(30s).crashed(A)), found);
  EXPECT_EQ(judged(healed().at(30s).drop(A, 1).at(40s + 1ns).told_granted(B, 2, 1)), found)
      << "by a nanosecond";
}

TEST(Progress, IsCountedFromTheHeal) {
  const History history =
      History().at(1s).acquire(B, 1).at(20s).tell(Event::Kind::healed, nobody, 0);
  EXPECT_EQ(judged(history), waited("B", "20.000000000", "30.000000000"));
  EXPECT_EQ(judged(History(history).at(30s).told_granted(B, 1, 1)), "holds");
}

TEST(Progress, IsNotJudgedWithoutAHealOrAPromise) {
  EXPECT_EQ(judged(History().at(1s).acquire(B, 1)), "never exercised");
  EXPECT_EQ(judged(healed().at(30s).drop(A, 1), {.timing = host_preset().timing, .inside = true}),
            "never exercised");
}

TEST(Progress, WhoHoldsMayDoSo) {
  EXPECT_EQ(judged(healed()), "never exercised");
  // Of two guards one is left.
  EXPECT_EQ(judged(healed().acquire(A, 2).told_granted(A, 1, 2).at(30s).drop(A, 1)),
            "never exercised");
  EXPECT_EQ(
      judged(healed().acquire(A, 2).told_granted(A, 1, 2).at(30s).drop(A, 1).at(31s).drop(A, 1)),
      waited("B", "31.000000000", "41.000000000"));
  // A guard of a dead tenure holds nothing.
  EXPECT_EQ(judged(healed().at(30s).lost(A, 1).at(35s).drop(A, 1)),
            waited("B", "35.000000000", "45.000000000"));
}

TEST(Progress, AnyWaiterWillDo) {
  const History history = healed().acquire(C, 1).at(30s).drop(A, 1).at(39s).told_granted(C, 2, 1);
  EXPECT_EQ(judged(history, some_bounds(), 60s), "holds");
  EXPECT_EQ(judged(History(history).at(41s).drop(C, 2), some_bounds(), 60s),
            waited("B", "41.000000000", "51.000000000"));
}

TEST(Progress, WhoLeavesWithNothingStartsTheTimeAnew) {
  const History two = healed().acquire(C, 1).at(30s).drop(A, 1).at(35s);
  const std::string later = waited("B", "35.000000000", "45.000000000");
  EXPECT_EQ(judged(History(two).cancel(C, 1)), later);
  EXPECT_EQ(judged(History(two).waits_until(C, 1, 35s).refused(C, Ending::timed_out,
                                                               core::Refusal::busy, 1)),
            later);
  // A try that hears "busy" took nothing; one that was granted too late did.
  EXPECT_EQ(judged(History(two).attempt(C, 2).refused(C, Ending::busy, core::Refusal::busy, 2)),
            waited("B", "30.000000000", "40.000000000"));
  EXPECT_EQ(judged(History(two).attempt(C, 2).refused(C, Ending::busy, core::Refusal::too_late, 2)),
            later);
}

TEST(Progress, WhoHasLeftDoesNotWait) {
  EXPECT_EQ(judged(healed().at(29s).cancel(B, 1).at(30s).drop(A, 1)), "never exercised");
  EXPECT_EQ(judged(healed().at(29s).crashed(B).at(30s).drop(A, 1)), "never exercised");
  EXPECT_EQ(judged(healed()
                       .waits_until(B, 1, 29s)
                       .at(29s)
                       .refused(B, Ending::timed_out, core::Refusal::busy, 1)
                       .at(30s)
                       .drop(A, 1)),
            "never exercised");
}

// The lock has no right to give up for somebody who waits without end.
TEST(Progress, WhoIsSentAwayStillWaits) {
  EXPECT_EQ(judged(healed()
                       .at(29s)
                       .refused(B, Ending::timed_out, core::Refusal::busy, 1)
                       .at(30s)
                       .drop(A, 1)),
            waited("B", "30.000000000", "40.000000000"));
}

TEST(ProgressBound, IsMadeOfWhatItWaitsFor) {
  Config config = host_preset();
  // L 5 s, Q 1 s, b 100 ms, P 1 s, q 1 ms, q_l 1 ns: OW is L + q_l, a takeover L + q + 1.1 s + Q.
  EXPECT_EQ(takeover_bound(config), 7101ms);
  EXPECT_EQ(progress_bound(config, 2ms), 2ms + 1s + 5ns + 7101ms + 1s);
  config.authority = Authority::observation;
  EXPECT_EQ(progress_bound(config, 2ms), 2ms + 5s + 1s + 5ns + takeover_bound(config) + 1s);
}

TEST(ProgressBound, IsPromisedWhereTheStoreAnswersInTime) {
  Scenario world;
  world.config = host_preset();
  world.processes = {{.name = "A"}};
  world.run_for = 1s;
  world.request_way = 999'999'999ns;
  EXPECT_TRUE(bounds_of(world).progress.has_value());
  world.answer_way = 1ns;
  EXPECT_FALSE(bounds_of(world).progress.has_value());
}

}  // namespace
}  // namespace leasehold::sim
