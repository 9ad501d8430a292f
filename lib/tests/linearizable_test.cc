// The judge of concurrent histories, on histories by hand.
#include "lib/tests/stores/linearizable.h"

#include <gtest/gtest.h>

namespace leasehold {
namespace {

using Kind = core::Request::Kind;
using Answered = core::Answer::Kind;

/// A call that lasted from `asked` to `answered`, and what came back.
Observed seen(std::int64_t asked, std::int64_t answered, Kind kind, std::uint64_t owner, Term term,
              const core::Answer& answer, const std::string& who = {}) {
  Observed one;
  one.call.key = "k";
  one.call.lease = std::chrono::hours(1);
  one.call.info = "i";
  one.reply.answer = answer;
  one.reply.who = who;
  one.asked = asked;
  one.answered = answered;
  one.call.request.kind = kind;
  one.call.request.owner = OwnerId{1, owner};
  one.call.request.term = term;
  return one;
}
core::Answer granted(Term term, Version version, OwnerId previous = {},
                     Previous how = Previous::never) {
  core::Answer answer;
  answer.kind = Answered::granted;
  answer.term = term;
  answer.version = version;
  answer.previous_owner = previous;
  answer.previous = how;
  return answer;
}
core::Answer plain(Answered kind, Term term = 0, Version version = 0, Length lease = {}) {
  core::Answer answer;
  answer.kind = kind;
  answer.term = term;
  answer.version = version;
  answer.lease = lease;
  return answer;
}
core::Answer busy(Term term, Version version) {
  return plain(Answered::busy, term, version, std::chrono::hours(1));
}

TEST(Linearizer, AcceptsTheOrderThatExplainsTheAnswers) {
  // The second is asked first and loses: it took effect after the first.
  EXPECT_EQ(Linearizer({seen(0, 10, Kind::acquire, 1, 0, busy(1, 1), "i"),
                        seen(1, 9, Kind::acquire, 2, 0, granted(1, 1))})
                .search(),
            Linearizable::yes);
}

TEST(Linearizer, RefusesTwoGrantsOfOneTerm) {
  EXPECT_EQ(Linearizer({seen(0, 10, Kind::acquire, 1, 0, granted(1, 1)),
                        seen(1, 9, Kind::acquire, 2, 0, granted(1, 1))})
                .search(),
            Linearizable::no);
}

TEST(Linearizer, RefusesAnAnswerThatForgetsWhatWasAnsweredBefore) {
  EXPECT_EQ(Linearizer({seen(0, 1, Kind::acquire, 1, 0, granted(1, 1)),
                        seen(2, 3, Kind::acquire, 2, 0, plain(Answered::moved))})
                .search(),
            Linearizable::no);
}

TEST(Linearizer, AnUnknownCallTookEffectOrNever) {
  const auto lost = seen(0, 1, Kind::acquire, 1, 0, plain(Answered::unknown));
  EXPECT_EQ(Linearizer({lost, seen(2, 3, Kind::acquire, 2, 0, busy(1, 1), "i")}).search(),
            Linearizable::yes);
  EXPECT_EQ(Linearizer({lost, seen(2, 3, Kind::acquire, 2, 0, granted(1, 1))}).search(),
            Linearizable::yes);
  // ... and not before it was asked.
  EXPECT_EQ(Linearizer({seen(5, 6, Kind::acquire, 1, 0, plain(Answered::unknown)),
                        seen(2, 3, Kind::acquire, 2, 0, busy(1, 1), "i")})
                .search(),
            Linearizable::no);
}

TEST(Linearizer, ACallThatWasNotAppliedNeverTookEffect) {
  EXPECT_EQ(Linearizer({seen(0, 1, Kind::acquire, 1, 0, plain(Answered::not_applied)),
                        seen(2, 3, Kind::acquire, 2, 0, busy(1, 1), "i")})
                .search(),
            Linearizable::no);
}

}  // namespace
}  // namespace leasehold
