// The fence that the simulator's resource keeps is the one that SQLite users have.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sqlite3.h>

#include <leasehold/sqlite_fence.h>
#include "sim/world/resource.h"

namespace leasehold::proptests {
namespace {

using Database = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

Database in_memory() {
  sqlite3* db = nullptr;
  RC_ASSERT(sqlite3_open(":memory:", &db) == SQLITE_OK);
  return {db, sqlite3_close};
}

bool writes(sqlite3* db, const Fence& fence) {
  RC_ASSERT(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const Result<FenceVerdict> shown = raise_fence(db, fence);
  RC_ASSERT(shown.has_value());
  const bool accepted = *shown == FenceVerdict::accepted;
  const char* const end = accepted ? "COMMIT" : "ROLLBACK";
  RC_ASSERT(sqlite3_exec(db, end, nullptr, nullptr, nullptr) == SQLITE_OK);
  return accepted;
}

RC_GTEST_PROP(Fence, TheSimulatedResourceAcceptsWhatSqliteAccepts, ()) {
  const Database db = in_memory();
  sim::FenceRule rule;
  // Few terms and few owners, so that equal terms of different owners are common.
  const auto tokens = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(1, 6), rc::gen::inRange(1, 3)));
  for (const auto& [term, owner] : tokens) {
    const Fence fence{.incarnation = {1, 2},
                      .key = "k",
                      .term = static_cast<Term>(term),
                      .owner_digest = digest_of({3, static_cast<std::uint64_t>(owner)})};
    RC_ASSERT(rule.admit(fence.term, fence.owner_digest) == writes(db.get(), fence));
  }
}

}  // namespace
}  // namespace leasehold::proptests
