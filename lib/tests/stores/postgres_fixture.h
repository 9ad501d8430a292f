// Tests of the PostgreSQL store, each in a schema of its own.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <leasehold/postgres_store.h>
#include "lib/tests/stores/postgres_server.h"

namespace leasehold {

struct PostgresTest : testing::Test {
  void SetUp() override {
    if (shared_postgres() == nullptr) GTEST_SKIP() << no_postgres;
  }

  static std::string new_schema() {
    static std::atomic<int> schemas = 0;
    return "s" + std::to_string(++schemas);
  }

  static Result<std::unique_ptr<PostgresStore>> try_open(
      const std::string& url, Length patience = std::chrono::minutes(2)) {
    return PostgresStore::open(url, {.patience = patience});
  }
  static std::unique_ptr<PostgresStore> open(const std::string& url,
                                             Length patience = std::chrono::minutes(2)) {
    auto opened = try_open(url, patience);
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? std::move(opened).value() : nullptr;
  }
  std::unique_ptr<PostgresStore> open() const { return open(url()); }

  std::string url(const std::string& user = "postgres") const {
    return server().url("?leasehold_schema=" + schema, user);
  }
  static PostgresServer& server() { return *shared_postgres(); }

  /// What an acquire by `owner` comes to: "granted", "busy", "moved", or the kind of error.
  static std::string acquire(Store& store, const std::string& key, const OwnerId& owner,
                             Term expected = 0, Length lease = std::chrono::hours(1)) {
    const auto answered = store.acquire({.key = key,
                                         .owner = owner,
                                         .expected_term = expected,
                                         .lease = lease,
                                         .info = "test",
                                         .unchanged = std::nullopt});
    if (!answered) return to_string(answered.error().kind);
    if (std::holds_alternative<Busy>(answered->answer)) return "busy";
    return std::holds_alternative<Granted>(answered->answer) ? "granted" : "moved";
  }
  static RenewRequest renewal(const std::string& key, const OwnerId& owner, Seq seq) {
    return {.key = key,
            .owner = owner,
            .term = 1,
            .seq = seq,
            .renew_id = {9, seq},
            .lease = std::chrono::hours(1)};
  }

  const std::string schema = new_schema();
};

}  // namespace leasehold
