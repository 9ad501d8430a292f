// The example of a store keeps the contract, and carries a client.
#include "lib/examples/map_store.h"

#include <memory>
#include <sstream>
#include <utility>

#include <gtest/gtest.h>

#include <leasehold/client.h>
#include <leasehold/conformance.h>
#include "lib/src/runtime/system_clock.h"
#include "lib/tests/conformance_subject.h"

namespace leasehold {
namespace {

class MapSubject final : public conformance::VirtualSubject {
 public:
  Store& store() override { return store_; }

 private:
  MapStore store_{[this] { return Instant<StoreClock>::at_ns(clock().now().at.ns()); }};
};

TEST(MapStore, KeepsTheContract) {
  MapSubject subject;
  std::ostringstream out;
  EXPECT_TRUE(conformance::run_all(subject, out)) << out.str();
  EXPECT_EQ(out.str(),
            "observed_lease_is_never_judged: not applicable: leases of this store are judged\n");
}

TEST(MapStore, CarriesAClient) {
  auto store = std::make_unique<MapStore>(
      [] { return Instant<StoreClock>::at_ns(SystemClock::shared().now().at.ns()); });
  auto made = Client::over(std::move(store), network_preset(), {});
  ASSERT_TRUE(made) << made.error().detail;
  Grant grant = made->lock("k").acquire({});
  ASSERT_TRUE(grant) << grant.refusal().text();
  EXPECT_TRUE(std::move(grant).guard().is_held());
}

}  // namespace
}  // namespace leasehold
