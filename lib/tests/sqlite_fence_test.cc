// What the fence in the user's own transaction lets through (I2).
#include <string>

#include <gtest/gtest.h>

#include <leasehold/sqlite_fence.h>
#include "lib/tests/sqlite_user.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

constexpr Incarnation table{1, 1};

Fence token(Term term, std::uint64_t digest, Incarnation incarnation = table) {
  return {.incarnation = incarnation, .key = "k", .term = term, .owner_digest = digest};
}

struct SqliteFenceTest : testing::Test {
  /// Shows a token in a transaction of its own, and commits if it was accepted.
  FenceVerdict write(const Fence& fence) {
    user.run("BEGIN IMMEDIATE");
    const auto verdict = raise_fence(user.db(), fence);
    EXPECT_TRUE(verdict) << verdict.error().detail;
    user.run(verdict.value() == FenceVerdict::accepted ? "COMMIT" : "ROLLBACK");
    return verdict.value();
  }

  const TempDir dir;
  SqliteUser user{dir.file("app.db")};
};

TEST_F(SqliteFenceTest, AnOlderTenureNeverWritesAfterANewer) {
  EXPECT_EQ(write(token(3, 30)), FenceVerdict::accepted);
  EXPECT_EQ(write(token(3, 30)), FenceVerdict::accepted) << "the same tenure goes on";
  EXPECT_EQ(write(token(5, 50)), FenceVerdict::accepted);
  EXPECT_EQ(write(token(4, 40)), FenceVerdict::refused);
  EXPECT_EQ(write(token(3, 30)), FenceVerdict::refused);
  EXPECT_EQ(write(token(5, 50)), FenceVerdict::accepted);
}

TEST_F(SqliteFenceTest, OfTwoTenuresOfOneTermTheFirstToWriteStays) {
  EXPECT_EQ(write(token(3, 30)), FenceVerdict::accepted);
  EXPECT_EQ(write(token(3, 31)), FenceVerdict::refused);
  EXPECT_EQ(write(token(3, 30)), FenceVerdict::accepted);
}

TEST_F(SqliteFenceTest, AnotherTableOfLocksIsRefusedUntilAnOperatorRepins) {
  EXPECT_EQ(write(token(3, 30)), FenceVerdict::accepted);
  const Fence after_a_wipe = token(9, 90, Incarnation{2, 2});
  EXPECT_EQ(write(after_a_wipe), FenceVerdict::other_incarnation);
  user.run("BEGIN IMMEDIATE");
  EXPECT_EQ(repin_fence(user.db(), token(1, 10, Incarnation{2, 2})).value(),
            FenceVerdict::accepted);
  user.run("COMMIT");
  EXPECT_EQ(write(after_a_wipe), FenceVerdict::accepted);
  EXPECT_EQ(write(token(4, 40)), FenceVerdict::other_incarnation);
}

TEST_F(SqliteFenceTest, KeysAreFencedApart) {
  EXPECT_EQ(write(token(9, 90)), FenceVerdict::accepted);
  Fence other = token(1, 10);
  other.key = "another";
  EXPECT_EQ(write(other), FenceVerdict::accepted);
}

TEST_F(SqliteFenceTest, WhatWasRolledBackWasNotRaised) {
  user.run("BEGIN IMMEDIATE");
  EXPECT_EQ(raise_fence(user.db(), token(7, 70)).value(), FenceVerdict::accepted);
  user.run("ROLLBACK");
  EXPECT_EQ(write(token(3, 30)), FenceVerdict::accepted);
}

TEST_F(SqliteFenceTest, OrdersTheWritersFromItsCallToTheirCommit) {
  write(token(1, 10));
  user.run("BEGIN");
  ASSERT_EQ(raise_fence(user.db(), token(2, 20)).value(), FenceVerdict::accepted);
  SqliteUser late(dir.file("app.db"));
  sqlite3_busy_timeout(late.db(), 0);
  late.run("BEGIN");
  const auto blocked = raise_fence(late.db(), token(3, 30));
  ASSERT_FALSE(blocked);
  EXPECT_EQ(blocked.error().kind, Errc::not_applied);
  late.run("ROLLBACK");
  user.run("COMMIT");
}

TEST_F(SqliteFenceTest, WithoutATransactionOrATenureItIsMisuse) {
  const auto loose = raise_fence(user.db(), token(1, 10));
  ASSERT_FALSE(loose);
  EXPECT_EQ(loose.error().kind, Errc::misuse);
  EXPECT_NE(loose.error().detail.find("BEGIN IMMEDIATE"), std::string::npos);
  user.run("BEGIN IMMEDIATE");
  for (const Fence& none : {Fence{}, token(0, 10), token(1, 10, Incarnation{})}) {
    const auto empty = raise_fence(user.db(), none);
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().kind, Errc::misuse);
  }
  user.run("ROLLBACK");
}

TEST(Fence, TheDigestTellsOwnersApartAndNeverChanges) {
  EXPECT_NE(digest_of(OwnerId{1, 2}), digest_of(OwnerId{2, 1}));
  EXPECT_NE(digest_of(OwnerId{1, 2}), digest_of(OwnerId{1, 3}));
  EXPECT_EQ(digest_of(OwnerId{1, 2}), 13608149317741381227U) << "stored fences hold it";
}

}  // namespace
}  // namespace leasehold
