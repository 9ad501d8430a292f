// One connection to PostgreSQL, every call of which ends in time.
#pragma once

#include <memory>
#include <set>
#include <string>

#include <libpq-fe.h>

#include "lib/src/stores/patience.h"
#include "lib/src/stores/postgres/address.h"
#include "lib/src/stores/postgres/rows.h"

namespace leasehold::stores {

/// A statement that is prepared once a connection.
struct Prepared {
  const char* name = "";
  std::string sql;
};

/// How a connection is set up.
struct SessionSettings {
  /// How long the server works on a statement; below what its client waits.
  std::chrono::milliseconds statement_timeout{};
  /// How long it waits for a row.
  std::chrono::milliseconds lock_timeout{};
  /// What was committed is on the disk before it is answered.
  bool durable = true;
};

/// Everything throws `PostgresFailure` or `PostgresUnusable`. After a failure that is not `refused`
/// the connection is of no use. Not thread-safe.
class Session {
 public:
  /// Connects to a primary. A call that does not end within `patience` has failed.
  Session(const Address& address, const SessionSettings& settings, const Patience& patience);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() = default;

  /// One or several statements, without parameters: the rows of the last.
  Rows run_text(const std::string& sql, const Patience& patience);
  Rows run(const Prepared& statement, const Parameters& parameters, const Patience& patience);

  /// True if the server has closed it: to be asked before something is sent that can't be repeated.
  bool is_gone();
  /// What the server says of itself, e.g. 150018 for 15.18.
  int server_version() const { return PQserverVersion(connection_.get()); }
  bool is_encrypted() const { return PQsslInUse(connection_.get()) == 1; }
  std::string host() const;
  std::string database() const;
  std::string user() const;
  int socket() const { return PQsocket(connection_.get()); }
  /// For `PQnotifies` alone.
  PGconn* raw() { return connection_.get(); }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  void connect(const Address& address, const Patience& patience);
  void set_up(const SessionSettings& settings, const Patience& patience);
  void flush(const Patience& patience);
  Rows last_result(const Patience& patience);
  [[noreturn]] void fail_to_connect() const;

  std::unique_ptr<PGconn, Finish> connection_;
  std::set<std::string> prepared_;
};

}  // namespace leasehold::stores
