// Applications that share a store have keys of their own. (Hints are tried in virtual time, in
// proptests/stateful.)
#include <string>
#include <utility>

#include "lib/tests/client_fixture.h"

namespace leasehold {
namespace {

struct KeyPrefix : ClientFixture {
  Client with(const std::string& prefix) {
    return client({.info = prefix, .on_event = {}, .key_prefix = prefix});
  }
  std::string refused(const std::string& prefix) {
    const auto made =
        Client::over(std::make_unique<SharedStore>(store), host_preset(), {.key_prefix = prefix});
    if (made) return {};
    EXPECT_EQ(made.error().kind, Errc::misuse);
    return made.error().detail;
  }
};

TEST_F(KeyPrefix, IsPutBeforeTheKeyAtTheStoreAndShownNowhereElse) {
  const Client a = with("billing/");
  const Lock lock = a.lock("deploy");
  const Guard guard = must(lock.acquire({}));
  EXPECT_TRUE(owned("billing/deploy"));
  EXPECT_FALSE(owned("deploy"));
  EXPECT_EQ(lock.key(), "deploy");
  EXPECT_EQ(a.dump().keys.at(0).key, "deploy");
  EXPECT_EQ(a.counters("deploy").acquired, 1U);
  EXPECT_EQ(guard.fence().key, "billing/deploy") << "resources may be shared too";
  EXPECT_EQ(lock.term()->term, 0U) << "of a first tenure that is held";
  EXPECT_EQ(a.lock("other").term()->term, 0U);
}

TEST_F(KeyPrefix, ApplicationsDoNotMeet) {
  const Client billing = with("billing/");
  const Client shop = with("shop/");
  const Client bare = with("");
  const Guard one = must(billing.lock("deploy").try_acquire());
  const Guard two = must(shop.lock("deploy").try_acquire());
  const Guard three = must(bare.lock("deploy").try_acquire());
  EXPECT_TRUE(one.is_held() && two.is_held() && three.is_held());
  EXPECT_FALSE(with("billing/").lock("deploy").try_acquire());
}

TEST_F(KeyPrefix, TermIsAskedOfTheStoredKey) {
  const Client a = with("billing/");
  must(a.lock("deploy").acquire({})).release();
  EXPECT_EQ(a.lock("deploy").term()->term, 1U);
}

TEST_F(KeyPrefix, AnEmptyKeyIsRefusedAsWithoutIt) {
  const Grant grant = with("billing/").lock("").try_acquire();
  ASSERT_FALSE(grant);
  EXPECT_NE(grant.refusal().detail.find("the key is empty"), std::string::npos)
      << grant.refusal().detail;
}

TEST_F(KeyPrefix, OneThatCouldBeMistakenIsRefusedWithWhatIsAccepted) {
  EXPECT_EQ(refused("billing"),
            "client: key_prefix \"billing\" is none: give 1 to 63 of A-Z a-z 0-9 . _ - and a \"/\" "
            "at the end, as \"billing/\"");
  for (const char* wrong : {"/", "a/b/", "a b/", "a\n/", "\xC3\xBC/", "a//", "/a"}) {
    EXPECT_NE(refused(wrong), "") << wrong;
  }
  EXPECT_NE(refused(std::string(64, 'a') + "/"), "");
  EXPECT_EQ(refused(std::string(63, 'a') + "/"), "");
  EXPECT_EQ(refused("A-z_0.9/"), "");
}

}  // namespace
}  // namespace leasehold
