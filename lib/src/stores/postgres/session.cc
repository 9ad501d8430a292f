#include "lib/src/stores/postgres/session.h"

#include <cerrno>
#include <cstring>
#include <poll.h>

#include "lib/src/stores/postgres/failure.h"

namespace leasehold::stores {
namespace {

using Stage = PostgresFailure::Stage;

// The oldest that the PostgreSQL project still mends: postgresql.org/support/versioning.
constexpr int oldest_server = 130000;

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return text;
}

// Waits until the socket is ready for one of `events`; false when the patience is over.
bool await(int socket, int events, const Patience& patience) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(patience.left());
    pollfd one{socket, static_cast<short>(events), 0};
    const int ready = poll(&one, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready == 0 && patience.over()) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// libpq tells the SQLSTATE of a failure to connect in its message alone, and there only if it is
// asked to be verbose: "FATAL:  28P01: password authentication failed ...".
std::string sqlstate_in(const std::string& message) {
  const std::size_t at = message.find("FATAL:");
  if (at == std::string::npos) return {};
  const std::size_t from = message.find_first_not_of(' ', at + 6);
  if (from == std::string::npos || message.find(':', from) != from + 5) return {};
  return message.substr(from, 5);
}

// Without the lines that a verbose message has for PostgreSQL's developers.
std::string readable(const std::string& message) {
  const std::string cut = message.substr(0, message.find("\nLOCATION:"));
  return trimmed(cut);
}

void ignore_notice(void* /*nothing*/, const char* /*message*/) {}

}  // namespace

Session::Session(const Address& address, const SessionSettings& settings,
                 const Patience& patience) {
  connect(address, patience);
  set_up(settings, patience);
}

void Session::connect(const Address& address, const Patience& patience) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : address.parameters) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  connection_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
  if (!connection_) throw PostgresFailure(Stage::unsent, "53200", "no memory for a connection");
  PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
  PQsetNoticeProcessor(connection_.get(), &ignore_notice, nullptr);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (PQstatus(connection_.get()) != CONNECTION_BAD) {
    if (state == PGRES_POLLING_OK) break;
    if (state == PGRES_POLLING_FAILED) fail_to_connect();
    const int events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!await(PQsocket(connection_.get()), events, patience)) {
      throw PostgresFailure(Stage::unsent, {}, "the server did not answer in time");
    }
    state = PQconnectPoll(connection_.get());
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) fail_to_connect();
  PQsetErrorVerbosity(connection_.get(), PQERRORS_DEFAULT);
  if (PQsetnonblocking(connection_.get(), 1) != 0) fail_to_connect();
}

void Session::fail_to_connect() const {
  const std::string message = PQerrorMessage(connection_.get());
  // That no password is known is found here and not by the server.
  if (PQconnectionNeedsPassword(connection_.get()) == 1 && sqlstate_in(message).empty()) {
    throw PostgresFailure(Stage::unsent, "28P01", readable(message));
  }
  throw PostgresFailure(Stage::unsent, sqlstate_in(message), readable(message));
}

void Session::set_up(const SessionSettings& settings, const Patience& patience) {
  if (server_version() < oldest_server) {
    throw PostgresUnusable("the server has version " + std::to_string(server_version() / 10000) +
                           ", older than " + std::to_string(oldest_server / 10000) +
                           ": upgrade PostgreSQL");
  }
  const auto set = [](const char* name, const std::string& value) {
    return std::string("set_config('") + name + "', " + value + ", false)";
  };
  // A weaker durability than "on" is made "on"; a stronger one is the user's wish.
  const std::string durable =
      "CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on' ELSE "
      "current_setting('synchronous_commit') END";
  const Rows rows = run_text(
      "SELECT pg_is_in_recovery(), " +
          set("statement_timeout", "'" + std::to_string(settings.statement_timeout.count()) + "'") +
          ", " + set("lock_timeout", "'" + std::to_string(settings.lock_timeout.count()) + "'") +
          ", " + set("synchronous_commit", settings.durable ? durable : "'off'") + ", " +
          set("default_transaction_isolation", "'read committed'") + ", " +
          set("bytea_output", "'hex'") + ", " + set("jit", "'off'") + ", " +
          set("search_path", "'pg_catalog'"),
      patience);
  if (rows.boolean(0, 0)) {
    throw PostgresFailure(Stage::unsent, "25006",
                          "the server is a standby, which can't keep leases; name the primary, or "
                          "all hosts with target_session_attrs=read-write");
  }
}

void Session::flush(const Patience& patience) {
  for (;;) {
    const int state = PQflush(connection_.get());
    if (state == 0) return;
    // Data may have to be read before more can be sent.
    const bool ready = state > 0 && await(socket(), POLLIN | POLLOUT, patience);
    if (!ready || PQconsumeInput(connection_.get()) == 0) {
      throw PostgresFailure(Stage::unanswered, {},
                            ready ? trimmed(PQerrorMessage(connection_.get()))
                                  : "the request could not be sent in time");
    }
  }
}

Rows Session::last_result(const Patience& patience) {
  flush(patience);
  std::unique_ptr<PGresult, decltype(&PQclear)> last(nullptr, &PQclear);
  for (;;) {
    while (PQisBusy(connection_.get()) == 1) {
      if (!await(socket(), POLLIN, patience)) {
        throw PostgresFailure(Stage::unanswered, {}, "the server did not answer in time");
      }
      if (PQconsumeInput(connection_.get()) == 0) {
        throw PostgresFailure(Stage::unanswered, {}, trimmed(PQerrorMessage(connection_.get())));
      }
    }
    PGresult* const next = PQgetResult(connection_.get());
    if (next == nullptr) break;
    // The first one that failed says why; what follows is its consequence.
    const bool failed = last && PQresultStatus(last.get()) == PGRES_FATAL_ERROR;
    if (failed) {
      PQclear(next);
    } else {
      last.reset(next);
    }
  }
  if (!last) throw PostgresFailure(Stage::unanswered, {}, "the server answered nothing");
  const ExecStatusType status = PQresultStatus(last.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return Rows(last.release());
  const char* const sqlstate = PQresultErrorField(last.get(), PG_DIAG_SQLSTATE);
  const std::string what = trimmed(PQresultErrorMessage(last.get()));
  // Without a code it is libpq that says so: the connection is lost.
  if (sqlstate == nullptr) throw PostgresFailure(Stage::unanswered, {}, what);
  throw PostgresFailure(Stage::refused, sqlstate, what);
}

Rows Session::run_text(const std::string& sql, const Patience& patience) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) {
    throw PostgresFailure(Stage::unanswered, {}, trimmed(PQerrorMessage(connection_.get())));
  }
  return last_result(patience);
}

Rows Session::run(const Prepared& statement, const Parameters& parameters,
                  const Patience& patience) {
  if (prepared_.count(statement.name) == 0) {
    if (PQsendPrepare(connection_.get(), statement.name, statement.sql.c_str(), 0, nullptr) == 0) {
      throw PostgresFailure(Stage::unsent, {}, trimmed(PQerrorMessage(connection_.get())));
    }
    try {
      last_result(patience);
    } catch (const PostgresFailure& failure) {
      // Nothing but the preparing was sent.
      if (failure.stage() == Stage::refused) throw;
      throw PostgresFailure(Stage::unsent, failure.sqlstate(), failure.what());
    }
    prepared_.insert(statement.name);
  }
  const std::vector<const char*> values = parameters.pointers();
  if (PQsendQueryPrepared(connection_.get(), statement.name, parameters.size(), values.data(),
                          nullptr, nullptr, 0) == 0) {
    throw PostgresFailure(Stage::unanswered, {}, trimmed(PQerrorMessage(connection_.get())));
  }
  return last_result(patience);
}

bool Session::is_gone() {
  pollfd one{socket(), POLLIN, 0};
  if (poll(&one, 1, 0) <= 0) return PQstatus(connection_.get()) != CONNECTION_OK;
  if (PQconsumeInput(connection_.get()) == 0) return true;
  // What comes unasked is a notice or the last words before the end: those are found at the next
  // read, which sees that the socket is closed.
  while (poll(&one, 1, 0) > 0) {
    if (PQconsumeInput(connection_.get()) == 0) return true;
  }
  return PQstatus(connection_.get()) != CONNECTION_OK;
}

std::string Session::host() const {
  const char* const host = PQhost(connection_.get());
  const char* const port = PQport(connection_.get());
  return std::string(host == nullptr ? "" : host) + ":" + (port == nullptr ? "" : port);
}

std::string Session::database() const { return PQdb(connection_.get()); }

std::string Session::user() const { return PQuser(connection_.get()); }

}  // namespace leasehold::stores
