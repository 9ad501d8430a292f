// A record read from its rows and written to them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/src/plant.h"
#include "lib/src/stores/record.h"
#include "lib/src/stores/sqlite/database.h"
#include "lib/src/stores/sqlite/layout.h"

namespace leasehold::stores {

/// What a connection is set to and what it works on, as SQLite says it.
struct Settings {
  std::string journal_mode;
  std::string synchronous;
  std::int64_t schema = 0;
};

/// A record as a look showed it, and the table that it is in.
struct Seen {
  Incarnation incarnation;
  Record record;
};

/// The statements of one connection.
class Records {
 public:
  /// Requires: the tables are there. `offset` is taken off this process's clock before a time is
  /// written and added again when it is read.
  Records(Database& database, Span<StoreClock> offset);

  void begin_snapshot() { begin_.run(); }
  void begin_change() {
    if (!planted(Bug::M53)) begin_immediate_.run();
  }
  void commit() {
    if (!planted(Bug::M53) || database_.in_transaction()) commit_.run();
  }

  /// Renews by one statement, if all that `renew` of record.h asks for is plainly so: nullopt if
  /// anything is not, and nothing was done. `judge` must be of the authority host_clock.
  std::optional<Renewed> renew_plainly(const RenewRequest& request, const Judge& judge);
  /// Releases without reading first, if all that `release` of record.h asks for is plainly so:
  /// false if anything is not, and nothing was done. `judge` as above.
  bool release_plainly(const ReleaseRequest& request, const Judge& judge);
  /// Writes `made` in the place of `seen`, which `look` found free, by one statement, if it is
  /// still so and nothing of its second row differs: false if not, and nothing was done. Requires:
  /// a transaction, and that it asked for the `incarnation`.
  bool replace_lease(const std::string& key, const Seen& seen, const Record& made);

  /// Which table this is, at this moment. Throws `Unusable` if it is of a newer layout or not ours.
  Incarnation incarnation();
  /// Reads a record by one statement, which is a snapshot by itself; without what is of no interest
  /// to `acquire`: seq and renewal. Who looks again at the same tenure reads one row of one table.
  /// False if it was never acquired, or not by the clock of `judge`, or lost a row: then `read` it.
  bool look(Seen& seen, const std::string& key, const Judge& judge);
  /// The record of `key`; one that was never acquired if it has no lease. Throws `Unusable` if it
  /// makes no sense.
  Record read(const std::string& key);
  /// Up to `most` keys above `after`, in the order of their bytes.
  std::vector<std::string> keys(const std::string& after, std::size_t most);
  /// Requires: a transaction.
  Settings settings();
  /// Writes all of it.
  void write(const std::string& key, const Record& record);

 private:
  /// What a look need not read again: it can't change while a tenure and its table last.
  struct Told {
    Incarnation incarnation;
    Term term = 0;
    std::string info;
    /// How often `look_again_` had been compiled anew by then.
    int recompiled = 0;
  };

  bool look_again(Seen& seen, const std::string& key, const Judge& judge);
  bool look_at_all(Seen& seen, const std::string& key, const Judge& judge);
  void fill(Record& record, const Statement& look, const Judge& judge) const;
  std::int64_t clock_of_judge(const Judge& judge);
  void bind_lease(Statement& write, const std::string& key, const Record& record) const;

  Database& database_;
  const Span<StoreClock> offset_;
  Statement begin_;
  Statement begin_immediate_;
  Statement commit_;
  Statement renew_;
  Statement release_;
  Statement replace_;
  Statement look_again_;
  Statement look_;
  Statement meta_;
  Statement read_;
  Statement keys_;
  Statement write_lease_;
  Statement write_record_;
  std::optional<std::string> judged_domain_;
  std::int64_t judged_clock_ = 0;
  // As it was read last.
  Incarnation incarnation_;
  std::map<std::string, Told> told_;
};

}  // namespace leasehold::stores
