// What etcd answers to many at once is the history of one fenced lock per key (I19), also while
// connections are cut and answers are lost.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "lib/tests/stores/etcd_fixture.h"
#include "lib/tests/stores/store_history.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

class EtcdHistory : public EtcdTest {
 protected:
  static std::vector<std::unique_ptr<Store>> four(const std::string& url, Length patience) {
    std::vector<std::unique_ptr<Store>> stores(4);
    for (auto& store : stores) store = open(url, patience);
    return stores;
  }
};

TEST_F(EtcdHistory, IsThatOfOneFencedLock) {
  const auto stores = four(url(), 1min);
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    judge(history_of(stores, "key " + std::to_string(seed), seed, 12), tally);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  EXPECT_EQ(tally.good, 60);
  EXPECT_EQ(tally.unknown_calls, 0);
  EXPECT_GE(tally.granted, 180);
}

TEST_F(EtcdHistory, IsThatOfOneFencedLockWhenAnswersAreLost) {
  LossyProxy proxy(server().port(0));
  const std::string through =
      "etcd://127.0.0.1:" + std::to_string(proxy.port()) + "/" + new_prefix();
  const auto stores = four(through, 300ms);
  for (const auto& store : stores) ASSERT_TRUE(store);
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    judge(history_of(stores, "key " + std::to_string(seed), seed, 8, losing_answers(proxy)), tally);
  }
  RecordProperty("unknown_calls", tally.unknown_calls);
  RecordProperty("undecided", tally.undecided);
  EXPECT_GE(tally.unknown_calls, 1);
  EXPECT_GE(tally.granted, 1);
}

}  // namespace
}  // namespace leasehold
