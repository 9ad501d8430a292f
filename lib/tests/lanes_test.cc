// In what order renewals reach the store, and in batches of what size.
#include "lib/src/runtime/lanes.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace leasehold {
namespace {

using namespace std::chrono_literals;

/// Writes down what it is asked to renew, and knows nobody.
class ListingStore final : public Store {
 public:
  const Traits& traits() const override { return traits_; }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest&) override { return none(); }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    std::vector<std::string>& keys = batches.emplace_back();
    for (const RenewRequest& request : batch) keys.push_back(request.key);
    return Answered<std::vector<RenewAnswer>>{
        {}, std::vector<RenewAnswer>(batch.size(), RenewAnswer(NotOwner{}))};
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest&) override { return none(); }
  Result<Answered<Abandoned>> abandon(const AbandonRequest&) override { return none(); }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string&) override {
    return none();
  }

  std::vector<std::vector<std::string>> batches;

 private:
  static Error none() { return Error{Errc::misuse, "not asked for here"}; }
  Traits traits_;
};

/// Stops the lanes at the reply that it is told to wait for.
class LastReply final : public ReplySink {
 public:
  LastReply(Lanes& lanes, std::size_t count) : lanes_(lanes), left_(count) {}
  void on_reply(const core::Request&, const StoreReply&) override {
    if (--left_ == 0) lanes_.stop();
  }

 private:
  Lanes& lanes_;
  std::size_t left_;
};

/// Writes down what it is asked to release, and waits for nothing.
class QuickStore final : public Store {
 public:
  const Traits& traits() const override { return traits_; }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest&) override { return none(); }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest>) override {
    return none();
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    released.push_back(request.key);
    return none();
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest&) override { return none(); }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string&) override {
    return none();
  }
  bool answers_at_once() const override { return at_once; }

  bool at_once = true;
  std::vector<std::string> released;

 private:
  static Error none() { return Error{Errc::misuse, "not asked for here"}; }
  Traits traits_;
};

StoreCall release(std::string key) {
  StoreCall call{.key = std::move(key), .lease = 5s, .info = "", .request = {}, .deadline = {}};
  call.request.kind = core::Request::Kind::release;
  return call;
}

StoreCall renewal(std::string key, Length deadline) {
  StoreCall call{.key = std::move(key), .lease = 5s, .info = "", .request = {}, .deadline = {}};
  call.request.kind = core::Request::Kind::renew;
  call.deadline = Instant<LocalClock>::at_ns(deadline.count());
  return call;
}

std::vector<std::vector<std::string>> batches_of(const std::vector<StoreCall>& calls) {
  ListingStore store;
  std::mutex mutex;
  Lanes lanes(store, mutex, 10ms);
  LastReply sink(lanes, calls.size());
  for (StoreCall call : calls) lanes.send(std::move(call), sink);
  lanes.run(Lanes::Lane::renewals);
  return store.batches;
}

using Keys = std::vector<std::string>;

TEST(Lanes, WhatIsDueFirstIsRenewedFirst) {
  const auto batches =
      batches_of({renewal("late", 300ms), renewal("soon", 100ms), renewal("between", 200ms)});
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches.front(), (Keys{"soon", "between", "late"}));
}

TEST(Lanes, WhatIsDueAtAboutTheSameTimeStaysInTheOrderInWhichItWasSent) {
  const auto batches = batches_of({renewal("a", 149ms), renewal("b", 101ms), renewal("c", 120ms)});
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches.front(), (Keys{"a", "b", "c"}));
}

TEST(Lanes, ABurstGoesInFullBatchesOfNeighbours) {
  std::vector<StoreCall> calls;
  for (int n = 1000; n < 1600; ++n) calls.push_back(renewal(std::to_string(n), 100ms));
  const auto batches = batches_of(calls);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[0].size(), most_in_a_batch);
  EXPECT_EQ(batches[0].back(), "1255");
  EXPECT_EQ(batches[1].front(), "1256");
  EXPECT_EQ(batches[2].back(), "1599");
}

TEST(Lanes, WhatIsSentWhileItsSenderStaysIsAnsweredOnHisThread) {
  QuickStore store;
  std::mutex mutex;
  Lanes lanes(store, mutex, 10ms);
  LastReply sink(lanes, 3);
  lanes.stay([&] {
    lanes.send(release("a"), sink);
    lanes.send(release("b"), sink);
    EXPECT_EQ(store.released, Keys{}) << "from inside the call";
  });
  EXPECT_EQ(store.released, (Keys{"a", "b"}));
  // Afterwards all is as before.
  lanes.send(release("c"), sink);
  EXPECT_EQ(store.released, (Keys{"a", "b"}));
  lanes.run(Lanes::Lane::others);
  EXPECT_EQ(store.released, (Keys{"a", "b", "c"}));
}

TEST(Lanes, WhoStaysDoesNotOvertakeWhatIsUnderWay) {
  QuickStore store;
  std::mutex mutex;
  Lanes lanes(store, mutex, 10ms);
  LastReply sink(lanes, 2);
  lanes.send(release("a"), sink);
  lanes.stay([&] { lanes.send(release("b"), sink); });
  EXPECT_EQ(store.released, Keys{});
  lanes.run(Lanes::Lane::others);
  EXPECT_EQ(store.released, (Keys{"a", "b"}));
}

TEST(Lanes, AStoreThatMayBlockIsNotAskedOnTheSendersThread) {
  QuickStore store;
  store.at_once = false;
  std::mutex mutex;
  Lanes lanes(store, mutex, 10ms);
  LastReply sink(lanes, 1);
  lanes.stay([&] { lanes.send(release("a"), sink); });
  EXPECT_EQ(store.released, Keys{});
  lanes.run(Lanes::Lane::others);
  EXPECT_EQ(store.released, Keys{"a"});
}

}  // namespace
}  // namespace leasehold
