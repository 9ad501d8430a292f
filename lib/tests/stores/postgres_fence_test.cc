// What the fence in the user's own transaction lets through (I2).
#include <chrono>
#include <string>
#include <thread>

#include <leasehold/postgres_fence.h>
#include "lib/tests/stores/postgres_fixture.h"

namespace leasehold {
namespace {

constexpr Incarnation table{1, 1};

Fence token(Term term, std::uint64_t digest, Incarnation incarnation = table) {
  return {.incarnation = incarnation, .key = "k", .term = term, .owner_digest = digest};
}

/// A user of the database, with a schema for his tables.
class Writer {
 public:
  Writer(const PostgresServer& server, const std::string& schema)
      : connection_(PQconnectdb(server.url().c_str()), &PQfinish) {
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
    run("CREATE SCHEMA IF NOT EXISTS " + schema + "; SET search_path = " + schema);
  }
  void run(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection_.get(), sql.c_str()), &PQclear);
    EXPECT_NE(PQresultStatus(result.get()), PGRES_FATAL_ERROR) << PQerrorMessage(raw());
  }
  PGconn* raw() { return connection_.get(); }

  /// Shows a token in a transaction of its own, and commits if it was accepted.
  FenceVerdict write(const Fence& fence) {
    run("BEGIN");
    const auto verdict = raise_fence(raw(), fence);
    EXPECT_TRUE(verdict) << verdict.error().detail;
    run(verdict && *verdict == FenceVerdict::accepted ? "COMMIT" : "ROLLBACK");
    return verdict ? *verdict : FenceVerdict::refused;
  }

 private:
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

class PostgresFenceTest : public PostgresTest {
 protected:
  Writer writer() { return {server(), schema}; }
};

TEST_F(PostgresFenceTest, AnOlderTenureNeverWritesAfterANewer) {
  Writer user = writer();
  EXPECT_EQ(user.write(token(3, 30)), FenceVerdict::accepted);
  EXPECT_EQ(user.write(token(3, 30)), FenceVerdict::accepted) << "the same tenure goes on";
  EXPECT_EQ(user.write(token(5, 50)), FenceVerdict::accepted);
  EXPECT_EQ(user.write(token(4, 40)), FenceVerdict::refused);
  EXPECT_EQ(user.write(token(5, 51)), FenceVerdict::refused) << "of one term the first stays";
  EXPECT_EQ(user.write(token(5, 50)), FenceVerdict::accepted);
}

TEST_F(PostgresFenceTest, AnotherTableOfLocksIsRefusedUntilAnOperatorRepins) {
  Writer user = writer();
  EXPECT_EQ(user.write(token(3, 30)), FenceVerdict::accepted);
  const Fence after_a_wipe = token(9, 90, Incarnation{2, 2});
  EXPECT_EQ(user.write(after_a_wipe), FenceVerdict::other_incarnation);
  user.run("BEGIN");
  EXPECT_EQ(repin_fence(user.raw(), token(1, 10, Incarnation{2, 2})).value(),
            FenceVerdict::accepted);
  user.run("COMMIT");
  EXPECT_EQ(user.write(after_a_wipe), FenceVerdict::accepted);
  EXPECT_EQ(user.write(token(4, 40)), FenceVerdict::other_incarnation);
}

// The older one waits at the row until the newer has committed, and is then refused.
TEST_F(PostgresFenceTest, OfTwoWritersAtOnceTheOlderWaitsAndIsRefused) {
  Writer newer = writer();
  Writer older = writer();
  EXPECT_EQ(older.write(token(3, 30)), FenceVerdict::accepted);
  newer.run("BEGIN");
  EXPECT_EQ(raise_fence(newer.raw(), token(4, 40)).value(), FenceVerdict::accepted);
  std::thread waits([&] { EXPECT_EQ(older.write(token(3, 30)), FenceVerdict::refused); });
  while (server().sql("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  newer.run("COMMIT");
  waits.join();
}

TEST_F(PostgresFenceTest, AnOpenFenceHoldsNoRenewalUp) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", {1, 1}), "granted");
  Writer user = writer();
  user.run("BEGIN");
  ASSERT_TRUE(raise_fence(user.raw(), token(1, 10)));
  const auto renewed = store->renew(std::vector{renewal("k", {1, 1}, 1)});
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_TRUE(std::holds_alternative<Renewed>(renewed->answer[0]));
  user.run("COMMIT");
}

TEST_F(PostgresFenceTest, WantsAnOpenTransactionAndATokenThatIsOne) {
  Writer user = writer();
  const auto outside = raise_fence(user.raw(), token(1, 1));
  ASSERT_FALSE(outside);
  EXPECT_EQ(outside.error().kind, Errc::misuse);
  user.run("BEGIN");
  for (const Fence& none : {Fence{}, token(0, 10), token(1, 10, Incarnation{})}) {
    const auto empty = raise_fence(user.raw(), none);
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().kind, Errc::misuse);
  }
  user.run("ROLLBACK");
  // A table that is not what it should be: PostgreSQL's words, and nothing worse.
  user.run("CREATE TABLE leasehold_fence(other integer)");
  user.run("BEGIN");
  const auto broken = raise_fence(user.raw(), token(1, 1));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, Errc::not_applied);
  EXPECT_NE(broken.error().detail.find("does not exist"), std::string::npos)
      << broken.error().detail;
}

}  // namespace
}  // namespace leasehold
