// The tables: their layout, and a record read from and written to its row.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/src/stores/record.h"
#include "lib/src/stores/sqlite/database.h"

namespace leasehold::stores {

/// The layout that this program writes. A file with a higher one is refused.
inline constexpr std::int64_t schema_version = 1;
/// The meaning of the columns of one record.
inline constexpr std::int64_t record_format = 1;

/// The file, or a row in it, is not what this program can work with. Trying again is of no use.
class Unusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Makes the tables if they are not there, in a transaction of their own; `incarnation` names them
/// if so. When it throws, the connection must be closed.
void make_tables(Database& database, const Incarnation& incarnation);

/// What a connection is set to and what it works on, as SQLite says it.
struct Settings {
  std::string journal_mode;
  std::string synchronous;
  std::int64_t schema = 0;
};

/// The statements of one connection.
class Records {
 public:
  /// Requires: the tables are there. `offset` is taken off this process's clock before a time is
  /// written and added again when it is read.
  Records(Database& database, Span<StoreClock> offset);

  void begin_snapshot() { begin_.run(); }
  void begin_change() { begin_immediate_.run(); }
  void commit() { commit_.run(); }

  /// Renews by one statement, if all that `renew` of record.h asks for is plainly so: nullopt if
  /// anything is not, and nothing was done. `judge` must be of the authority host_clock.
  std::optional<Renewed> renew_plainly(const RenewRequest& request, const Judge& judge);

  /// Which table this is, at this moment. Throws `Unusable` if it is of a newer layout or not ours.
  Incarnation incarnation();
  /// The record of `key`; one that was never acquired if there is no row. Throws `Unusable` if the
  /// row makes no sense.
  Record read(const std::string& key);
  /// Up to `most` keys above `after`, in the order of their bytes.
  std::vector<std::string> keys(const std::string& after, std::size_t most);
  /// Requires: a transaction.
  Settings settings();
  /// Writes the whole row.
  void write(const std::string& key, const Record& record);

 private:
  Database& database_;
  const Span<StoreClock> offset_;
  Statement begin_;
  Statement begin_immediate_;
  Statement commit_;
  Statement renew_;
  Statement meta_;
  Statement read_;
  Statement keys_;
  Statement write_;
};

}  // namespace leasehold::stores
