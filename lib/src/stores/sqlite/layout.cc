#include "lib/src/stores/sqlite/layout.h"

#include <array>
#include <optional>
#include <string>

namespace leasehold::stores {
namespace {

// Every layout has leasehold_meta(one, schema, incarnation) and a leasehold_record, so that any
// program can tell an older or newer one from a file without tables.
constexpr const char* meta_table = R"sql(
CREATE TABLE leasehold_meta(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  schema INTEGER NOT NULL,
  incarnation BLOB NOT NULL CHECK (length(incarnation) = 16)
) STRICT;
)sql";

// A key has one row in each. What changes from tenure to tenure stands apart, in rows that are far
// smaller: most of what a write costs is the row that is written anew and its page in the log.
// Instants are nanoseconds of the domain's clock; ids are 16 bytes, high half first. `clock` is
// a digest of the other table's authority, domain and format, or 0: not known.
constexpr const char* tables = R"sql(
CREATE TABLE leasehold_lease(
  key TEXT PRIMARY KEY,
  owner BLOB CHECK (length(owner) = 16),
  last_owner BLOB CHECK (length(last_owner) = 16),
  term INTEGER NOT NULL,
  lease_ns INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  expires_at_ns INTEGER,
  seq INTEGER NOT NULL,
  renew_id BLOB CHECK (length(renew_id) = 16),
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE leasehold_record(
  key TEXT PRIMARY KEY,
  authority TEXT NOT NULL,
  domain TEXT NOT NULL,
  info TEXT NOT NULL,
  format INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* drop = R"sql(
DROP TABLE IF EXISTS leasehold_meta;
DROP TABLE IF EXISTS leasehold_record;
DROP TABLE IF EXISTS leasehold_lease;
)sql";

// How records of an older layout become such of this one: their tables are set aside, the new ones
// are made, and what they held is moved over.
struct Older {
  /// 1 if it had a leasehold_lease.
  std::int64_t lease_tables;
  const char* set_aside;
  const char* move_over;
};

// Layout 1 kept all in one row. Layout 2 kept the last owner in the other row, so that a release
// wrote two; a key that had lost that row comes without it.
constexpr std::array<Older, schema_version - 1> older{{
    {0, R"sql(ALTER TABLE leasehold_record RENAME TO leasehold_old_record;)sql",
     R"sql(
INSERT INTO leasehold_lease
  SELECT key, owner, last_owner, term, lease_ns, 0, expires_at_ns, seq, renew_id, version
  FROM leasehold_old_record;
INSERT INTO leasehold_record SELECT key, authority, domain, info, format FROM leasehold_old_record;
DROP TABLE leasehold_old_record;
)sql"},
    {1, R"sql(
ALTER TABLE leasehold_lease RENAME TO leasehold_old_lease;
ALTER TABLE leasehold_record RENAME TO leasehold_old_record;
)sql",
     R"sql(
INSERT INTO leasehold_lease
  SELECT key, owner, last_owner, term, lease_ns, clock, expires_at_ns, seq, renew_id, version
  FROM leasehold_old_lease LEFT JOIN leasehold_old_record USING (key);
INSERT INTO leasehold_record SELECT key, authority, domain, info, format FROM leasehold_old_record;
DROP TABLE leasehold_old_lease;
DROP TABLE leasehold_old_record;
)sql"},
}};

std::int64_t count_of(Database& database, const char* sql) {
  Statement count(database, sql);
  return count.step() ? count.integer(0) : 0;
}

constexpr const char* lease_table_is_there =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'leasehold_lease'";

// Of the tables that are there; nullopt if there are none.
std::optional<std::int64_t> schema_of(Database& database) {
  if (count_of(database,
               "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
               "name IN ('leasehold_meta', 'leasehold_record')") != 2) {
    return std::nullopt;
  }
  Statement schema(database, "SELECT schema FROM leasehold_meta WHERE one = 1");
  return schema.step() ? schema.integer(0) : schema_version;
}

bool complete(Database& database, const std::optional<std::int64_t>& schema) {
  if (schema) refuse_newer(*schema);
  if (schema != schema_version) return false;
  return count_of(database, lease_table_is_there) == 1;
}

void make_anew(Database& database, const Incarnation& incarnation) {
  database.run(drop);
  database.run(meta_table);
  database.run(tables);
  Statement insert(database,
                   "INSERT INTO leasehold_meta(one, schema, incarnation) VALUES (1, ?1, ?2)");
  insert.bind(1, schema_version).bind_id(2, incarnation).run();
}

// False if what is there is of no layout that was ever written.
bool bring_up(Database& database, std::int64_t schema) {
  if (schema < 1 || schema >= schema_version) return false;
  const Older& layout = older.at(static_cast<std::size_t>(schema - 1));
  if (count_of(database, lease_table_is_there) != layout.lease_tables) return false;
  database.run(layout.set_aside);
  database.run(tables);
  database.run(layout.move_over);
  Statement note(database, "UPDATE leasehold_meta SET schema = ?1");
  note.bind(1, schema_version).run();
  return true;
}

}  // namespace

void refuse_newer(std::int64_t schema) {
  if (schema <= schema_version) return;
  throw Unusable("its layout " + std::to_string(schema) + " is newer than the " +
                 std::to_string(schema_version) +
                 " that this program knows; update Leasehold here");
}

bool tables_are_there(Database& database) { return complete(database, schema_of(database)); }

void make_tables(Database& database, const Incarnation& incarnation) {
  database.run("BEGIN IMMEDIATE");
  const std::optional<std::int64_t> schema = schema_of(database);
  if (!complete(database, schema) && !(schema && bring_up(database, *schema))) {
    make_anew(database, incarnation);
  }
  database.run("COMMIT");
}

}  // namespace leasehold::stores
