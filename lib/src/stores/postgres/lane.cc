#include "lib/src/stores/postgres/lane.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace leasehold::stores {
namespace {

using Stage = PostgresFailure::Stage;
using Milliseconds = std::chrono::milliseconds;

// The server gives up before its client does, so that a late answer is rare and a statement that
// nobody waits for soon ends. 0 would be: never.
SessionSettings settings_for(Length patience, bool durable) {
  const auto part = [&](int of_eight) {
    return std::max(Milliseconds(1), std::chrono::floor<Milliseconds>(patience * of_eight / 8));
  };
  return {.statement_timeout = part(6), .lock_timeout = part(3), .durable = durable};
}

struct Advice {
  /// An SQLSTATE, or the two characters of its class (Appendix A of PostgreSQL's documentation).
  const char* state;
  Errc kind;
  const char* what_to_do;
};

// The first that fits. Those that may come after a commit: a lost connection, a shutdown.
constexpr std::array advices{
    Advice{"57014", Errc::not_applied,
           "; the server is slow, or another transaction holds the row: look at pg_stat_activity"},
    Advice{"55P03", Errc::not_applied,
           "; another transaction holds the row: look at pg_locks, and end it"},
    Advice{"57P03", Errc::not_applied, "; the server is starting or stopping: try again"},
    Advice{"57P", Errc::unknown, "; the server was stopped: try again"},
    Advice{"08", Errc::unknown, "; see whether the server can be reached, and try again"},
    Advice{"40003", Errc::unknown, "; try again"},
    Advice{"25006", Errc::not_applied,
           "; this server can't be written: name the primary, or all hosts with "
           "target_session_attrs=read-write"},
    Advice{"28", Errc::misuse,
           "; see user and password (a service or password file, PGPASSWORD), and the server's "
           "pg_hba.conf"},
    Advice{"3D000", Errc::misuse, "; create the database, or name another one"},
    Advice{"42501", Errc::misuse,
           "; let this user own the schema, or grant it: USAGE on the schema, SELECT, INSERT and "
           "UPDATE on its tables and EXECUTE on its functions"},
    Advice{"53300", Errc::not_applied, "; raise max_connections, or close connections"},
    Advice{"53100", Errc::not_applied, "; make room on the server's disk"},
    Advice{"53200", Errc::not_applied,
           "; the server is out of memory: give it more, or raise max_locks_per_transaction if it "
           "is its table of locks that is full"},
    Advice{"53", Errc::not_applied, "; the server is short of something: see its log"},
    Advice{"40", Errc::not_applied, "; try again"},
    Advice{"58", Errc::not_applied, "; see the server's log"},
    Advice{"XX", Errc::not_applied, "; see the server's log"},
    Advice{"42", Errc::misuse,
           "; somebody else changed the tables or functions: drop the schema once nobody uses its "
           "locks"},
    Advice{"", Errc::not_applied, "; try again, and see the server's log"},
};

const Advice& advice_for(const std::string& sqlstate) {
  return *std::find_if(advices.begin(), advices.end(), [&](const Advice& one) {
    return sqlstate.compare(0, std::strlen(one.state), one.state) == 0;
  });
}

}  // namespace

Result<bool> PostgresLane::create() {
  const std::scoped_lock lock(mutex_);
  const Patience patience(place_.patience);
  try {
    prepare(patience);
    if (!postgres_layout_is_there(*session_, place_.address.schema, patience)) {
      make_postgres_layout(*session_, place_.address.schema, place_.random.id<Incarnation>(),
                           patience);
    }
    return true;
  } catch (const std::exception& failure) {
    return error_of("open", failure);
  }
}

// A connection that the server closed while nobody used it is made anew before anything is sent.
void PostgresLane::prepare(const Patience& patience) {
  if (session_ && session_->is_gone()) session_.reset();
  if (session_) return;
  if (backoff_.is_pausing()) {
    throw PostgresFailure(Stage::unsent, {}, "the server could not be reached a moment ago");
  }
  try {
    session_ = std::make_unique<Session>(place_.address, settings_for(place_.patience, durable_),
                                         patience);
  } catch (const std::exception&) {
    backoff_.failed();
    throw;
  }
  backoff_.succeeded();
}

PostgresLane::Layout PostgresLane::layout_after(const std::exception& failure,
                                                const Patience& patience) {
  const auto* const known = dynamic_cast<const PostgresFailure*>(&failure);
  if (known == nullptr || known->stage() != Stage::refused || !session_) return Layout::no_matter;
  // A table, a function, a schema that is not there; a plan that was made for another one.
  if (!known->is("42P01") && !known->is("42883") && !known->is("3F000") && !known->is("0A000") &&
      !known->of_class("XX")) {
    return Layout::no_matter;
  }
  // Plans of the old functions live as long as the session.
  session_.reset();
  try {
    prepare(patience);
    const bool is_there = postgres_layout_is_there(*session_, place_.address.schema, patience);
    return is_there ? Layout::there : Layout::gone;
  } catch (const std::exception&) {
    return Layout::no_matter;
  }
}

bool PostgresLane::make_layout(const Patience& patience) {
  try {
    make_postgres_layout(*session_, place_.address.schema, place_.random.id<Incarnation>(),
                         patience);
    return true;
  } catch (const std::exception&) {
    session_.reset();
    return false;
  }
}

// Sorts by what a lease holder must know. A statement is a transaction of its own: what the server
// refused was rolled back, unless the connection ended while it committed.
Error PostgresLane::error_of(const std::string& what, const std::exception& failure) {
  const std::string where = "postgresql: " + what + " in " + place_.address.shown + ": ";
  const auto* const known = dynamic_cast<const PostgresFailure*>(&failure);
  if (known == nullptr) {
    session_.reset();
    return Error{Errc::misuse, where + failure.what()};
  }
  const Advice& advice = advice_for(known->sqlstate());
  std::string detail = where + known->what();
  if (!known->sqlstate().empty() && detail.find(known->sqlstate()) == std::string::npos) {
    detail += " (" + known->sqlstate() + ")";
  }
  Errc kind = advice.kind;
  if (known->stage() == Stage::unanswered) kind = Errc::unknown;
  if (known->stage() == Stage::unsent && kind == Errc::unknown) kind = Errc::not_applied;
  // A transaction that a failure left open, or a connection that is of no use any more.
  if (known->stage() != Stage::refused || kind == Errc::unknown || what == "open") session_.reset();
  if (known->sqlstate().empty()) {
    return Error{kind, detail + "; see that the server runs and is reached as the url says"};
  }
  return Error{kind, detail + advice.what_to_do};
}

}  // namespace leasehold::stores
