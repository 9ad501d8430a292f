// The baseline matrix-sdk does what the seed's source does, step by step: how its waiters wait,
// what a guard counts, what its store says.
#include "sim/algorithms/matrix_sdk.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/tests/doubles.h"
#include "sim/algorithms/matrix_sdk_store.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using core::Tell;
using testing::ElementsAre;
using testing::IsEmpty;

/// Processes A and B at one table; every call is answered at once.
class Table : public testing::Test, public AsyncStore {
 public:
  void send(StoreCall&& call, ReplySink& sink) override {
    asked.push_back(call.request.kind);
    replies_.push_back({&sink, call.request, store_.apply(call, Instant<WallClock>::at_ns(now_))});
  }

  /// A process. What its calls come to is written down with the moment, in milliseconds.
  class Process final : public Scheduler, public ShellListener {
   public:
    Process(Table& table, const std::string& name)
        : table_(table),
          lock({table.clock, *this, table.random, table, *this}, config(), "k", name) {}
    void wake_at(Instant<LocalClock> moment, Sleeper&) override { alarm = moment; }
    void cancel(Sleeper&) override { alarm.reset(); }
    void on_granted(CallId call, const core::TenureId& of) override {
      tenure = of;
      heard.push_back(std::to_string(call) + " granted at " + table_.moment());
    }
    void on_refused(CallId call, Ending, core::Refusal) override {
      heard.push_back(std::to_string(call) + " refused at " + table_.moment());
    }
    void on_tell(const Tell&) override {}

   private:
    static Config config() {
      Config config;
      config.authority = Authority::wall_clock;
      config.timing.lease = 500ms;
      config.timing.renew_every = 50ms;
      return config;
    }
    Table& table_;

   public:
    std::optional<Instant<LocalClock>> alarm;
    core::TenureId tenure;
    std::vector<std::string> heard;
    MatrixSdk lock;
  };

  /// Lets time pass until `since_start`, with every alarm on the way.
  void until(Length since_start) {
    for (answer(); now_ < since_start.count(); answer()) {
      now_ = std::min({since_start.count(), due(a), due(b)});
      clock.set(Instant<LocalClock>::at_ns(now_));
      for (Process* const process : {&a, &b}) {
        if (due(*process) > now_) continue;
        process->alarm.reset();
        process->lock.wake();
      }
    }
  }
  /// How often anybody asked for the lock.
  auto tries() const {
    return std::count(asked.begin(), asked.end(), core::Request::Kind::acquire);
  }
  std::string moment() const { return std::to_string(now_ / 1'000'000); }

  doubles::ManualClock clock;
  doubles::SequenceRandom random;
  std::vector<core::Request::Kind> asked;

 private:
  struct Reply {
    ReplySink* sink;
    core::Request request;
    StoreReply reply;
  };
  static std::int64_t due(const Process& process) {
    return process.alarm.value_or(Instant<LocalClock>::never()).ns();
  }
  void answer() {
    while (!replies_.empty()) {
      const Reply next = replies_.front();
      replies_.erase(replies_.begin());
      next.sink->on_reply(next.request, next.reply);
    }
  }

  std::int64_t now_ = 0;
  MatrixSdkStore store_;
  std::vector<Reply> replies_;

 public:
  Process a{*this, "A"};
  Process b{*this, "B"};
};

using MatrixSdkTest = Table;

// 10 + 20 + 40 + 80 + 160 + 320 + 640: `spin_lock(None)`.
TEST_F(MatrixSdkTest, AWaiterTriesEightTimesAndTheNextCallOnlyOnce) {
  a.lock.acquire(1, std::nullopt);
  until(0ms);
  b.lock.acquire(1, std::nullopt);
  until(1269ms);
  EXPECT_THAT(b.heard, IsEmpty());
  until(1270ms);
  EXPECT_THAT(b.heard, ElementsAre("1 refused at 1270"));
  EXPECT_EQ(tries(), 1 + 8);
  b.lock.acquire(2, std::nullopt);
  until(1271ms);
  EXPECT_THAT(b.heard, ElementsAre("1 refused at 1270", "2 refused at 1270"));
}

// Call 1 sleeps until 10 ms. Call 2 failed at 2 ms and sleeps only then, until 30 ms; call 1, until
// 70 ms. Then it gets the lock, but call 2 sleeps its 80 ms, and call 1 returns after that.
TEST_F(MatrixSdkTest, TheWaitersOfAProcessSleepOneAfterAnother) {
  a.lock.acquire(1, std::nullopt);
  until(0ms);
  b.lock.acquire(1, std::nullopt);
  until(2ms);
  b.lock.acquire(2, std::nullopt);
  until(40ms);
  a.lock.drop(a.tenure);
  until(69ms);
  EXPECT_EQ(tries(), 1 + 4);
  until(149ms);
  EXPECT_EQ(tries(), 1 + 5);
  EXPECT_THAT(b.heard, IsEmpty());
  until(150ms);
  EXPECT_THAT(b.heard, ElementsAre("1 granted at 150", "2 granted at 150"));
}

// Call 2 has the lock at once, but can't reset the waiting time before call 1 has slept.
TEST_F(MatrixSdkTest, WhoGotTheLockReturnsWhenTheSleepOfAnotherIsOver) {
  a.lock.acquire(1, std::nullopt);
  until(0ms);
  a.lock.drop(a.tenure);
  until(49ms);
  b.lock.acquire(1, std::nullopt);
  until(52ms);  // A's lease of 0 has passed
  b.lock.acquire(2, std::nullopt);
  until(58ms);
  EXPECT_THAT(b.heard, IsEmpty());
  EXPECT_FALSE(b.lock.holding()) << "nobody has a guard yet";
  until(59ms);
  EXPECT_THAT(b.heard, ElementsAre("2 granted at 59", "1 granted at 59"));
}

TEST_F(MatrixSdkTest, AGuardThatWasNotHandedOutYetGoesWithItsCall) {
  a.lock.acquire(1, std::nullopt);
  until(0ms);
  a.lock.drop(a.tenure);
  until(49ms);
  b.lock.acquire(1, std::nullopt);
  until(52ms);
  b.lock.acquire(2, std::nullopt);
  until(53ms);
  b.lock.cancel(1);
  until(54ms);
  b.lock.cancel(2);
  EXPECT_THAT(b.heard, ElementsAre("2 granted at 53")) << "the sleep was given up with call 1";
  b.lock.drop(b.tenure);
  until(200ms);
  EXPECT_EQ(asked.back(), core::Request::Kind::release) << "nobody is counted any more";
}

TEST_F(MatrixSdkTest, AGuardOfATenureThatWasReleasedCountsInNoOther) {
  a.lock.acquire(1, std::nullopt);
  until(0ms);
  const core::TenureId before = a.tenure;
  a.lock.release(before);
  a.lock.acquire(2, std::nullopt);
  until(10ms);
  ASSERT_NE(a.tenure, before);
  a.lock.drop(a.tenure);
  EXPECT_FALSE(a.lock.is_held(a.tenure));
  a.lock.acquire(3, std::nullopt);
  until(11ms);
  a.lock.drop(before);
  EXPECT_TRUE(a.lock.is_held(a.tenure));
}

}  // namespace
}  // namespace leasehold::sim
