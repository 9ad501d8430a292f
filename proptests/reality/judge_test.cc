// The judge of real histories: it sees an overlap that was written down, and none where none was.
#include "proptests/reality/judge.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "proptests/reality/record.h"
#include "sim/report/picture.h"

namespace leasehold::reality {
namespace {

using Kind = Line::Kind;

sim::Verdict verdict_of(const std::vector<Life>& lives, sim::Invariant invariant) {
  for (const auto& entry : judge(lives).entries) {
    if (entry.invariant == invariant) return entry.verdict;
  }
  return sim::Verdict::never_exercised;
}

Life first(std::int64_t killed_at, std::vector<Line> more = {}) {
  Life life{"p0", {{Kind::granted, 10, 1, 0}, {Kind::held, 11, 1, 100}}, killed_at};
  life.lines.insert(life.lines.end(), more.begin(), more.end());
  return life;
}
Life second(std::int64_t from) {
  return {"p1", {{Kind::granted, from, 2, 0}, {Kind::held, from, 2, from + 100}}, 1000};
}

TEST(RealityJudge, TwoWhoBelieveAtOnceAreFound) {
  EXPECT_EQ(verdict_of({first(1000), second(99)}, sim::Invariant::I1), sim::Verdict::broken);
  EXPECT_EQ(verdict_of({first(1000), second(100)}, sim::Invariant::I1), sim::Verdict::holds)
      << "the deadline itself is not believed in";
}

TEST(RealityJudge, ATermThatAForgetfulStoreGivesTwiceIsOfTwoTenures) {
  const std::vector<Line> again{
      {Kind::dropped, 40, 1, 0}, {Kind::granted, 50, 1, 0, 7}, {Kind::held, 51, 1, 90, 7}};
  EXPECT_EQ(verdict_of({first(1000, again)}, sim::Invariant::I14), sim::Verdict::holds);
  const std::vector<Line> risen{
      {Kind::dropped, 40, 1, 0}, {Kind::granted, 50, 1, 0}, {Kind::held, 51, 1, 90}};
  EXPECT_EQ(verdict_of({first(1000, risen)}, sim::Invariant::I14), sim::Verdict::broken);
}

TEST(RealityJudge, EveryOverlapIsCounted) {
  EXPECT_EQ(judge({first(1000), second(100)}).overlaps, 0U);
  EXPECT_EQ(judge({first(1000), second(99)}).overlaps, 1U);
  Life third = second(99);
  third.name = "p2";
  EXPECT_EQ(judge({first(1000), second(99), third}).overlaps, 2U);
}

TEST(RealityJudge, ADeadOrDroppedOrLostBeliefIsNoBelief) {
  EXPECT_EQ(verdict_of({first(50), second(50)}, sim::Invariant::I1), sim::Verdict::holds);
  EXPECT_EQ(verdict_of({first(51), second(50)}, sim::Invariant::I1), sim::Verdict::broken);
  EXPECT_EQ(verdict_of({first(1000, {{Kind::dropped, 40, 1, 0}}), second(40)}, sim::Invariant::I1),
            sim::Verdict::holds);
  EXPECT_EQ(verdict_of({first(1000, {{Kind::lost, 40, 1, 0}}), second(40)}, sim::Invariant::I1),
            sim::Verdict::holds);
}

TEST(RealityJudge, ARenewalProlongsTheBelief) {
  EXPECT_EQ(verdict_of({first(1000, {{Kind::held, 60, 1, 160}}), second(150)}, sim::Invariant::I1),
            sim::Verdict::broken);
}

TEST(RealityJudge, OneTermIsOneProcesss) {
  Life other = second(200);
  other.lines[0].term = 1;
  EXPECT_EQ(verdict_of({first(100), other}, sim::Invariant::I3), sim::Verdict::broken);
}

TEST(RealityJudge, AGuardThatRisesFromTheDeadIsFound) {
  const Life risen = first(1000, {{Kind::lost, 40, 1, 0}, {Kind::held, 50, 1, 150}});
  EXPECT_EQ(verdict_of({risen}, sim::Invariant::I14), sim::Verdict::broken);
}

TEST(RealityRecord, CanBeReadBackAndShowsLivesOfASeatOneAfterAnother) {
  Life before = first(300, {{Kind::written, 60, 1, 0}, {Kind::refused, 70, 1, 0}});
  before.born_at = 5;
  before.stops = {{20, 30}};
  Life after = second(400);
  after.born_at = 310;
  Life other = second(600);
  other.lines[0].term = other.lines[1].term = 3;
  other.seat = 1;
  other.born_at = 6;
  std::ostringstream out;
  sim::write_recording(out, recording_of({before, after, other}));
  std::istringstream in(out.str().substr(sim::recording_mark.size()));
  const auto read = sim::read_recordings(std::string(sim::recording_mark), in, "test");
  ASSERT_TRUE(read) << read.error().detail;
  const sim::Recording& recording = read->front();
  EXPECT_EQ(recording.cast.processes, (std::vector<std::string>{"P1", "P2"}));
  const auto bars = sim::picture_of(recording.events, {}, recording.events.back().at).bars;
  using Bar = sim::Picture::Bar;
  const auto has = [&bars](Bar::Kind kind, std::uint32_t seat, std::int64_t from, std::int64_t to) {
    return std::any_of(bars.begin(), bars.end(), [&](const Bar& bar) {
      return bar.kind == kind && bar.process == seat && bar.from.ns() == from && bar.to.ns() == to;
    });
  };
  // Counted from the first birth, at 5.
  EXPECT_TRUE(has(Bar::Kind::belief, 0, 6, 95));
  EXPECT_TRUE(has(Bar::Kind::paused, 0, 15, 25));
  EXPECT_TRUE(has(Bar::Kind::dead, 0, 295, 305));
  EXPECT_TRUE(has(Bar::Kind::belief, 0, 395, 495));
  EXPECT_TRUE(has(Bar::Kind::belief, 1, 595, 695));
  EXPECT_EQ(std::count_if(
                recording.events.begin(), recording.events.end(),
                [](const sim::Event& event) { return event.kind == sim::Event::Kind::write_came; }),
            2);
}

TEST(RealityJudge, LinesAreReadAsTheyWereWrittenAndTornOnesAreSkipped) {
  const Line line{Kind::held, 123, 4, 567};
  EXPECT_EQ(line_of(to_text(line)), line);
  EXPECT_EQ(line_of("H 123 4"), std::nullopt);
  EXPECT_EQ(line_of("X 1 2 3"), std::nullopt);
  EXPECT_EQ(line_of(""), std::nullopt);
}

}  // namespace
}  // namespace leasehold::reality
