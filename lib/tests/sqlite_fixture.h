// A database file of the test's own, stores on it, and short names for what is asked of them.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/sqlite_store.h>
#include "lib/tests/doubles.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {

using namespace std::chrono_literals;

inline constexpr OwnerId ann{9, 1};
inline constexpr OwnerId bob{9, 2};

/// `ann` and `bob` on one file, at a time that the test sets.
struct SqliteFixture : testing::Test {
  std::unique_ptr<SqliteStore> store(const std::string& domain = "boot:1",
                                     Span<LocalClock> offset = {}) {
    auto opened = SqliteStore::open(file, {.busy_wait = 20ms}, clock, random, domain, offset);
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(opened).value();
  }
  Error refused(const std::string& path) {
    const auto opened = SqliteStore::open(path, {}, clock, random, "boot:1");
    EXPECT_FALSE(opened) << path << " was opened";
    return opened ? Error{} : opened.error();
  }
  static AcquireRequest asks(OwnerId owner, Term expected) {
    return {.key = "k",
            .owner = owner,
            .expected_term = expected,
            .lease = 1s,
            .info = "somebody",
            .unchanged = std::nullopt};
  }
  static RenewRequest renews(OwnerId owner, Term term, Seq seq) {
    return {
        .key = "k", .owner = owner, .term = term, .seq = seq, .renew_id = {1, seq}, .lease = 1s};
  }
  static Granted granted(Store& store, OwnerId owner, Term expected) {
    const auto answered = store.acquire(asks(owner, expected));
    EXPECT_TRUE(answered) << answered.error().detail;
    if (!answered || !std::holds_alternative<Granted>(answered->answer)) {
      ADD_FAILURE() << "not granted";
      return {};
    }
    return std::get<Granted>(answered->answer);
  }
  static std::vector<Fact> facts_of(Store& store) {
    const auto facts = store.facts();
    EXPECT_TRUE(facts) << facts.error().detail;
    return facts ? *facts : std::vector<Fact>{};
  }
  static std::string value_of(Store& store, const std::string& name) {
    for (const Fact& one : facts_of(store)) {
      if (one.name == name) return one.value;
    }
    return "not told";
  }
  /// The names of the facts with which something is wrong.
  static std::string wrong_with(Store& store) {
    std::string names;
    for (const Fact& one : facts_of(store)) {
      if (!one.wrong.empty()) names += one.name + " ";
    }
    return names;
  }
  static Incarnation incarnation_of(Store& store) { return store.inspect("k")->incarnation; }

  const TempDir dir;
  const std::string file = dir.file("locks.db");
  doubles::ManualClock clock{Instant<LocalClock>::at_ns(1'000'000'000)};
  doubles::SequenceRandom random;
};

}  // namespace leasehold
