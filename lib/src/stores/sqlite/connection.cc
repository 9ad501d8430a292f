#include "lib/src/stores/sqlite/connection.h"

#include <sys/stat.h>
#include <thread>

namespace leasehold::stores {
namespace {

using namespace std::chrono_literals;

bool exists(const std::string& file) {
  struct stat about {};
  return stat(file.c_str(), &about) == 0;
}

// What to do about it, by the result codes of sqlite.org/rescode.html.
const char* advice(int code) {
  // A part of SQLITE_READONLY that has nothing to do with permissions.
  if (code == SQLITE_READONLY_DBMOVED) {
    return "; leases in the old file are lost: replace no database that is in use";
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "; another writer held the file all that time: shorten its transactions, or keep the "
             "locks in a file of their own";
    case SQLITE_FULL:
      return "; make room on the disk";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "; make the file and its directory writable for this user";
    case SQLITE_CANTOPEN:
      return "; check that the directory exists and is writable for this user, and that this "
             "process "
             "may open more files";
    case SQLITE_NOTADB:
      return "; give the path of an SQLite database, or of a file that is not there yet";
    case SQLITE_CORRUPT:
      return "; restore it, or delete it together with its -wal and -shm once nobody uses it";
    case SQLITE_IOERR:
      return "; look for the disk's errors in the kernel's log, and check the file with PRAGMA "
             "integrity_check";
    case SQLITE_NOMEM:
      return "; this process or its memory limit is too small: free memory";
    default:
      return "; see this code on sqlite.org/rescode.html, and try again";
  }
}

bool writes(Connection::Access access) {
  return access == Connection::Access::change || access == Connection::Access::change_or_make;
}

bool is_for_good(int primary) {
  return primary == SQLITE_NOTADB || primary == SQLITE_READONLY || primary == SQLITE_PERM ||
         primary == SQLITE_CORRUPT;
}

// SQLite does not wait for others who have the file open while its journal mode changes: it says
// BUSY at once. The gate keeps those apart that open a fresh file together, where there is a gate.
void change_to_wal(Database& database, const Patience& patience) {
  for (;;) {
    try {
      if (database.text_of("PRAGMA journal_mode = wal") == "wal") return;
      throw Unusable(
          "its journal mode can't be changed to WAL; keep the locks in a file of their own, on a "
          "local disk");
    } catch (const SqliteFailure& failure) {
      if (failure.primary() != SQLITE_BUSY || patience.over()) throw;
    }
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace

Connection::Turn::Turn(Connection& connection, Access access, const Patience& patience)
    : connection_(connection) {
  // Half of the patience: if somebody is stopped in his turn, the rest is for trying without.
  if (writes(access)) entered_ = connection_.gate_.enter(Patience(patience.left() / 2));
  connection_.database_->wait_with(&patience);
}

Connection::Turn::~Turn() {
  if (connection_.database_) connection_.database_->wait_with(nullptr);
  if (entered_) connection_.gate_.leave();
}

Connection::Transaction::Transaction(Connection& connection, Access access)
    : connection_(connection) {
  if (writes(access)) {
    connection_.records_->begin_change();
  } else {
    connection_.records_->begin_snapshot();
  }
}

Connection::Transaction::~Transaction() {
  Database& database = *connection_.database_;
  if (!database.in_transaction()) return;
  try {
    database.run("ROLLBACK");
  } catch (const SqliteFailure&) {
    // SQLite rolls back by itself what it can't roll back when asked; a connection that is still in
    // a transaction is of no use.
    if (database.in_transaction()) connection_.close();
  }
}

void Connection::Transaction::commit() {
  connection_.committing_ = true;
  connection_.records_->commit();
  // A file that was replaced meanwhile may have got this, and the one that others see did not.
  if (connection_.database_->moved()) fail_for_moved();
  connection_.committing_ = false;
}

std::optional<Error> Connection::create(const Patience& patience) {
  const std::scoped_lock lock(mutex_);
  try {
    open(true, patience);
    return std::nullopt;
  } catch (const std::exception& failure) {
    return error_of("open", failure, patience);
  }
}

// False if there is nothing to work on and it is not to be made.
bool Connection::prepare(Access access, const Patience& patience) {
  committing_ = false;
  if (records_ && database_->moved()) close();
  if (records_) return true;
  const bool make = access == Access::change_or_make;
  if (!make) {
    if (!exists(place_.file)) return false;
    database_ = std::make_unique<Database>(place_.file, Database::Mode::existing);
    database_->wait_with(&patience);
    const bool there = tables_are_there(*database_);
    database_->wait_with(nullptr);
    if (!there) return false;
  }
  open(make, patience);
  return true;
}

// True if what this connection worked on is gone, and nothing of the work was committed: somebody
// dropped a table under a statement, or another file is at the path now.
bool Connection::went(const std::exception& failure) {
  const auto* const sqlite = dynamic_cast<const SqliteFailure*>(&failure);
  if (sqlite == nullptr || committing_) return false;
  if (sqlite->code() == SQLITE_READONLY_DBMOVED) return true;
  if (sqlite->primary() != SQLITE_ERROR || !database_) return false;
  try {
    return !tables_are_there(*database_);
  } catch (const std::exception&) {
    return false;
  }
}

void Connection::fail_for_moved() {
  throw SqliteFailure(SQLITE_READONLY_DBMOVED, "the file was deleted or replaced meanwhile");
}

void Connection::open(bool make, const Patience& patience) {
  close();
  database_ = std::make_unique<Database>(place_.file,
                                         make ? Database::Mode::create : Database::Mode::existing);
  // Who makes nothing waits for no writer: a first look must not stand in line behind one that
  // hangs.
  const Turn turn(*this, make ? Access::change : Access::snapshot, patience);
  if (database_->read_only()) throw SqliteFailure(SQLITE_READONLY, "the file is read-only");
  // Opening reads nothing yet: this is where a file that is no database is found out.
  if (database_->text_of("PRAGMA journal_mode") != "wal") change_to_wal(*database_, patience);
  database_->run(durable_ && !planted(Bug::M56) ? "PRAGMA synchronous = FULL"
                                                : "PRAGMA synchronous = NORMAL");
  if (!tables_are_there(*database_)) make_tables(*database_, place_.random.id<Incarnation>());
  records_ = std::make_unique<Records>(*database_, place_.offset);
  records_->incarnation();
}

void Connection::close() {
  records_.reset();
  database_.reset();
}

// Sorts by what a lease holder must know. Before the commit nothing took effect and, as the
// transaction is rolled back, nothing will. When the commit itself failed it may have reached the
// log, and a recovery may find it there.
Error Connection::error_of(const std::string& what, const std::exception& failure,
                           const Patience& patience) {
  const auto* const sqlite = dynamic_cast<const SqliteFailure*>(&failure);
  const int primary = sqlite != nullptr ? sqlite->primary() : SQLITE_OK;
  std::string detail = "sqlite: " + what + " in " + place_.file + ": " + failure.what();
  if (sqlite != nullptr) {
    detail += " (" + std::to_string(sqlite->code()) + ")";
    if (primary == SQLITE_BUSY) {
      const auto spent = std::chrono::floor<std::chrono::milliseconds>(patience.spent());
      detail += " after " + std::to_string(spent.count()) + " ms";
    }
    detail += advice(sqlite->code());
  }
  const bool useless = dynamic_cast<const Unusable*>(&failure) != nullptr || is_for_good(primary);
  const bool maybe_applied = committing_ && primary != SQLITE_BUSY;
  committing_ = false;
  // After most errors a new connection is better than one that may have seen half of something.
  if (!records_ || (primary != SQLITE_BUSY && primary != SQLITE_FULL)) close();
  if (maybe_applied) return Error{Errc::unknown, detail};
  return Error{useless ? Errc::misuse : Errc::not_applied, detail};
}

}  // namespace leasehold::stores
