// What a picture knows of a history: what lasts, what travels, where an invariant breaks.
#include "sim/report/picture.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/report/clock_lines.h"
#include "sim/scenario/read.h"
#include "sim/tests/history.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Bar = Picture::Bar;
using Kind = Picture::Bar::Kind;

constexpr OwnerId of_a{1, 1};
constexpr OwnerId of_b{2, 2};

TrueTime at(Length since_start) { return TrueTime{} + on<TrueClock>(since_start); }

Event event(Length when, Event::Kind kind, std::uint32_t process, Term term = 0, OwnerId owner = {},
            Length until = {}) {
  Event event{.at = at(when), .kind = kind, .process = process, .term = term, .owner = owner};
  if (until > Length::zero()) event.until = at(until);
  return event;
}

Event answered(Length when, core::Answer::Kind answer, std::uint32_t process, Term term,
               OwnerId owner) {
  Event applied = event(when, Event::Kind::applied, process, term, owner);
  applied.detail = static_cast<std::uint8_t>(answer);
  return applied;
}

std::vector<Bar> bars_in(const Picture& picture, Kind kind) {
  std::vector<Bar> found;
  std::copy_if(picture.bars.begin(), picture.bars.end(), std::back_inserter(found),
               [kind](const Bar& bar) { return bar.kind == kind; });
  return found;
}

::testing::AssertionResult lasts(const std::vector<Bar>& bars, Length from, Length to) {
  const bool found = std::any_of(bars.begin(), bars.end(), [&](const Bar& bar) {
    return bar.from == at(from) && bar.to == at(to);
  });
  if (found) return ::testing::AssertionSuccess();
  ::testing::AssertionResult result = ::testing::AssertionFailure() << "found only";
  for (const Bar& bar : bars) result << " " << bar.from.ns() << ".." << bar.to.ns();
  return result;
}

// A holds until 10 s, is prolonged once it was over, and believes on when B has the key.
std::vector<Event> a_history() {
  return {
      answered(1s, core::Answer::Kind::granted, A, 1, of_a),
      event(1s, Event::Kind::takeable, nobody, 1, {}, 10s),
      event(2s, Event::Kind::belief_begins, A, 1, of_a),
      event(9s, Event::Kind::stop_told, A, 1),
      answered(12s, core::Answer::Kind::renewed, A, 1, of_a),
      event(12s, Event::Kind::takeable, nobody, 1, {}, 20s),
      event(12s, Event::Kind::renewed, A, 1),
      answered(25s, core::Answer::Kind::granted, B, 2, of_b),
      event(25s, Event::Kind::takeable, nobody, 2, {}, 35s),
      event(26s, Event::Kind::belief_begins, B, 2, of_b),
      event(27s, Event::Kind::belief_ends, A, 1),
      answered(28s, core::Answer::Kind::released, B, 2, of_b),
  };
}

TEST(Picture, ShowsTheLeaseAsTheStoreHasIt) {
  const Picture picture = picture_of(a_history(), {}, at(40s));
  const auto tenures = bars_in(picture, Kind::tenure);
  EXPECT_EQ(tenures.size(), 3U);
  EXPECT_TRUE(lasts(tenures, 1s, 10s));
  EXPECT_TRUE(lasts(tenures, 12s, 20s));
  EXPECT_TRUE(lasts(tenures, 25s, 28s));
  const auto lapsed = bars_in(picture, Kind::lapsed);
  EXPECT_EQ(lapsed.size(), 2U);
  EXPECT_TRUE(lasts(lapsed, 10s, 12s));
  EXPECT_TRUE(lasts(lapsed, 20s, 25s));
}

TEST(Picture, ShowsWhatOfABeliefNoLeaseCovers) {
  const Picture picture = picture_of(a_history(), {}, at(40s));
  EXPECT_TRUE(lasts(bars_in(picture, Kind::belief), 2s, 27s));
  const auto beyond = bars_in(picture, Kind::beyond);
  EXPECT_TRUE(lasts(beyond, 10s, 12s));
  EXPECT_TRUE(lasts(beyond, 20s, 27s));
  // B believes on when it has released: that is without a lease too.
  EXPECT_TRUE(lasts(beyond, 28s, 40s));
  EXPECT_EQ(beyond.size(), 3U);
  EXPECT_TRUE(lasts(bars_in(picture, Kind::jeopardy), 9s, 12s));
}

TEST(Picture, GoesByOwnersWhenTwoHaveTheSameTerm) {
  std::vector<Event> events = a_history();
  for (Event& event : events) event.term = 1;
  // The last lease that the store knows is B's.
  const auto beyond = bars_in(picture_of(events, {}, at(40s)), Kind::beyond);
  EXPECT_TRUE(lasts(beyond, 20s, 27s));
  EXPECT_TRUE(lasts(beyond, 28s, 40s));
}

TEST(Picture, EndsWhatNeverEndedWhereTheHistoryEnds) {
  const std::vector<Event> events{event(1s, Event::Kind::crashed, A),
                                  event(2s, Event::Kind::belief_begins, B, 7, of_b)};
  const Picture picture = picture_of(events, {}, at(5s));
  ASSERT_EQ(picture.bars.size(), 2U);
  for (const Bar& bar : picture.bars) {
    EXPECT_TRUE(bar.open);
    EXPECT_EQ(bar.to, at(5s));
  }
}

TEST(Picture, ShowsATimerThatIsLateUntilItsProcessDoesSomething) {
  const std::vector<Event> events{event(1s, Event::Kind::wake_late, A, 0, {}, 9s),
                                  event(2s, Event::Kind::wake_late, B, 0, {}, 3s),
                                  event(4s, Event::Kind::sent, A), event(5s, Event::Kind::sent, B)};
  const auto late = bars_in(picture_of(events, {}, at(10s)), Kind::overslept);
  ASSERT_EQ(late.size(), 2U);
  EXPECT_TRUE(lasts(late, 1s, 4s));
  EXPECT_TRUE(lasts(late, 2s, 3s));
}

// --- worlds ---

struct Seen {
  Scenario scenario;
  Run run;
  Picture picture;
};

Seen seen(const std::string& story, const std::string& algorithm) {
  Seen seen{read_scenario_file("scenarios/" + story + ".json").value(), {}, {}};
  seen.run = run(seen.scenario, algorithm, {.keep_trace = true});
  seen.picture = picture_of(seen.run.trace, seen.run.judgements, at(seen.scenario.run_for));
  return seen;
}

const Picture::Band* band_of(const Picture& picture, Invariant invariant) {
  const auto found =
      std::find_if(picture.bands.begin(), picture.bands.end(),
                   [invariant](const Picture::Band& band) { return band.invariant == invariant; });
  return found == picture.bands.end() ? nullptr : &*found;
}

TEST(Picture, StretchesAnOverlapOverTheTimeInWhichTwoBelieve) {
  const Seen laptop = seen("clocks/b27_suspend_monotonic", "answer-anchored");
  const Picture::Band* const overlap = band_of(laptop.picture, Invariant::I1);
  ASSERT_NE(overlap, nullptr);
  EXPECT_EQ(overlap->from, at(18300ms));
  EXPECT_EQ(overlap->to, at(606060ms));
  EXPECT_EQ(laptop.run.trace.at(overlap->event).kind, Event::Kind::belief_begins);
  const Picture::Band* const excess = band_of(laptop.picture, Invariant::I13);
  ASSERT_NE(excess, nullptr);
  EXPECT_EQ(excess->from, at(15010ms));
  EXPECT_EQ(excess->to, at(15020ms));
  EXPECT_TRUE(seen("clocks/b27_suspend_monotonic", "leasehold").picture.bands.empty());
}

TEST(Picture, PutsEachRequestTogether) {
  const Seen late = seen("answers/b05_late_keepalive_answer", "answer-anchored");
  std::size_t sent = 0;
  for (const Event& one : late.run.trace) sent += one.kind == Event::Kind::sent ? 1 : 0;
  ASSERT_EQ(late.picture.messages.size(), sent);
  const auto has = [&late](bool Picture::Message::*what) {
    return std::count_if(late.picture.messages.begin(), late.picture.messages.end(),
                         [what](const Picture::Message& message) { return message.*what; });
  };
  EXPECT_EQ(has(&Picture::Message::late_answer), 1);
  EXPECT_EQ(has(&Picture::Message::late_request), 0);
  EXPECT_EQ(has(&Picture::Message::doubled), 0);
}

TEST(Picture, TellsCopiesAndLossesAndFailuresApart) {
  const Seen copy = seen("releases/a_second_copy", "leasehold");
  EXPECT_TRUE(std::any_of(copy.picture.messages.begin(), copy.picture.messages.end(),
                          [](const Picture::Message& message) {
                            return message.doubled && message.arrivals.size() == 2;
                          }));
  const Seen cut = seen("network/one_way_partition", "leasehold");
  EXPECT_TRUE(std::any_of(
      cut.picture.messages.begin(), cut.picture.messages.end(),
      [](const Picture::Message& message) { return message.answer_lost && !message.answered; }));
  const Seen outage = seen("errors/outage_longer_than_the_lease", "leasehold");
  EXPECT_TRUE(std::any_of(outage.picture.messages.begin(), outage.picture.messages.end(),
                          [](const Picture::Message& message) { return message.failed; }));
  const Seen fence = seen("fences/b19_pause_before_write", "leasehold");
  EXPECT_TRUE(std::any_of(
      fence.picture.messages.begin(), fence.picture.messages.end(),
      [](const Picture::Message& message) { return message.is_write && message.refused; }));
}

// --- clocks ---

std::optional<ClockLine> line_of(const Seen& seen, std::uint32_t process, const std::string& name) {
  for (const ClockLine& line : clock_lines_of(seen.scenario, seen.run.trace)) {
    if (line.process == process && line.name == name) return line;
  }
  return std::nullopt;
}

TEST(ClockLines, StandStillInSuspend) {
  const Seen laptop = seen("clocks/b27_suspend_monotonic", "leasehold");
  const auto monotonic = line_of(laptop, A, "monotonic");
  ASSERT_TRUE(monotonic);
  ASSERT_EQ(monotonic->pieces.size(), 3U);
  EXPECT_EQ(monotonic->pieces[1].at, at(5s));
  EXPECT_EQ(monotonic->pieces[1].shows_ns, 5'000'000'000);
  EXPECT_EQ(monotonic->pieces[1].rate_ppm, -1'000'000);
  EXPECT_EQ(monotonic->pieces[2].at, at(605s));
  EXPECT_EQ(monotonic->pieces[2].shows_ns, 5'000'000'000);
  EXPECT_EQ(monotonic->pieces[2].rate_ppm, 0);
  const auto boot = line_of(laptop, A, "clock");
  ASSERT_TRUE(boot);
  EXPECT_EQ(boot->pieces.back().shows_ns, 605'000'000'000);
  EXPECT_FALSE(line_of(laptop, B, "monotonic"));
}

TEST(ClockLines, DriftAndStep) {
  const Seen drift = seen("clocks/drifting_apart", "leasehold");
  EXPECT_EQ(line_of(drift, A, "clock").value().pieces.front().rate_ppm, -10'000);
  EXPECT_EQ(line_of(drift, B, "clock").value().pieces.front().rate_ppm, 10'000);
  const Seen step = seen("clocks/b21_clock_forward_step", "leasehold");
  const auto calendar = line_of(step, A, "calendar");
  ASSERT_TRUE(calendar);
  const ClockLine::Piece& after = calendar->pieces.back();
  EXPECT_EQ(after.shows_ns - after.at.ns(), 3'600'000'000'000);
  EXPECT_TRUE(line_of(step, nobody, "host's clock"));
}

TEST(ClockLines, OfACloneBeginWithWhatItsOriginalShows) {
  const Seen clone = seen("clones/an_old_snapshot", "leasehold");
  const auto line = line_of(clone, 2, "clock");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->pieces.front().at, at(2500ms));
  EXPECT_EQ(line->pieces.front().shows_ns, 2'500'000'000);
}

}  // namespace
}  // namespace leasehold::sim
