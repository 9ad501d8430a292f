// The machine's state is a plain value: nothing of it escapes comparison or hash.
#include <functional>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/core/hash.h"
#include "lib/tests/core_driver.h"

namespace leasehold::core {
namespace {

struct Fnv {
  std::uint64_t sum = 0xcbf29ce484222325U;
  void word(std::uint64_t value) { sum = (sum ^ value) * 0x100000001b3U + 1; }
};

std::uint64_t hash(const State& state) {
  Fnv words;
  append(words, state);
  return words.sum;
}

State with_everything() {
  State state;
  state.tenure.emplace();
  state.tenure->renewal.emplace();
  state.campaign.emplace();
  state.campaign->acquire.emplace();
  for (auto& ending : state.endings) ending.emplace().request.emplace();
  state.sighting.emplace();
  state.run.emplace();
  return state;
}

using Change = std::function<void(State&)>;
const Span<LocalClock> bit = Span<LocalClock>::ns(1);
const Instant<LocalClock> later = Instant<LocalClock>::at_ns(1);

std::vector<Change> changes_of_tenure() {
  return {[](State& s) { s.tenure.reset(); },
          [](State& s) { s.tenure->owner.high = 1; },
          [](State& s) { s.tenure->owner.low = 1; },
          [](State& s) { s.tenure->term = 1; },
          [](State& s) { s.tenure->incarnation.low = 1; },
          [](State& s) { s.tenure->anchor.at = later; },
          [](State& s) { s.tenure->anchor.asleep = bit; },
          [](State& s) { s.tenure->deadline = later; },
          [](State& s) { s.tenure->last_attempt.at = later; },
          [](State& s) { s.tenure->last_attempt.asleep = bit; },
          [](State& s) { s.tenure->began = later; },
          [](State& s) { s.tenure->seq = 1; },
          [](State& s) { s.tenure->confirmed = 1; },
          [](State& s) { s.tenure->renew_id.low = 1; },
          [](State& s) { s.tenure->next_renewal = later; },
          [](State& s) { s.tenure->renewal.reset(); },
          [](State& s) { s.tenure->renewal->ordinal = 1; },
          [](State& s) { s.tenure->renewal->sent.at = later; },
          [](State& s) { s.tenure->renewal->sent.asleep = bit; },
          [](State& s) { s.tenure->jeopardy = true; },
          [](State& s) { s.tenure->release_at = later; },
          [](State& s) { s.tenure->guards = 1; }};
}

std::vector<Change> changes_of_campaign() {
  return {[](State& s) { s.campaign.reset(); },
          [](State& s) { s.campaign->owner.low = 1; },
          [](State& s) { s.campaign->expected_term = 1; },
          [](State& s) { s.campaign->uncertain = true; },
          [](State& s) { s.campaign->next_try = later; },
          [](State& s) { s.campaign->backoff = bit; },
          [](State& s) { s.campaign->last_sent = later; },
          [](State& s) { s.campaign->acquire.reset(); },
          [](State& s) { s.campaign->acquire->ordinal = 1; },
          [](State& s) { s.campaign->hinted = true; },
          [](State& s) { s.campaign->hurried = later; }};
}

std::vector<Change> changes_of_ending(std::size_t slot) {
  return {[slot](State& s) { s.endings[slot].reset(); },
          [slot](State& s) { s.endings[slot]->kind = Request::Kind::abandon; },
          [slot](State& s) { s.endings[slot]->owner.low = 1; },
          [slot](State& s) { s.endings[slot]->term = 1; },
          [slot](State& s) { s.endings[slot]->next_try = later; },
          [slot](State& s) { s.endings[slot]->give_up_at = later; },
          [slot](State& s) { s.endings[slot]->request.reset(); },
          [slot](State& s) { s.endings[slot]->request->ordinal = 1; },
          [slot](State& s) { s.endings[slot]->overdue = true; }};
}

std::vector<Change> changes_of_the_rest() {
  return {[](State& s) { s.sighting.reset(); },
          [](State& s) { s.sighting->incarnation.low = 1; },
          [](State& s) { s.sighting->version = 1; },
          [](State& s) { s.sighting->since.at = later; },
          [](State& s) { s.sighting->since.asleep = bit; },
          [](State& s) { s.sighting->lease = 1ns; },
          [](State& s) { s.run.reset(); },
          [](State& s) { s.run->incarnation.low = 1; },
          [](State& s) { s.run->since = 1; },
          [](State& s) { s.run->last = 1; },
          [](State& s) { s.run->owner.low = 1; },
          [](State& s) { s.known_term = 1; },
          [](State& s) { s.patient = 1; },
          [](State& s) { s.trying_now = 1; },
          [](State& s) { s.trying_next = 1; },
          [](State& s) { s.requests = 1; }};
}

TEST(MachineState, ChangingAnyFieldChangesEqualityAndHash) {
  std::vector<Change> changes;
  for (const auto& some : {changes_of_tenure(), changes_of_campaign(), changes_of_ending(0),
                           changes_of_ending(1), changes_of_the_rest()}) {
    changes.insert(changes.end(), some.begin(), some.end());
  }
  const State plain = with_everything();
  for (std::size_t index = 0; index < changes.size(); ++index) {
    SCOPED_TRACE(index);
    State changed = plain;
    EXPECT_EQ(changed, plain);
    EXPECT_EQ(hash(changed), hash(plain));
    changes[index](changed);
    EXPECT_NE(changed, plain);
    EXPECT_NE(hash(changed), hash(plain));
  }
}

TEST(MachineState, NoFieldIsMissingFromTheList) {
  EXPECT_EQ(std::tuple_size_v<decltype(State{}.fields())>, 10U);
  EXPECT_EQ(std::tuple_size_v<decltype(Tenure{}.fields())>, 18U);
  EXPECT_EQ(std::tuple_size_v<decltype(Campaign{}.fields())>, 9U);
  EXPECT_EQ(std::tuple_size_v<decltype(Ending{}.fields())>, 7U);
  EXPECT_EQ(std::tuple_size_v<decltype(Sighting{}.fields())>, 5U);
  EXPECT_EQ(std::tuple_size_v<decltype(core::Run{}.fields())>, 4U);
  EXPECT_EQ(std::tuple_size_v<decltype(InFlight{}.fields())>, 3U);
}

TEST(MachineState, ACopyGoesOnAsItsOriginalWould) {
  Driver lock(Authority::store_clock);
  lock.hold(1).at(100ms).alarm();
  Driver copy = lock;
  const Request renewal = lock.sent.front();
  for (Driver* one : {&lock, &copy}) {
    one->at(120ms).reply(renewal, one->renewed());
    one->feed(Join{}).leave(1).leave(1);
  }
  EXPECT_EQ(lock.state, copy.state);
  EXPECT_EQ(lock.sent, copy.sent);
  EXPECT_EQ(lock.told, copy.told);
}

}  // namespace
}  // namespace leasehold::core
