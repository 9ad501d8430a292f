// What a dump shows of guards and waiters, and how it reads. Ages are judged in virtual time, in
// proptests/stateful.
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "lib/tests/client_fixture.h"
#include "lib/tests/hanging_store.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

const unsigned here_lines_before = __LINE__;

std::vector<unsigned> lines(const std::vector<Dump::Party>& parties) {
  std::vector<unsigned> found;
  for (const Dump::Party& one : parties) {
    EXPECT_TRUE(std::string(one.where.file).ends_with("dump_test.cc")) << one.where.text();
    EXPECT_GT(one.where.line, here_lines_before);
    found.push_back(one.where.line);
  }
  return found;
}

using DumpTest = ClientFixture;

TEST_F(DumpTest, GuardsAreNamedByTheLineOfTheirAcquireUntilTheyAreDropped) {
  const Client a = client("a");
  const Lock lock = a.lock("k");
  EXPECT_TRUE(a.dump().keys.empty()) << "a lock that nobody has or wants";
  const unsigned first_line = __LINE__ + 1;
  Guard first = must(lock.try_acquire());
  Guard second = must(lock.acquire({}));
  const unsigned second_line = __LINE__ - 1;
  Guard moved = std::move(first);
  const Dump dump = a.dump();
  EXPECT_EQ(dump.client, "a");
  ASSERT_EQ(dump.keys.size(), 1U);
  EXPECT_EQ(dump.keys[0].key, "k");
  ASSERT_TRUE(dump.keys[0].tenure);
  EXPECT_EQ(dump.keys[0].tenure->fence, second.fence());
  EXPECT_EQ(dump.keys[0].tenure->where.line, first_line);
  EXPECT_GT(dump.keys[0].tenure->left, 0ns);
  EXPECT_EQ(lines(dump.keys[0].tenure->guards), (std::vector{first_line, second_line}));
  moved.drop();
  EXPECT_EQ(lines(a.dump().keys.at(0).tenure->guards), std::vector{second_line});
  const Guard third = must(lock.acquire({}));
  EXPECT_EQ(lines(a.dump().keys.at(0).tenure->guards), (std::vector{second_line, __LINE__ - 1U}));
  EXPECT_EQ(a.dump().keys.at(0).tenure->where.line, first_line) << "the line that began it";
}

TEST_F(DumpTest, AGuardThatOutlivesItsTenureIsThereUntilItIsDropped) {
  const Client a = client("a");
  Guard first = must(a.lock("k").acquire({}));
  Guard second = must(a.lock("k").acquire({}));
  first.release();
  const Dump dump = a.dump();
  ASSERT_EQ(dump.keys.size(), 1U);
  EXPECT_EQ(dump.keys[0].tenure->lost, LossReason::released);
  EXPECT_EQ(dump.keys[0].tenure->guards.size(), 2U);
  first.drop();
  second.drop();
  EXPECT_TRUE(a.dump().keys.empty());
}

TEST_F(DumpTest, WaitersAreNamedByTheLineOfTheirCallAndBesideThemWhoWasHeardOf) {
  const Client a = client("the holder");
  const Client b = client("b");
  const Guard guard = must(a.lock("k").acquire({}));
  EXPECT_FALSE(b.lock("k").try_acquire());
  std::stop_source stop;
  std::promise<void> left;
  b.lock("k").acquire_async({.within = 1h, .stop = stop.get_token()},
                            [&left](const Grant&) { left.set_value(); });
  const unsigned line = __LINE__ - 2;
  const Dump dump = b.dump();
  ASSERT_EQ(dump.keys.size(), 1U);
  EXPECT_FALSE(dump.keys[0].tenure);
  EXPECT_EQ(dump.keys[0].last_heard_of, "the holder");
  EXPECT_EQ(lines(dump.keys[0].waiters), std::vector{line});
  EXPECT_LE(dump.keys[0].waiters[0].leaves_in.value(), 1h);
  stop.request_stop();
  left.get_future().wait();
  EXPECT_TRUE(b.dump().keys.empty());
}

TEST_F(DumpTest, WorkIsCountedAndNamedByTheLineThatRunsIt) {
  const Client a = client("a");
  Dump dump;
  const Held held = a.lock("k").run_while_held([&](const std::stop_token&) { dump = a.dump(); });
  EXPECT_TRUE(held);
  ASSERT_EQ(dump.keys.size(), 1U);
  EXPECT_EQ(dump.keys[0].tenure->working, 1);
  const std::vector<unsigned> found = lines(dump.keys[0].tenure->guards);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], __LINE__ - 6U);
}

TEST_F(DumpTest, AStoreThatHangsDoesNotHoldItUp) {
  const auto hang = std::make_shared<doubles::Hang>();
  const Client a = over(std::make_unique<doubles::HangingStore>(store, hang), host_preset(), {});
  hang->on(doubles::Call::acquire);
  a.lock("k").acquire_async({}, [](const Grant&) {});
  hang->wait_for(doubles::Call::acquire);
  EXPECT_EQ(a.dump().keys.at(0).waiters.size(), 1U);
  hang->let_go(doubles::Call::acquire);
}

// A guard joins and goes while others look: for the race detector.
TEST_F(DumpTest, ManyThreadsMayLookAtOnce) {
  const Client a = client("a");
  const Guard guard = must(a.lock("k").acquire({}));
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int n = 0; n < 3; ++n) {
    threads.emplace_back([&a] {
      for (int turn = 0; turn < 200; ++turn) {
        const Guard joined = must(a.lock("k").acquire({}));
        EXPECT_GE(a.dump().keys.at(0).tenure->guards.size(), 2U);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(a.dump().keys.at(0).tenure->guards.size(), 1U);
}

TEST_F(DumpTest, AfterTheCloseThereIsNothing) {
  Client a = client("a");
  const Guard guard = must(a.lock("k").acquire({}));
  a.close();
  EXPECT_TRUE(a.dump().keys.empty());
}

TEST(DumpText, ReadsLineByLine) {
  const CallSite site{"a.cc", 7};
  const Fence nine{.incarnation = {}, .key = {}, .term = 9, .owner_digest = 0xAB};
  const Fence two{.incarnation = {}, .key = {}, .term = 2};
  const Dump dump{
      .client = "pid 3 on h",
      .keys = {{.key = "deploy",
                .tenure = Dump::Tenure{.fence = nine,
                                       .where = site,
                                       .age = 12'345'678us,
                                       .left = 4'300ms,
                                       .guards = {{.where = site, .age = 3s}},
                                       .working = 1}},
               {.key = "old",
                .tenure = Dump::Tenure{.fence = two,
                                       .where = site,
                                       .age = 1s,
                                       .lost = LossReason::deadline,
                                       .guards = {{.where = {}, .age = 999us}}}},
               {.key = "wanted",
                .last_heard_of = "pid 4 on h",
                .waiters = {{.where = site, .age = 2s, .leaves_in = 28s}, {.where = site}}}}};
  EXPECT_EQ(dump.text(),
            "pid 3 on h: 3 keys\n"
            "deploy: term 9 of owner 00000000000000ab, 4300ms left, since 12345ms at a.cc:7, "
            "1 at work\n"
            "  guard since 3s at a.cc:7\n"
            "old: term 2 of owner 0000000000000000, deadline, since 1s at a.cc:7\n"
            "  guard since 0ms at ?\n"
            "wanted: not held here\n"
            "  another holder that was heard of: pid 4 on h\n"
            "  waits since 2s at a.cc:7, leaves in 28s\n"
            "  waits since 0ms at a.cc:7\n");
}

}  // namespace
}  // namespace leasehold
