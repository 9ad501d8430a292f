// What PostgreSQL answers to many at once is the history of one fenced lock per key (I19), also
// while connections are cut and answers are lost.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "lib/tests/stores/postgres_fixture.h"
#include "lib/tests/stores/store_history.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

class PostgresHistory : public PostgresTest {
 protected:
  std::vector<std::unique_ptr<Store>> four(const std::string& url, Length patience) {
    std::vector<std::unique_ptr<Store>> stores(4);
    for (auto& store : stores) store = open(url, patience);
    return stores;
  }
};

TEST_F(PostgresHistory, IsThatOfOneFencedLock) { expect_one_fenced_lock(four(url(), 1min), 100); }

TEST_F(PostgresHistory, IsThatOfOneFencedLockWhenAnswersAreLost) {
  LossyProxy proxy(server().port());
  const std::string through = "postgresql://postgres@127.0.0.1:" + std::to_string(proxy.port()) +
                              "/postgres?leasehold_schema=" + schema;
  expect_one_fenced_lock(four(through, 300ms), 60, proxy);
}

}  // namespace
}  // namespace leasehold
