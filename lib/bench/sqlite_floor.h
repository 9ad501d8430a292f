// The least that a lease in SQLite can cost: prepared statements on one row of one table, each a
// transaction of its own, in a file that is set as the adapter sets it.
//
// What it lacks beside the adapter: it does not notice a file or table that was replaced, names no
// tenure before, keeps no seq, and its waiters starve.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>

#include <sqlite3.h>

#include "lib/bench/processes.h"

namespace leasehold::bench {

/// One connection. Without a gate nobody else may be writing: it waits for nobody.
class FloorConnection {
 public:
  enum class Level { normal, full };

  FloorConnection(const std::string& file, Level level) {
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    good(sqlite3_open_v2(file.c_str(), &db_, flags, nullptr));
    sqlite3_busy_timeout(db_, 10'000);  // for the first moments alone, when a table is made
    run("PRAGMA journal_mode = wal");
    run(level == Level::full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    run("CREATE TABLE IF NOT EXISTS floor(key TEXT PRIMARY KEY, owner BLOB, term INTEGER NOT NULL, "
        "version INTEGER NOT NULL, expires_at_ns INTEGER NOT NULL, info TEXT NOT NULL) "
        "STRICT, WITHOUT ROWID");
    grant_ = prepared(
        "INSERT INTO floor(key, owner, term, version, expires_at_ns, info) "
        "VALUES (?1, ?2, 1, 1, ?3 + 3600000000000, 'pid 1 on host') ON CONFLICT(key) DO UPDATE SET "
        "owner = ?2, term = term + 1, version = version + 1, expires_at_ns = ?3 + 3600000000000 "
        "WHERE owner IS NULL OR expires_at_ns < ?3");
    release_ = prepared(
        "UPDATE floor SET owner = NULL, version = version + 1 WHERE key = ?1 AND owner = ?2");
    read_ = prepared("SELECT owner, term, version, expires_at_ns, info FROM floor WHERE key = ?1");
    renew_ = prepared(
        "UPDATE floor SET version = version + 1, expires_at_ns = ?3 + 3600000000000 "
        "WHERE key = ?1 AND owner = ?2 AND expires_at_ns > ?3");
    renew_all_ = prepared(
        "UPDATE floor SET version = version + 1, expires_at_ns = ?3 + 3600000000000 "
        "WHERE owner = ?2 AND expires_at_ns > ?3");
  }
  FloorConnection(const FloorConnection&) = delete;
  FloorConnection& operator=(const FloorConnection&) = delete;
  ~FloorConnection() {
    for (sqlite3_stmt* one : {grant_, release_, read_, renew_, renew_all_}) sqlite3_finalize(one);
    sqlite3_close(db_);
  }

  void run(const char* sql) { good(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  int grant(const std::string& key) { return write(grant_, key); }
  int release(const std::string& key) { return write(release_, key); }
  int renew(const std::string& key) { return write(renew_, key); }
  /// One statement for all that this owner has.
  int renew_all() { return write(renew_all_, ""); }
  /// What somebody is told who finds the lock held.
  struct Row {
    bool held = false;
    std::int64_t term = 0;
    std::int64_t version = 0;
    std::int64_t expires_at_ns = 0;
    std::string info;
  };
  Row read(const std::string& key) {
    bind_key(read_, key);
    must(sqlite3_step(read_) == SQLITE_ROW, "the floor has no such row");
    const auto* const owner = sqlite3_column_blob(read_, 0);
    Row row{owner != nullptr && std::memcmp(owner, owner_.data(), owner_.size()) == 0,
            sqlite3_column_int64(read_, 1), sqlite3_column_int64(read_, 2),
            sqlite3_column_int64(read_, 3), ""};
    const void* const info = sqlite3_column_text(read_, 4);
    row.info.assign(static_cast<const char*>(info),
                    static_cast<std::size_t>(sqlite3_column_bytes(read_, 4)));
    sqlite3_reset(read_);
    return row;
  }

 private:
  void good(int code) const {
    must(code == SQLITE_OK, std::string("floor: ") + sqlite3_errmsg(db_));
  }
  sqlite3_stmt* prepared(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    good(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    return statement;
  }
  void bind_key(sqlite3_stmt* statement, const std::string& key) const {
    good(sqlite3_bind_text(statement, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC));
  }
  /// The rows that it changed.
  int write(sqlite3_stmt* statement, const std::string& key) {
    bind_key(statement, key);
    good(sqlite3_bind_blob(statement, 2, owner_.data(), static_cast<int>(owner_.size()),
                           SQLITE_STATIC));
    if (sqlite3_bind_parameter_count(statement) >= 3) sqlite3_bind_int64(statement, 3, now_ns());
    must(sqlite3_step(statement) == SQLITE_DONE, std::string("floor: ") + sqlite3_errmsg(db_));
    sqlite3_reset(statement);
    return sqlite3_changes(db_);
  }

  sqlite3* db_ = nullptr;
  std::array<unsigned char, 16> owner_{1, 2, 3};
  sqlite3_stmt* grant_ = nullptr;
  sqlite3_stmt* release_ = nullptr;
  sqlite3_stmt* read_ = nullptr;
  sqlite3_stmt* renew_ = nullptr;
  sqlite3_stmt* renew_all_ = nullptr;
};

/// A lease at the adapter's durability: a grant is on the disk when it returns, a release is not.
class Floor {
 public:
  explicit Floor(const std::string& file)
      : full(file, FloorConnection::Level::full), normal(file, FloorConnection::Level::normal) {}

  FloorConnection full;
  FloorConnection normal;
};

/// The fairest and plainest queue for writers: a lock on a file, which the kernel hands on in the
/// order in which it was asked for.
class FloorGate {
 public:
  explicit FloorGate(const std::string& file) : fd_(::open(file.c_str(), O_RDWR | O_CREAT, 0644)) {
    must(fd_ >= 0, "no gate");
  }
  FloorGate(const FloorGate&) = delete;
  FloorGate& operator=(const FloorGate&) = delete;
  ~FloorGate() { close(fd_); }

  template <class Body>
  void in_turn(const Body& body) {
    flock(fd_, LOCK_EX);
    body();
    flock(fd_, LOCK_UN);
  }

 private:
  const int fd_;
};

}  // namespace leasehold::bench
