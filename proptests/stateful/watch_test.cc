// What a client looks after by the clock besides its leases, in virtual time: no verdict depends on
// how long anything takes.
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/client.h>
#include "lib/tests/client_fixture.h"
#include "proptests/stateful/watch_fixture.h"

namespace leasehold::proptests {
namespace {

using namespace std::chrono_literals;

/// Rings for a key when it is told to, and counts how often it is asked for one.
class RingingStore final : public SharedStore {
 public:
  using SharedStore::SharedStore;
  void set_hint_sink(HintSink* sink) override { sink_ = sink; }
  void watch(const std::string& key) override { watched = key; }
  void unwatch(const std::string&) override { watched.clear(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    ++asked;
    return SharedStore::acquire(request);
  }
  void ring(const std::string& key) {
    sink_->on_hint(key);
    runtime().settle();
  }

  std::string watched;
  int asked = 0;

 private:
  HintSink* sink_ = nullptr;
};

using WatchTest = WatchFixture;

TEST_F(WatchTest, ACallThatWaitsTooLongIsToldOnceWithItsLineAndWhoHolds) {
  Client a = client({.info = "the holder"});
  Client b = client({.info = "b", .stalled_after = 30s});
  const Guard guard = take(a);
  std::optional<Grant> grant;
  b.lock("k").acquire_async({.within = 10min}, [&](Grant one) { grant = std::move(one); });
  const unsigned line_of_call = __LINE__ - 1;
  pass(30s - 1ns);
  EXPECT_TRUE(told(Event::Kind::stalled).empty());
  pass(1ns);
  const std::vector<Event> stalled = told(Event::Kind::stalled);
  ASSERT_EQ(stalled.size(), 1U);
  EXPECT_EQ(stalled[0].key, "k");
  EXPECT_EQ(stalled[0].waited, 30s);
  EXPECT_EQ(stalled[0].where.line, line_of_call);
  EXPECT_EQ(stalled[0].detail, "last held by the holder");
  EXPECT_EQ(stalled[0].text(), "k: stalled, waits since 30s at " + stalled[0].where.text() +
                                   ", last held by the holder");
  pass(9min);
  EXPECT_EQ(told(Event::Kind::stalled).size(), 1U) << "once";
  EXPECT_EQ(b.counters().stalled, 1U);
  EXPECT_EQ(b.counters("k").stalled, 1U);
  EXPECT_FALSE(grant) << "it waits on";
  pass(1min);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->refusal().why, Refusal::Why::timed_out);
}

TEST_F(WatchTest, EachCallHasItsOwnTime) {
  Client a = client({.info = "a"});
  Client b = client({.info = "b", .stalled_after = 10s});
  Guard guard = take(a);
  std::stop_source leave;
  const Lock lock = b.lock("k");
  int granted = 0;
  const auto count = [&granted](const Grant& grant) { granted += grant ? 1 : 0; };
  lock.acquire_async({.stop = leave.get_token()}, count);
  pass(4s);
  lock.acquire_async({}, count);
  pass(4s);
  lock.acquire_async({}, count);
  leave.request_stop();
  pass(2s);
  EXPECT_TRUE(told(Event::Kind::stalled).empty()) << "of the one that has left";
  pass(4s);
  EXPECT_EQ(told(Event::Kind::stalled).size(), 1U);
  guard.drop();
  pass(1min);
  EXPECT_EQ(told(Event::Kind::stalled).size(), 1U) << "of the one that got the lock in time";
  EXPECT_EQ(granted, 2);
}

TEST_F(WatchTest, NothingIsToldWhereNobodyAskedForIt) {
  Client a = client({.info = "a"});
  Client b = client({.info = "b"});
  const Guard guard = take(a);
  b.lock("k").acquire_async({}, [](const Grant&) {});
  pass(1h);
  EXPECT_TRUE(told(Event::Kind::stalled).empty());
}

TEST_F(WatchTest, AStoreThatFailsIsNamedAsWhatIsInTheWay) {
  Client b = client({.info = "b", .stalled_after = 10s});
  line->trouble = Trouble::refuses;
  b.lock("k").acquire_async({}, [](const Grant&) {});
  pass(10s);
  const std::vector<Event> stalled = told(Event::Kind::stalled);
  ASSERT_EQ(stalled.size(), 1U);
  EXPECT_TRUE(stalled[0].detail.starts_with("the store: ")) << stalled[0].detail;
  line->trouble = Trouble::none;
}

TEST_F(WatchTest, AHintNamesTheKeyAsTheStoreHasIt) {
  Client a = client({.info = "a", .key_prefix = "b/"});
  const Guard guard = take(a);
  auto ringing = std::make_unique<RingingStore>(store);
  RingingStore& bell = *ringing;
  auto b = Client::over(std::move(ringing), host_preset(), {.info = "b", .key_prefix = "b/"});
  ASSERT_TRUE(b);
  b->lock("k").acquire_async({}, [](const Grant&) {});
  runtime().settle();
  EXPECT_EQ(bell.watched, "b/k");
  const int before = bell.asked;
  // Of another application, of nobody, and what is no key with this prefix.
  for (const char* key : {"k", "c/k", "b/", "b", "", "bb/k"}) bell.ring(key);
  EXPECT_EQ(bell.asked, before);
  bell.ring("b/k");
  EXPECT_EQ(bell.asked, before + 1) << "at once: no time has passed";
  b->close();
  EXPECT_EQ(bell.watched, "");
}

TEST_F(WatchTest, ALengthThatIsNoneIsRefused) {
  const auto wrong = Client::over(std::make_unique<Connection>(store, line), host_preset(),
                                  {.stalled_after = -1s});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, Errc::misuse);
  const auto silence = Client::over(std::make_unique<Connection>(store, line), host_preset(),
                                    {.max_silence = 8 * 24h});
  ASSERT_FALSE(silence);
  EXPECT_EQ(silence.error().detail, "client: max_silence 691200s is outside [0ms, 604800s]");
  EXPECT_EQ(wrong.error().detail, "client: stalled_after -1s is outside [0ms, 604800s]");
}

TEST_F(WatchTest, ADumpCountsAgesFromTheGrantAndFromTheCall) {
  Client a = client({.info = "a"});
  Client b = client({.info = "b"});
  std::optional<Guard> guard = take(a);
  b.lock("k").acquire_async({.within = 10s}, [](const Grant&) {});
  pass(3s);
  const Guard second = take(a);
  pass(2s);
  const Dump holder = a.dump();
  ASSERT_EQ(holder.keys.size(), 1U);
  ASSERT_TRUE(holder.keys[0].tenure);
  EXPECT_EQ(holder.keys[0].tenure->age, 5s);
  EXPECT_EQ(holder.keys[0].tenure->left, guard->remaining());
  ASSERT_EQ(holder.keys[0].tenure->guards.size(), 2U);
  EXPECT_EQ(holder.keys[0].tenure->guards[0].age, 5s);
  EXPECT_EQ(holder.keys[0].tenure->guards[1].age, 2s);
  const Dump waiter = b.dump();
  ASSERT_EQ(waiter.keys.size(), 1U);
  ASSERT_EQ(waiter.keys[0].waiters.size(), 1U);
  EXPECT_EQ(waiter.keys[0].waiters[0].age, 5s);
  EXPECT_EQ(waiter.keys[0].waiters[0].leaves_in, 5s);
}

// A guard that was waited for is as old as its grant.
TEST_F(WatchTest, ADumpDoesNotCountAGuardsWait) {
  Client a = client({.info = "a"});
  Client b = client({.info = "b"});
  std::optional<Guard> guard = take(a);
  std::optional<Grant> grant;
  b.lock("k").acquire_async({}, [&](Grant one) { grant = std::move(one); });
  pass(3s);
  guard.reset();
  pass(2s);
  ASSERT_TRUE(grant && *grant);
  const Dump dump = b.dump();
  ASSERT_TRUE(dump.keys.at(0).tenure);
  EXPECT_LE(dump.keys[0].tenure->guards.at(0).age, 2s);
  EXPECT_TRUE(dump.keys[0].waiters.empty());
}

// The alarm for the silent rings beside somebody who waits.
TEST_F(WatchTest, NobodyStallsWhereOnlyTheSilentAreLookedFor) {
  Config config = host_preset();
  config.timing.max_tenure = 1s;
  Client a = client({.info = "a", .max_silence = 2s}, config);
  const Guard guard = take(a);
  pass(1500ms);
  a.lock("k").acquire_async({.within = 10min}, [](const Grant&) {});
  pass(1s);
  EXPECT_EQ(guard.lost(), LossReason::silent);
  EXPECT_TRUE(told(Event::Kind::stalled).empty());
}

}  // namespace
}  // namespace leasehold::proptests
