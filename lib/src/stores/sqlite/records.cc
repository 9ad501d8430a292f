#include "lib/src/stores/sqlite/records.h"

#include <array>

namespace leasehold::stores {
namespace {

constexpr const char* repair =
    "; somebody else wrote it: restore the file from a backup, or delete the key's rows from "
    "leasehold_lease and leasehold_record once nobody uses the lock";

[[noreturn]] void fail_for_no_meta() {
  throw Unusable(
      "the table leasehold_meta is empty; restore the file from a backup, or drop the tables "
      "leasehold_meta, leasehold_lease and leasehold_record once nobody uses their locks");
}

[[noreturn]] void fail_for_half_a_record() {
  throw Unusable("its record has lost its row in leasehold_record" + std::string(repair));
}

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

// Keys of which it is remembered what they told: few processes wait for more.
constexpr std::size_t most_told = 1'000;

std::int64_t stored(std::uint64_t count) { return static_cast<std::int64_t>(count); }

// One number for the clock that an expiry is of and for how the record is to be read, so that a
// renewal need not look at the row that says so in words. FNV-1a, 64 bits
// (ietf.org/archive/id/draft-eastlake-fnv). A domain is named by its boot id, so that two of one
// number will not be met; and it would take one owner that renews in both, too.
std::int64_t clock_of(Authority authority, std::string_view domain) {
  std::uint64_t digest = 0xcbf29ce484222325;
  const auto add = [&digest](unsigned char byte) { digest = (digest ^ byte) * 0x100000001b3; };
  add(static_cast<unsigned char>(record_format));
  add(static_cast<unsigned char>(authority));
  for (const char byte : domain) add(static_cast<unsigned char>(byte));
  return static_cast<std::int64_t>(digest);
}

}  // namespace

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
             "UPDATE leasehold_lease SET version = version + 1, seq = ?4, renew_id = ?5, "
             "expires_at_ns = ?8 "
             "WHERE key = ?1 AND owner = ?2 AND term = ?3 AND seq < ?4 AND lease_ns = ?6 "
             "AND expires_at_ns BETWEEN ?7 AND ?8 AND clock = ?9"),
      // Every condition of `release` in record.h, which asks no clock, and that the row is of a
      // format that this program knows: `clock` says so.
      release_(database,
               "UPDATE leasehold_lease SET version = version + 1, owner = NULL, "
               "last_owner = owner, expires_at_ns = NULL "
               "WHERE key = ?1 AND owner = ?2 AND term = ?3 AND clock = ?4"),
      replace_(database,
               "UPDATE leasehold_lease SET version = ?2, term = ?3, owner = ?4, lease_ns = ?5, "
               "clock = ?6, expires_at_ns = ?7, seq = ?8, renew_id = ?9, last_owner = ?10 "
               "WHERE key = ?1 AND version = ?11"),
      look_again_(database,
                  "SELECT version, term, owner, last_owner, lease_ns, expires_at_ns "
                  "FROM leasehold_lease WHERE key = ?1 AND clock = ?2 AND seq >= 0"),
      // What `clock` says already is not read in words, only found to be so: who tampered with it
      // is told by `read`.
      look_(database,
            "SELECT version, term, owner, last_owner, lease_ns, expires_at_ns, "
            "info, schema, incarnation FROM leasehold_lease "
            "JOIN leasehold_record USING (key) JOIN leasehold_meta ON one = 1 WHERE key = ?1 AND "
            "clock = ?2 AND authority = 'host_clock' AND format = ?3 "
            "AND seq >= 0"),
      meta_(database, "SELECT schema, incarnation FROM leasehold_meta WHERE one = 1"),
      read_(database,
            "SELECT version, term, owner, last_owner, lease_ns, authority, domain, expires_at_ns, "
            "seq, renew_id, info, format FROM leasehold_lease LEFT JOIN leasehold_record "
            "USING (key) WHERE key = ?1"),
      keys_(database, "SELECT key FROM leasehold_lease WHERE key > ?1 ORDER BY key LIMIT ?2"),
      write_lease_(database,
                   "INSERT OR REPLACE INTO leasehold_lease(key, version, term, owner, lease_ns, "
                   "clock, expires_at_ns, seq, renew_id, last_owner) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
      write_record_(database,
                    "INSERT OR REPLACE INTO leasehold_record(key, authority, domain, info, format) "
                    "VALUES (?1, ?2, ?3, ?4, ?5)") {
  look_.bind(3, record_format);  // and stays so
}

Incarnation Records::incarnation() {
  const Use use(meta_);
  if (!meta_.step()) fail_for_no_meta();
  refuse_newer(meta_.integer(0));
  incarnation_ = meta_.id<Incarnation>(1);
  return incarnation_;
}

bool Records::look(Seen& seen, const std::string& key, const Judge& judge) {
  const bool again = look_again(seen, key, judge);
  if (!again && !look_at_all(seen, key, judge)) return false;
  if (!seen.record.owner) {
    // Who gets it now will tell something else.
    told_.erase(key);
  } else if (!again) {
    if (told_.size() >= most_told) told_.clear();
    told_[key] = {seen.incarnation, seen.record.term, seen.record.info, look_again_.recompiled()};
  }
  return true;
}

// What was told is still true. Only a grant changes the info, and it raises the term. And this is
// the table that it was told of: whoever drops it, makes one, or puts another database in its place
// by SQLite's means raises the schema's number, which only rises. The statement was compiled for
// some number before it was told, and SQLite runs it for that number alone: had there been another
// one meanwhile, it would have been compiled anew. (A file that was replaced is found to have
// moved.) For the same reason the layout is the one that this program knows.
bool Records::look_again(Seen& seen, const std::string& key, const Judge& judge) {
  const auto told = told_.find(key);
  if (told == told_.end()) return false;
  const Use use(look_again_);
  look_again_.bind(1, key).bind(2, clock_of_judge(judge));
  if (!look_again_.step() || look_again_.recompiled() != told->second.recompiled) return false;
  fill(seen.record, look_again_, judge);
  if (seen.record.term != told->second.term) return false;
  seen.incarnation = told->second.incarnation;
  seen.record.info = told->second.info;
  return true;
}

bool Records::look_at_all(Seen& seen, const std::string& key, const Judge& judge) {
  const Use use(look_);
  look_.bind(1, key).bind(2, clock_of_judge(judge));
  if (!look_.step()) return false;
  fill(seen.record, look_, judge);
  seen.record.info = look_.text(6);
  refuse_newer(look_.integer(7));
  seen.incarnation = look_.id<Incarnation>(8);
  return true;
}

void Records::fill(Record& record, const Statement& look, const Judge& judge) const {
  record.version = counter(look, 0, "version");
  record.term = counter(look, 1, "term");
  record.owner = look.id<OwnerId>(2);
  record.last_owner = look.id<OwnerId>(3);
  record.lease = Length(look.integer(4));
  record.authority = judge.authority;
  record.domain = judge.domain;
  record.expires_at.reset();
  if (const auto expires_at = look.optional_integer(5)) {
    record.expires_at = Instant<StoreClock>::at_ns(*expires_at) + offset_;
  }
}

// A version is never used twice in one table, and every change of a record raises it. So a record
// of this version is in all of its columns, in both of its rows, what was seen, and what a step
// makes of the one it makes of the other. `look` leaves out the seq and the renewal of the tenure
// before, which a grant forgets.
bool Records::replace_lease(const std::string& key, const Seen& seen, const Record& made) {
  const Record& before = seen.record;
  const bool lease_alone = !before.owner && made.authority == before.authority &&
                           made.domain == before.domain && made.info == before.info;
  if (!lease_alone || seen.incarnation != incarnation_) return false;
  bind_lease(replace_, key, made);
  replace_.bind(11, stored(before.version)).run();
  return database_.changes() == 1;
}

bool Records::release_plainly(const ReleaseRequest& request, const Judge& judge) {
  release_.bind(1, request.key).bind_id(2, request.owner).bind(3, stored(request.term));
  release_.bind(4, clock_of_judge(judge)).run();
  return database_.changes() == 1;
}

std::optional<Renewed> Records::renew_plainly(const RenewRequest& request, const Judge& judge) {
  renew_.bind(1, request.key).bind_id(2, request.owner).bind(3, stored(request.term));
  renew_.bind(4, stored(request.seq)).bind_id(5, request.renew_id);
  // The lease of the row is this one, or the statement finds no row.
  const Length lease = rounded_up(request.lease, judge.resolution);
  const Instant<StoreClock> expires_at = expiry(judge, lease);
  renew_.bind(6, lease.count()).bind(7, (judge.now - offset_).ns());
  renew_.bind(8, (expires_at - offset_).ns()).bind(9, clock_of_judge(judge));
  renew_.run();
  if (database_.changes() == 0) return std::nullopt;
  return Renewed{request.seq, expires_at};
}

// Worked out once: a store has one judge.
std::int64_t Records::clock_of_judge(const Judge& judge) {
  if (judge.domain != judged_domain_) {
    judged_domain_ = judge.domain;
    judged_clock_ = clock_of(judge.authority, judge.domain);
  }
  return judged_clock_;
}

Record Records::read(const std::string& key) {
  const Use use(read_);
  read_.bind(1, key);
  Record record;
  if (!read_.step()) return record;
  if (!read_.optional_integer(11)) fail_for_half_a_record();
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

void Records::bind_lease(Statement& write, const std::string& key, const Record& record) const {
  write.bind(1, key).bind(2, stored(record.version)).bind(3, stored(record.term));
  write.bind_id(4, record.owner).bind(5, record.lease.count());
  write.bind(6, clock_of(record.authority, record.domain));
  if (record.expires_at) {
    write.bind(7, (*record.expires_at - offset_).ns());
  } else {
    write.bind_null(7);
  }
  write.bind(8, stored(record.seq)).bind_id(9, record.renew_id).bind_id(10, record.last_owner);
}

void Records::write(const std::string& key, const Record& record) {
  bind_lease(write_lease_, key, record);
  write_lease_.run();
  write_record_.bind(1, key).bind(2, to_string(record.authority)).bind(3, record.domain);
  write_record_.bind(4, record.info).bind(5, record_format).run();
}

}  // namespace leasehold::stores
