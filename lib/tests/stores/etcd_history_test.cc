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

TEST_F(EtcdHistory, IsThatOfOneFencedLock) { expect_one_fenced_lock(four(url(), 1min), 60); }

TEST_F(EtcdHistory, IsThatOfOneFencedLockWhenAnswersAreLost) {
  LossyProxy proxy(server().port(0));
  const std::string through =
      "etcd://127.0.0.1:" + std::to_string(proxy.port()) + "/" + new_prefix();
  expect_one_fenced_lock(four(through, 300ms), 40, proxy);
}

}  // namespace
}  // namespace leasehold
