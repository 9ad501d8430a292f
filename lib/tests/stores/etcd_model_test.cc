// The etcd store gives the answers of the memory store to any history of requests, and keeps the
// contract in virtual and in real time.
#include <memory>
#include <string>

#include <leasehold/conformance.h>
#include "lib/tests/conformance_subject.h"
#include "lib/tests/store_twins.h"
#include "lib/tests/stores/etcd_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

using EtcdModel = EtcdTest;

// Two stores take turns, so that what each remembers of a key is wrong half of the time.
class Alternating final : public Store {
 public:
  Alternating(std::unique_ptr<Store> one, std::unique_ptr<Store> two)
      : one_(std::move(one)), two_(std::move(two)) {}
  const Traits& traits() const override { return one_->traits(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    return next().acquire(request);
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    return next().renew(batch);
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    return next().release(request);
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    return next().abandon(request);
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override {
    return next().inspect(key);
  }

 private:
  // By runs of three: some of what is remembered is right.
  Store& next() { return turn_++ / 3 % 2 == 0 ? *one_ : *two_; }

  const std::unique_ptr<Store> one_;
  const std::unique_ptr<Store> two_;
  int turn_ = 0;
};

TEST_F(EtcdModel, AnyHistoryGetsTheAnswersOfTheMemoryStore) {
  Alternating store(open(), open());
  SeenAnswers seen;
  for (std::uint64_t seed = 1; seed <= sequences(500); ++seed) {
    doubles::ManualClock clock(StoreTwins::start, Span<LocalClock>::ns(1));
    StoreTwins twins(
        seed, store, clock, [] {}, std::to_string(seed) + "/");
    for (int step = 0; step < 40; ++step) {
      ASSERT_TRUE(twins.step()) << "seed " << seed << ", step " << step;
    }
    ASSERT_TRUE(twins.records_are_equal()) << "seed " << seed;
    for (const auto& [kind, times] : twins.seen()) seen[kind] += times;
  }
  expect_rich(seen, 20);
}

namespace kit {

using namespace conformance;

class Subjects : public EtcdTest, public testing::WithParamInterface<Case> {};

// No clock judges, so there is none to be moved.
class VirtualEtcd final : public VirtualSubject {
 public:
  VirtualEtcd(std::unique_ptr<Store> one, std::unique_ptr<Store> two)
      : one_(std::move(one)), two_(std::move(two)) {}
  Store& store() override { return *one_; }
  Store& another() override { return *two_; }

 private:
  const std::unique_ptr<Store> one_;
  const std::unique_ptr<Store> two_;
};

TEST_P(Subjects, HoldInVirtualTime) {
  VirtualEtcd subject(open(), open());
  expect_kept(GetParam(), subject, true);
}

TEST_P(Subjects, HoldInRealTime) {
  RealSubject subject(open(), open(), 400ms);
  expect_kept(GetParam(), subject, false);
}

INSTANTIATE_TEST_SUITE_P(EtcdConformance, Subjects,
                         testing::ValuesIn(cases().begin(), cases().end()),
                         [](const auto& about) { return std::string(about.param.name); });

}  // namespace kit
}  // namespace
}  // namespace leasehold
