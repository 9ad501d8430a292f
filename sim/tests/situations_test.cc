// What is counted as met, on histories by hand: each with what is nearly the same and does not
// count.
#include "sim/oracles/situations.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/tests/history.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Answer = core::Answer::Kind;
using Call = core::Request::Kind;
using Marked = std::vector<Mark>;

Marked met(const History& history) {
  Situations situations(abc.size());
  for (const Event& event : history.events()) situations.see(event);
  Marked met;
  for (std::size_t mark = 0; mark < mark_count; ++mark) {
    if (situations.marks().of(static_cast<Mark>(mark)) > 0) met.push_back(static_cast<Mark>(mark));
  }
  return met;
}

History& paused(History& history, std::uint32_t process, TimedFault::Kind how) {
  return history.see(
      {.kind = Event::Kind::paused, .process = process, .detail = static_cast<std::uint8_t>(how)});
}

TEST(Situations, GrantsAreTakenApartByWhatWasThereBefore) {
  EXPECT_EQ(met(History().grants(A, 1, 7, Previous::never)), Marked{Mark::granted_never_held});
  EXPECT_EQ(met(History().grants(A, 1, 7, Previous::released)), Marked{Mark::granted_released});
  EXPECT_EQ(met(History().grants(A, 1, 7, Previous::expired)), Marked{Mark::granted_run_out});
  EXPECT_EQ(met(History().grants(A, 1, 7, Previous::own)), Marked{Mark::granted_again});
}

TEST(Situations, ARefusalToReleaseIsNoRefusedRenewal) {
  EXPECT_EQ(met(History().refuses_renewal(A, 1, 7)), Marked{Mark::renewal_met_another});
  EXPECT_EQ(met(History().refuses_release(A, 1, 7)), Marked{});
  EXPECT_EQ(met(History().renews(A, 1, 7)), Marked{});
}

TEST(Situations, AbandonsSettleOrDoNot) {
  EXPECT_EQ(met(History().abandons(A, 1, 7, true)), Marked{Mark::abandon_settled});
  EXPECT_EQ(met(History().abandons(A, 1, 7, false)), Marked{Mark::abandon_unsettled});
}

History in_this_order(const std::vector<std::uint64_t>& ordinals) {
  History history;
  for (const std::uint64_t ordinal : ordinals) {
    history.applied(A, Call::renew, Answer::renewed, 1, 7, Previous::never, 1, ordinal);
  }
  return history;
}

TEST(Situations, OrderAndCopiesAreTold) {
  EXPECT_EQ(met(in_this_order({1, 2, 3, 70, 200})), Marked{});
  EXPECT_EQ(met(in_this_order({1, 2, 2})), Marked{Mark::applied_twice});
  EXPECT_EQ(met(in_this_order({1, 3, 2})), Marked{Mark::applied_out_of_order});
  EXPECT_EQ(met(in_this_order({2, 5, 4, 4})),
            (Marked{Mark::applied_twice, Mark::applied_out_of_order}));
  EXPECT_EQ(met(in_this_order({2, 66, 2})), Marked{Mark::applied_out_of_order})
      << "further back than it remembers";
}

// Each kind of request is counted by itself.
TEST(Situations, RequestsOfTwoKindsHaveNoOrder) {
  History history = in_this_order({1, 2, 3});
  history.applied(A, Call::release, Answer::stale, 1, 7, Previous::never, 1, 1);
  EXPECT_EQ(met(history), Marked{Mark::renewal_was_stale});
}

TEST(Situations, AcquiresRaceWhileBothAreOnTheirWay) {
  const auto sent = [](std::uint32_t process) {
    return Event{.kind = Event::Kind::sent, .process = process, .call = Call::acquire};
  };
  const auto busy = [](History& history) -> History& {
    return history.applied(A, Call::acquire, Answer::busy, 1, 7, Previous::never, 1, 1);
  };
  History alone;
  busy(alone.see(sent(A))).see(sent(B));
  EXPECT_EQ(met(alone), Marked{Mark::busy_answered});
  History raced;
  busy(raced.see(sent(A)).see(sent(B)));
  EXPECT_EQ(met(raced), (Marked{Mark::busy_answered, Mark::acquires_raced}));
  History lost;
  lost.see(sent(A)).see(sent(B)).tell(Event::Kind::request_lost, B, 0);
  EXPECT_EQ(met(busy(lost)), Marked{Mark::busy_answered});
}

TEST(Situations, PausesCountForThoseWhoHold) {
  History idle;
  EXPECT_EQ(met(paused(idle, A, TimedFault::Kind::stopped)), Marked{});
  History other;
  EXPECT_EQ(met(paused(other.belief_begins(B, 1), A, TimedFault::Kind::stopped)), Marked{});
  History holds;
  EXPECT_EQ(met(paused(holds.belief_begins(A, 1), A, TimedFault::Kind::stopped)),
            Marked{Mark::stopped_holding});
  History sleeps;
  paused(sleeps.belief_begins(A, 1), A, TimedFault::Kind::suspended).belief_ends(A, 1);
  EXPECT_EQ(met(sleeps), (Marked{Mark::belief_ended_in_pause, Mark::suspended_holding}));
  History awake;
  paused(awake, A, TimedFault::Kind::stopped).tell(Event::Kind::resumed, A, 0);
  EXPECT_EQ(met(awake.belief_begins(A, 1).belief_ends(A, 1)), Marked{});
}

TEST(Situations, ACrashEndsBeliefsBeforeItIsTold) {
  History held;
  held.at(1ms).belief_begins(A, 1).at(2ms).belief_ends(A, 1).crashed(A);
  EXPECT_EQ(met(held), Marked{Mark::crashed_holding});
  History before;
  before.at(1ms).belief_begins(A, 1).at(2ms).belief_ends(A, 1).at(3ms).crashed(A);
  EXPECT_EQ(met(before), Marked{});
}

TEST(Situations, WhatTheDeadSentIsStillApplied) {
  History history;
  history.crashed(A).renews(A, 1, 7);
  EXPECT_EQ(met(history), Marked{Mark::applied_after_crash});
  History again;
  again.crashed(A).tell(Event::Kind::restarted, A, 0).renews(A, 1, 7).granted(A, 2);
  EXPECT_EQ(met(again), Marked{Mark::granted_after_restart});
}

TEST(Situations, StoresThatStallCountWhileSomebodyHolds) {
  History history;
  history.lasting(Event::Kind::stalled, nobody, 5ms);
  EXPECT_EQ(met(history), Marked{});
  history.belief_begins(B, 1).lasting(Event::Kind::stalled, nobody, 5ms);
  EXPECT_EQ(met(history), Marked{Mark::stalled_under_holder});
  History down;
  down.belief_begins(B, 1).belief_ends(B, 1).lasting(Event::Kind::store_down, nobody, 5ms);
  EXPECT_EQ(met(down), Marked{});
}

TEST(Situations, ARenewalAfterTheWordToStopIsOfThatTenure) {
  const auto renewed = [](History& history, Term term) {
    return met(history.tell(Event::Kind::renewed, A, term));
  };
  History same;
  EXPECT_EQ(renewed(same.stop_told(A, 1), 1),
            (Marked{Mark::told_to_stop, Mark::renewed_after_stop}));
  History next;
  EXPECT_EQ(renewed(next.stop_told(A, 1), 2), Marked{Mark::told_to_stop});
}

TEST(Situations, OneTenureServesSeveralCalls) {
  EXPECT_EQ(met(History().granted(A, 1).granted(A, 2)), Marked{});
  EXPECT_EQ(met(History().granted(A, 1).granted(A, 1)), Marked{Mark::joined});
}

TEST(Situations, AGrantThatNobodyIsToldOfIsGivenBack) {
  const auto heard = [] { return History().at(3ms).answered(A, Call::acquire, Answer::granted); };
  EXPECT_EQ(met(heard().sent(A, Call::release, 1, 7)), Marked{Mark::given_back_late});
  EXPECT_EQ(met(heard().granted(A, 1).sent(A, Call::release, 1, 7)), Marked{});
  EXPECT_EQ(met(heard().sent(A, Call::abandon, 1, 7)), Marked{});
  EXPECT_EQ(met(heard().at(4ms).sent(A, Call::release, 1, 7)), Marked{});
}

TEST(Situations, LossesRefusalsAndEndingsAreTakenApart) {
  EXPECT_EQ(met(History().lost(A, 1, core::Loss::deadline)), Marked{Mark::lost_at_deadline});
  EXPECT_EQ(met(History().lost(A, 1, core::Loss::suspended)), Marked{Mark::lost_suspended});
  EXPECT_EQ(met(History().refused(A, ShellListener::Ending::busy)), Marked{Mark::refused_as_busy});
  EXPECT_EQ(met(History().refused(A, ShellListener::Ending::timed_out)), Marked{});
  EXPECT_EQ(met(History().ended(A, 1, core::EndOutcome::already_lost)),
            Marked{Mark::ended_already_lost});
  EXPECT_EQ(met(History().asked(A, 1, true, false)), Marked{});
  EXPECT_EQ(met(History().asked(A, 1, false, true)), Marked{Mark::asked_past_deadline});
}

}  // namespace
}  // namespace leasehold::sim
