// The oracle of I19 on histories written by hand.
#include "sim/oracles/linearisable_store.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using Call = core::Request::Kind;

/// Requests that are sent, carried out and answered one after another, unless it is said otherwise.
class Calls {
 public:
  explicit Calls(History history = {}) : history_(std::move(history)) {}

  Calls& at(Length since_start) {
    history_.at(since_start);
    return *this;
  }
  /// The lease is over at that moment, as the store judges.
  Calls& takeable(Term term, Length until) {
    history_.takeable(term, until);
    return *this;
  }
  Calls& call(std::uint32_t process, Call call, Answer::Kind said, Term term, std::uint64_t owner,
              std::uint64_t value, Previous previous = Previous::released,
              std::optional<Term> expected = {}) {
    send(process, call, expected.value_or(term), owner);
    apply(process, call, said, term, owner, value, previous);
    history_.answered(process, call, said, ordinal_);
    return *this;
  }
  Calls& grant(std::uint32_t process, Term term, std::uint64_t owner, Version version,
               Previous previous) {
    return call(process, Call::acquire, Answer::Kind::granted, term, owner, version, previous,
                previous == Previous::own ? term : term - 1);
  }
  Calls& renew(std::uint32_t process, Answer::Kind said, Term term, std::uint64_t owner, Seq seq) {
    return call(process, Call::renew, said, term, owner, seq);
  }
  Calls& release(std::uint32_t process, Answer::Kind said, Term term, std::uint64_t owner) {
    return call(process, Call::release, said, term, owner, 0);
  }
  Calls& abandon(std::uint32_t process, bool settled, Term expected, std::uint64_t owner) {
    return call(process, Call::abandon, Answer::Kind::abandoned, expected, owner, settled ? 1 : 0);
  }
  std::uint64_t send(std::uint32_t process, Call call, Term term, std::uint64_t owner) {
    history_.sent(process, call, term, owner, ++ordinal_);
    return ordinal_;
  }
  Calls& apply(std::uint32_t process, Call call, Answer::Kind said, Term term, std::uint64_t owner,
               std::uint64_t value, Previous previous = Previous::released) {
    history_.applied(process, call, said, term, owner, previous, value, ordinal_);
    return *this;
  }
  Calls& answer(std::uint32_t process, Call call, Answer::Kind heard) {
    history_.answered(process, call, heard, ordinal_);
    return *this;
  }
  Calls& duplicate(std::uint32_t process, Call call) {
    history_.duplicated(process, call, ordinal_);
    return *this;
  }
  std::string judged() const { return judged_by<LinearisableStore>(history_); }

 private:
  History history_;
  std::uint64_t ordinal_ = 0;
};

// A has term 1 until 500 ms.
Calls held() { return Calls().grant(A, 1, 1, 1, Previous::never).takeable(1, 500ms); }

std::string no_lock(const std::string& who, const std::string& said, const std::string& why) {
  return who + " was answered \"" + said + "\" at 0.400000000 s, which no lock says: " + why;
}

TEST(LinearisableStore, IsNotExercisedByTheFirstGrant) {
  EXPECT_EQ(Calls().judged(), "never exercised");
  EXPECT_EQ(held().judged(), "never exercised");
}

TEST(LinearisableStore, ALockGoesFromHandToHand) {
  EXPECT_EQ(held()
                .call(B, Call::acquire, Answer::Kind::busy, 1, 2, 1, {}, 0)
                .renew(A, Answer::Kind::renewed, 1, 1, 1)
                .takeable(1, 600ms)
                .renew(A, Answer::Kind::stale, 1, 1, 1)
                .grant(A, 1, 1, 3, Previous::own)
                .takeable(1, 600ms)
                .call(B, Call::acquire, Answer::Kind::busy, 1, 2, 3, {}, 0)
                .release(A, Answer::Kind::released, 1, 1)
                .release(A, Answer::Kind::not_owner, 1, 1)
                .call(B, Call::acquire, Answer::Kind::moved, 1, 2, 0, {}, 0)
                .grant(B, 2, 3, 5, Previous::released)
                .takeable(2, 900ms)
                .at(900ms)
                .renew(B, Answer::Kind::not_owner, 2, 3, 1)
                .call(C, Call::acquire, Answer::Kind::moved, 2, 4, 0, {}, 1)
                .grant(C, 3, 5, 6, Previous::expired)
                .renew(B, Answer::Kind::not_owner, 2, 3, 2)
                .judged(),
            "holds");
}

TEST(LinearisableStore, AnAbandonEndsItsOwnRaisesAFreeTermOrWaits) {
  EXPECT_EQ(held()
                .abandon(B, /*settled=*/true, 0, 2)
                .abandon(B, /*settled=*/false, 1, 3)
                .abandon(A, /*settled=*/true, 0, 1)
                .abandon(B, /*settled=*/true, 1, 3)
                .call(C, Call::acquire, Answer::Kind::moved, 2, 4, 0, {}, 1)
                .grant(C, 3, 5, 4, Previous::released)
                .judged(),
            "holds");
  EXPECT_EQ(held().at(400ms).abandon(B, true, 1, 3).judged(),
            no_lock("abandon #2 of B", "abandoned", "it is A's with term 1"));
  EXPECT_EQ(held().at(400ms).abandon(B, false, 0, 3).judged(),
            no_lock("abandon #2 of B", "abandoned", "it is A's with term 1"));
}

TEST(LinearisableStore, ErrorsChangeNothing) {
  EXPECT_EQ(held()
                .release(A, Answer::Kind::not_applied, 1, 1)
                .renew(A, Answer::Kind::unknown, 1, 1, 1)
                .renew(A, Answer::Kind::renewed, 1, 1, 1)
                .judged(),
            "holds");
}

TEST(LinearisableStore, TwoOwnersAtOnceAreFound) {
  const std::string early = no_lock("acquire #2 of B", "granted", "it is A's with term 1");
  for (const Previous previous : {Previous::expired, Previous::released}) {
    EXPECT_EQ(held().at(400ms).grant(B, 2, 2, 2, previous).judged(), early);
  }
  EXPECT_EQ(held().at(400ms).grant(B, 1, 2, 2, Previous::own).judged(), early);
}

// A tick early, and a tick late.
TEST(LinearisableStore, TheMomentAtWhichALeaseIsOverIsExact) {
  EXPECT_EQ(held().at(500ms).grant(B, 2, 2, 2, Previous::expired).judged(), "holds");
  EXPECT_EQ(held().at(500ms - 1ns).grant(B, 2, 2, 2, Previous::expired).judged(),
            "acquire #2 of B was answered \"granted\" at 0.499999999 s, which no lock says: "
            "it is A's with term 1");
  EXPECT_EQ(held().at(500ms).call(B, Call::acquire, Answer::Kind::busy, 1, 2, 1, {}, 0).judged(),
            "acquire #2 of B was answered \"busy\" at 0.500000000 s, which no lock says: "
            "the lease is over");
  EXPECT_EQ(held().at(500ms).renew(A, Answer::Kind::renewed, 1, 1, 1).judged(),
            "renewal #2 of A was answered \"renewed\" at 0.500000000 s, which no lock says: "
            "the lease is over");
  EXPECT_EQ(held().at(500ms).renew(A, Answer::Kind::not_owner, 1, 1, 1).judged(), "holds");
}

// The host's clock was set back: the store doubts what it wrote, and an observer may take over.
TEST(LinearisableStore, ALeaseThatTheStoreDoubtsMayBeTakenByObservation) {
  EXPECT_EQ(held().takeable(1, 9s).at(1s).grant(B, 2, 2, 2, Previous::expired).judged(), "holds");
}

// A renewal never moves an expiry backwards, so one that lies too far ahead stays where it is.
TEST(LinearisableStore, ARenewalDoesNotMendALeaseThatTheStoreDoubts) {
  const Calls renewed = held().takeable(1, 9s).at(300ms).renew(A, Answer::Kind::renewed, 1, 1, 1);
  EXPECT_EQ(Calls(renewed).takeable(1, 9s).at(400ms).grant(B, 2, 2, 3, Previous::expired).judged(),
            "holds");
  EXPECT_EQ(Calls(renewed).takeable(1, 10s).at(400ms).grant(B, 2, 2, 3, Previous::expired).judged(),
            no_lock("acquire #3 of B", "granted", "it is A's with term 1"));
}

TEST(LinearisableStore, TermsAndVersionsFollowOneAnother) {
  const Calls free = held().release(A, Answer::Kind::released, 1, 1).at(400ms);
  EXPECT_EQ(Calls(free).grant(B, 2, 2, 3, Previous::released).judged(), "holds");
  EXPECT_EQ(Calls(free).grant(B, 3, 2, 3, Previous::released).judged(),
            no_lock("acquire #3 of B", "granted", "term 3 follows on another's"));
  EXPECT_EQ(Calls(free).grant(B, 2, 2, 2, Previous::released).judged(),
            no_lock("acquire #3 of B", "granted", "version 2 follows on 2"));
  EXPECT_EQ(Calls(free).grant(B, 2, 2, 3, Previous::never).judged(),
            no_lock("acquire #3 of B", "granted", "the key is free with term 1"));
}

TEST(LinearisableStore, ALateAcquireIsDeadOnArrival) {
  EXPECT_EQ(held()
                .release(A, Answer::Kind::released, 1, 1)
                .grant(B, 2, 2, 3, Previous::released)
                .release(B, Answer::Kind::released, 2, 2)
                .at(400ms)
                .call(A, Call::acquire, Answer::Kind::granted, 3, 3, 5, Previous::released, 1)
                .judged(),
            no_lock("acquire #5 of A", "granted", "it expects term 1"));
}

TEST(LinearisableStore, WhatOneWriteHidFromAnotherIsFound) {
  EXPECT_EQ(held().at(400ms).renew(B, Answer::Kind::renewed, 1, 2, 1).judged(),
            no_lock("renewal #2 of B", "renewed", "it is A's with term 1"));
  EXPECT_EQ(held().at(400ms).release(B, Answer::Kind::released, 1, 2).judged(),
            no_lock("release #2 of B", "released", "it is A's with term 1"));
  EXPECT_EQ(held().at(400ms).release(A, Answer::Kind::not_owner, 1, 1).judged(),
            no_lock("release #2 of A", "not the owner", "it is A's with term 1"));
  EXPECT_EQ(held().at(400ms).renew(A, Answer::Kind::not_owner, 1, 1, 1).judged(),
            no_lock("renewal #2 of A", "not the owner", "it is A's with term 1"));
  EXPECT_EQ(held().at(400ms).renew(A, Answer::Kind::stale, 1, 1, 1).judged(),
            no_lock("renewal #2 of A", "stale", "there was no such renewal"));
  EXPECT_EQ(held().at(400ms).call(B, Call::acquire, Answer::Kind::moved, 1, 2, 0, {}, 0).judged(),
            no_lock("acquire #2 of B", "free, but the term has moved", "it is A's with term 1"));
  EXPECT_EQ(held()
                .renew(A, Answer::Kind::renewed, 1, 1, 1)
                .at(400ms)
                .renew(A, Answer::Kind::renewed, 1, 1, 1)
                .judged(),
            no_lock("renewal #3 of A", "renewed", "that renewal came before"));
}

TEST(LinearisableStore, ARenewalThatTakesOverIsNoLocks) {
  Calls calls = held().at(400ms);
  calls.send(B, Call::renew, 1, 2);
  EXPECT_EQ(calls.apply(B, Call::renew, Answer::Kind::granted, 2, 2, 2, Previous::expired).judged(),
            no_lock("renewal #2 of B", "granted", "it asked for no grant"));
}

TEST(LinearisableStore, WhatIsHeardWasSaid) {
  Calls calls = held().at(400ms);
  calls.send(A, Call::renew, 1, 1);
  calls.apply(A, Call::renew, Answer::Kind::renewed, 1, 1, 1);
  EXPECT_EQ(Calls(calls).answer(A, Call::renew, Answer::Kind::renewed).judged(), "holds");
  EXPECT_EQ(Calls(calls).answer(A, Call::renew, Answer::Kind::unknown).judged(), "holds")
      << "the answer may have been broken off";
  EXPECT_EQ(
      Calls(calls).answer(A, Call::renew, Answer::Kind::not_owner).judged(),
      "renewal #2 of A hears \"not the owner\" at 0.400000000 s, which the store did not say");
}

TEST(LinearisableStore, ARequestTakesEffectBetweenItsSendingAndItsAnswer) {
  Calls calls = held().at(400ms);
  EXPECT_EQ(Calls(calls).apply(A, Call::release, Answer::Kind::released, 1, 1, 0).judged(),
            "release #1 of A took effect at 0.400000000 s outside of its sending and its answer");
  calls.release(A, Answer::Kind::released, 1, 1);
  EXPECT_EQ(Calls(calls).apply(A, Call::release, Answer::Kind::not_owner, 1, 1, 0).judged(),
            "release #2 of A took effect at 0.400000000 s outside of its sending and its answer");
}

TEST(LinearisableStore, EachCopyTakesEffectOnce) {
  Calls calls = held().at(400ms);
  calls.send(A, Call::release, 1, 1);
  calls.duplicate(A, Call::release).apply(A, Call::release, Answer::Kind::released, 1, 1, 0);
  calls.answer(A, Call::release, Answer::Kind::released);
  calls.apply(A, Call::release, Answer::Kind::not_owner, 1, 1, 0);
  EXPECT_EQ(calls.judged(), "holds");
  EXPECT_EQ(Calls(calls).apply(A, Call::release, Answer::Kind::not_owner, 1, 1, 0).judged(),
            "release #2 of A took effect at 0.400000000 s more often than it was sent");
  EXPECT_EQ(calls.answer(A, Call::release, Answer::Kind::not_owner).judged(), "holds");
}

}  // namespace
}  // namespace leasehold::sim
