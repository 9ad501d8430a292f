// The judge of real histories: it sees an overlap that was written down, and none where none was.
#include "proptests/reality/judge.h"

#include <gtest/gtest.h>

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

TEST(RealityJudge, LinesAreReadAsTheyWereWrittenAndTornOnesAreSkipped) {
  const Line line{Kind::held, 123, 4, 567};
  EXPECT_EQ(line_of(to_text(line)), line);
  EXPECT_EQ(line_of("H 123 4"), std::nullopt);
  EXPECT_EQ(line_of("X 1 2 3"), std::nullopt);
  EXPECT_EQ(line_of(""), std::nullopt);
}

}  // namespace
}  // namespace leasehold::reality
