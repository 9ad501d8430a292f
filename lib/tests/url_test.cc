#include "lib/src/text/url.h"

#include <gtest/gtest.h>

#include <leasehold/client.h>
#include <leasehold/memory_store.h>
#include <leasehold/store_scheme.h>
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"

namespace leasehold {
namespace {

TEST(UrlText, ShowsNoPassword) {
  const auto shown = &without_password;
  EXPECT_EQ(shown("sqlite:/a@b:c/locks.db"), "sqlite:/a@b:c/locks.db");
  EXPECT_EQ(shown("redis://host:6379/1"), "redis://host:6379/1");
  EXPECT_EQ(shown("redis://user@host:6379"), "redis://user@host:6379");
  EXPECT_EQ(shown("redis://:secret@host"), "redis://:***@host");
  EXPECT_EQ(shown("postgresql://user:se:cr/et@[::1]:5432/db?application_name=x@y"),
            "postgresql://user:***@[::1]:5432/db?application_name=x@y");
  EXPECT_EQ(shown("postgresql://host/db?password=secret&sslmode=require&sslPassword=other"),
            "postgresql://host/db?password=***&sslmode=require&sslPassword=***");
  EXPECT_EQ(shown("postgresql://host/db?password=p@q"), "postgresql://host/db?password=***");
}

Result<std::unique_ptr<Store>> open_observed(const std::string& url, Length /*patience*/) {
  if (url == "observed:broken") return Error{Errc::misuse, "observed: it is broken"};
  return std::unique_ptr<Store>(
      std::make_unique<MemoryStore>(SystemClock::shared(), SystemRandom::shared(),
                                    MemoryStore::Options{.authority = Authority::observation}));
}

TEST(StoreScheme, IsOpenedWithItsOwnPresetAndNamedAmongWhatIsAccepted) {
  Config preset = network_preset();
  preset.authority = Authority::observation;
  ASSERT_FALSE(preset_of("observed:here"));
  add_store_scheme({"observed", "observed:HERE", &open_observed, preset});

  const Result<Config> found = preset_of("observed:here");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, preset);
  const auto client = open("observed:here");
  ASSERT_TRUE(client) << client.error().detail;
  EXPECT_TRUE(client->lock("k").try_acquire({}));
  const auto broken = open("observed:broken");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().detail, "observed: it is broken");

  const auto unknown = open("unknown://user:secret@host");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().detail.find("\"memory:\", \"observed:HERE\""), std::string::npos)
      << unknown.error().detail;
  EXPECT_EQ(unknown.error().detail.find("secret"), std::string::npos) << unknown.error().detail;
}

}  // namespace
}  // namespace leasehold
