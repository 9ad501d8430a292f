#include <leasehold/sqlite_fence.h>
#include "lib/src/stores/sqlite/database.h"

namespace leasehold {
namespace {

constexpr const char* layout = R"sql(
CREATE TABLE IF NOT EXISTS leasehold_fence(
  key TEXT PRIMARY KEY,
  incarnation BLOB NOT NULL CHECK (length(incarnation) = 16),
  term INTEGER NOT NULL,
  owner_digest INTEGER NOT NULL
) STRICT, WITHOUT ROWID
)sql";

// One statement, so that nothing can come between the look and the write.
constexpr const char* raise = R"sql(
INSERT INTO leasehold_fence(key, incarnation, term, owner_digest) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT(key) DO UPDATE SET term = ?3, owner_digest = ?4
WHERE incarnation = ?2 AND (term < ?3 OR (term = ?3 AND owner_digest = ?4))
RETURNING 1
)sql";

constexpr const char* repin = R"sql(
INSERT INTO leasehold_fence(key, incarnation, term, owner_digest) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT(key) DO UPDATE SET incarnation = ?2, term = ?3, owner_digest = ?4
RETURNING 1
)sql";

void bind(stores::Statement& statement, const Fence& fence) {
  statement.bind(1, fence.key).bind_id(2, fence.incarnation);
  statement.bind(3, static_cast<std::int64_t>(fence.term));
  statement.bind(4, static_cast<std::int64_t>(fence.owner_digest));
}

FenceVerdict shown(stores::Database& database, const char* sql, const Fence& fence) {
  database.run(layout);
  stores::Statement write(database, sql);
  bind(write, fence);
  if (write.step()) return FenceVerdict::accepted;
  stores::Statement known(database,
                          "SELECT 1 FROM leasehold_fence WHERE key = ?1 AND incarnation = ?2");
  known.bind(1, fence.key).bind_id(2, fence.incarnation);
  return known.step() ? FenceVerdict::refused : FenceVerdict::other_incarnation;
}

Result<FenceVerdict> show(sqlite3* db, const char* sql, const Fence& fence) {
  if (!fence.incarnation || fence.term == 0) {
    return Error{Errc::misuse, "fence: it is empty: take it from a guard that was granted"};
  }
  stores::Database database(db);
  if (!database.in_transaction()) {
    return Error{Errc::misuse, "fence of \"" + fence.key +
                                   "\": no transaction is open: begin one with BEGIN IMMEDIATE"};
  }
  try {
    return shown(database, sql, fence);
  } catch (const stores::SqliteFailure& failure) {
    return Error{Errc::not_applied, "fence of \"" + fence.key + "\": " + failure.what() + " (" +
                                        std::to_string(failure.code()) +
                                        "); roll back, and try again"};
  }
}

}  // namespace

Result<FenceVerdict> raise_fence(sqlite3* db, const Fence& fence) { return show(db, raise, fence); }

Result<FenceVerdict> repin_fence(sqlite3* db, const Fence& fence) { return show(db, repin, fence); }

}  // namespace leasehold
