// SQLite's C interface with owners and errors: a connection, a statement, what went wrong.
//
// The rule to know: everything here throws `SqliteFailure`; the store turns it into an `Error` in
// one place, where it is known what was asked and whether a commit had begun.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "lib/src/stores/patience.h"

namespace leasehold::stores {

/// An SQLite call failed. `code` is the extended result code.
class SqliteFailure : public std::runtime_error {
 public:
  SqliteFailure(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
  int code() const { return code_; }
  /// The result code without its extension: SQLITE_BUSY, SQLITE_IOERR, ...
  int primary() const { return code_ & 0xff; }

 private:
  int code_;
};

class Statement;

/// One connection. Not thread-safe; closes itself.
class Database {
 public:
  enum class Mode { create, existing };
  Database(const std::string& path, Mode mode);
  /// Works on a connection of the user's, and neither closes nor configures it.
  explicit Database(sqlite3* borrowed) : db_(borrowed), borrowed_(true) {}
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  void run(const char* sql);
  /// The first column of the first row, as text.
  std::string text_of(const char* sql);
  /// How long statements wait for other writers from now on; null: not at all. It must outlive
  /// them.
  void wait_with(const Patience* patience);
  /// True if the file was deleted, moved or replaced since it was opened.
  bool moved();
  bool read_only() const { return sqlite3_db_readonly(db_, "main") == 1; }
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  /// The absolute path of the file, links resolved.
  std::string file() const;
  /// The rows that the last statement changed.
  int changes() const { return sqlite3_changes(db_); }

 private:
  friend class Statement;
  static int on_busy(void* database, int times);
  [[noreturn]] void fail(int code) const;

  sqlite3* db_ = nullptr;
  const bool borrowed_ = false;
  const Patience* patience_ = nullptr;
};

/// A prepared statement that is used again and again. Parameters count from 1, columns from 0.
class Statement {
 public:
  /// `sql` has at most `most_parameters`.
  Statement(Database& database, const char* sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() = default;

  Statement& bind(int parameter, std::int64_t value);
  /// The text is not copied: it must stay as it is until the statement has run.
  Statement& bind(int parameter, std::string_view text);
  /// 16 bytes, high half first; null if the id is.
  template <class AnyId>
  Statement& bind_id(int parameter, const AnyId& id) {
    return bind_bits(parameter, id.high, id.low);
  }
  Statement& bind_null(int parameter);

  /// True if there is a row. Parameters stay bound; `done` must come before the next use.
  bool step();
  /// Runs it to its end, for its effect.
  void run();
  void done();
  /// How often SQLite had to compile it anew, which it does when it runs on a schema that is not
  /// the one that it was compiled for.
  int recompiled() const;

  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  std::string text(int column) const;
  template <class AnyId>
  AnyId id(int column) const {
    const Bits bits = bits_at(column);
    return AnyId{bits.high, bits.low};
  }

 private:
  static constexpr std::size_t most_parameters = 16;
  struct Bits {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Statement& bind_bits(int parameter, std::uint64_t high, std::uint64_t low);
  Bits bits_at(int column) const;
  void check(int code) const;

  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  // The ids that are bound, by parameter: SQLite is lent them, as it is lent texts.
  std::array<std::array<unsigned char, 16>, most_parameters> ids_{};
};

/// Ends a statement's use, so that no read of it stays open.
class Use {
 public:
  explicit Use(Statement& statement) : statement_(statement) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() { statement_.done(); }

 private:
  Statement& statement_;
};

}  // namespace leasehold::stores
