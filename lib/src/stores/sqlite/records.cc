#include "lib/src/stores/sqlite/records.h"

#include <array>

namespace leasehold::stores {
namespace {

// Instants are nanoseconds of the domain's clock; ids are 16 bytes, high half first.
constexpr const char* layout = R"sql(
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS leasehold_meta(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  schema INTEGER NOT NULL,
  incarnation BLOB NOT NULL CHECK (length(incarnation) = 16)
) STRICT;
CREATE TABLE IF NOT EXISTS leasehold_record(
  key TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  term INTEGER NOT NULL,
  owner BLOB CHECK (length(owner) = 16),
  last_owner BLOB CHECK (length(last_owner) = 16),
  lease_ns INTEGER NOT NULL,
  authority TEXT NOT NULL,
  domain TEXT NOT NULL,
  expires_at_ns INTEGER,
  seq INTEGER NOT NULL,
  renew_id BLOB CHECK (length(renew_id) = 16),
  info TEXT NOT NULL,
  format INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* repair =
    "; somebody else wrote it: restore the file from a backup, or delete the key's row from "
    "leasehold_record once nobody uses the lock";

std::uint64_t counter(const Statement& row, int column, const char* name) {
  const std::int64_t value = row.integer(column);
  if (value < 0) throw Unusable(std::string("the ") + name + " of its record is negative" + repair);
  return static_cast<std::uint64_t>(value);
}

Authority authority_of(const std::string& name) {
  for (const Authority one : {Authority::host_clock, Authority::store_clock, Authority::wall_clock,
                              Authority::observation}) {
    if (name == to_string(one)) return one;
  }
  throw Unusable("the authority \"" + name + "\" of its record is none that this program knows" +
                 repair);
}

// SQLite tells it by number: sqlite.org/pragma.html#pragma_synchronous.
std::string level_name(const std::string& synchronous) {
  constexpr std::array names{"OFF", "NORMAL", "FULL", "EXTRA"};
  for (std::size_t level = 0; level < names.size(); ++level) {
    if (synchronous == std::to_string(level)) return names.at(level);
  }
  return synchronous;
}

std::int64_t stored(std::uint64_t count) { return static_cast<std::int64_t>(count); }

}  // namespace

void make_tables(Database& database, const Incarnation& incarnation) {
  database.run(layout);
  Statement insert(database,
                   "INSERT INTO leasehold_meta(one, schema, incarnation) VALUES (1, ?1, ?2) "
                   "ON CONFLICT DO NOTHING");
  insert.bind(1, schema_version).bind_id(2, incarnation).run();
  database.run("COMMIT");
}

Records::Records(Database& database, Span<StoreClock> offset)
    : database_(database),
      offset_(offset),
      begin_(database, "BEGIN"),
      begin_immediate_(database, "BEGIN IMMEDIATE"),
      commit_(database, "COMMIT"),
      // Every condition of `renew` in record.h, and for the rest of its cases none: those are left
      // to it. The new expiry is a reading floored, plus the lease: an old one up to it is
      // believed, and is not moved back. No RETURNING, which costs as much again as the update:
      // SQLite fills a table of its own with what it returns.
      renew_(database,
             "UPDATE leasehold_record SET version = version + 1, seq = ?4, renew_id = ?5, "
             "expires_at_ns = ?8 "
             "WHERE key = ?1 AND owner = ?2 AND term = ?3 AND seq < ?4 AND lease_ns = ?6 "
             "AND expires_at_ns BETWEEN ?7 AND ?8 "
             "AND authority = 'host_clock' AND domain = ?9 AND format = ?10"),
      meta_(database, "SELECT schema, incarnation FROM leasehold_meta WHERE one = 1"),
      read_(database,
            "SELECT version, term, owner, last_owner, lease_ns, authority, domain, expires_at_ns, "
            "seq, renew_id, info, format FROM leasehold_record WHERE key = ?1"),
      keys_(database, "SELECT key FROM leasehold_record WHERE key > ?1 ORDER BY key LIMIT ?2"),
      write_(database,
             "INSERT INTO leasehold_record(key, version, term, owner, last_owner, lease_ns, "
             "authority, domain, expires_at_ns, seq, renew_id, info, format) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "
             "ON CONFLICT(key) DO UPDATE SET version = ?2, term = ?3, owner = ?4, last_owner = ?5, "
             "lease_ns = ?6, authority = ?7, domain = ?8, expires_at_ns = ?9, seq = ?10, "
             "renew_id = ?11, info = ?12, format = ?13") {}

Incarnation Records::incarnation() {
  const Use use(meta_);
  if (!meta_.step()) {
    throw Unusable(
        "the table leasehold_meta is empty; restore the file from a backup, or drop the tables "
        "leasehold_meta and leasehold_record once nobody uses their locks");
  }
  const std::int64_t schema = meta_.integer(0);
  if (schema > schema_version) {
    throw Unusable("its layout " + std::to_string(schema) + " is newer than the " +
                   std::to_string(schema_version) +
                   " that this program knows; update Leasehold here");
  }
  return meta_.id<Incarnation>(1);
}

std::optional<Renewed> Records::renew_plainly(const RenewRequest& request, const Judge& judge) {
  renew_.bind(1, request.key).bind_id(2, request.owner).bind(3, stored(request.term));
  renew_.bind(4, stored(request.seq)).bind_id(5, request.renew_id);
  // The lease of the row is this one, or the statement finds no row.
  const Length lease = rounded_up(request.lease, judge.resolution);
  const Instant<StoreClock> expires_at = expiry(judge, lease);
  renew_.bind(6, lease.count()).bind(7, (judge.now - offset_).ns());
  renew_.bind(8, (expires_at - offset_).ns()).bind(9, judge.domain).bind(10, record_format);
  renew_.run();
  if (database_.changes() == 0) return std::nullopt;
  return Renewed{request.seq, expires_at};
}

Record Records::read(const std::string& key) {
  const Use use(read_);
  read_.bind(1, key);
  Record record;
  if (!read_.step()) return record;
  if (read_.integer(11) > record_format) {
    throw Unusable("the record of \"" + key +
                   "\" has a newer format than this program knows; update Leasehold here");
  }
  record.version = counter(read_, 0, "version");
  record.term = counter(read_, 1, "term");
  record.owner = read_.id<OwnerId>(2);
  record.last_owner = read_.id<OwnerId>(3);
  record.lease = Length(read_.integer(4));
  record.authority = authority_of(read_.text(5));
  record.domain = read_.text(6);
  if (const auto expires_at = read_.optional_integer(7)) {
    record.expires_at = Instant<StoreClock>::at_ns(*expires_at) + offset_;
  }
  record.seq = counter(read_, 8, "seq");
  record.renew_id = read_.id<RenewId>(9);
  record.info = read_.text(10);
  return record;
}

std::vector<std::string> Records::keys(const std::string& after, std::size_t most) {
  const Use use(keys_);
  keys_.bind(1, after).bind(2, stored(most));
  std::vector<std::string> keys;
  while (keys_.step()) keys.push_back(keys_.text(0));
  return keys;
}

Settings Records::settings() {
  Settings found;
  found.journal_mode = database_.text_of("PRAGMA journal_mode");
  found.synchronous = level_name(database_.text_of("PRAGMA synchronous"));
  const Use use(meta_);
  if (meta_.step()) found.schema = meta_.integer(0);
  return found;
}

void Records::write(const std::string& key, const Record& record) {
  write_.bind(1, key).bind(2, stored(record.version)).bind(3, stored(record.term));
  write_.bind_id(4, record.owner).bind_id(5, record.last_owner).bind(6, record.lease.count());
  write_.bind(7, to_string(record.authority)).bind(8, record.domain);
  if (record.expires_at) {
    write_.bind(9, (*record.expires_at - offset_).ns());
  } else {
    write_.bind_null(9);
  }
  write_.bind(10, stored(record.seq)).bind_id(11, record.renew_id);
  write_.bind(12, record.info).bind(13, record_format);
  write_.run();
}

}  // namespace leasehold::stores
