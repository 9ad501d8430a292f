#include <array>
#include <memory>
#include <string>

#include <libpq-fe.h>

#include <leasehold/postgres_fence.h>
#include "lib/src/stores/postgres/failure.h"
#include "lib/src/stores/postgres/rows.h"

namespace leasehold {
namespace {

using stores::Parameters;
using stores::PostgresFailure;
using stores::Rows;

// IF NOT EXISTS alone would ask for the right to make tables even where it is there.
constexpr const char* is_there = "SELECT to_regclass('leasehold_fence') IS NOT NULL";

constexpr const char* layout = R"sql(
CREATE TABLE IF NOT EXISTS leasehold_fence(
  key bytea PRIMARY KEY,
  incarnation uuid NOT NULL,
  term bigint NOT NULL,
  owner_digest bigint NOT NULL
)
)sql";

// One statement, so that nothing can come between the look and the write.
constexpr const char* raise = R"sql(
INSERT INTO leasehold_fence AS f (key, incarnation, term, owner_digest)
VALUES ($1::bytea, $2::uuid, $3::bigint, $4::bigint)
ON CONFLICT (key) DO UPDATE SET term = excluded.term, owner_digest = excluded.owner_digest
WHERE f.incarnation = excluded.incarnation AND
  (f.term < excluded.term OR (f.term = excluded.term AND f.owner_digest = excluded.owner_digest))
RETURNING 1
)sql";

constexpr const char* repin = R"sql(
INSERT INTO leasehold_fence (key, incarnation, term, owner_digest)
VALUES ($1::bytea, $2::uuid, $3::bigint, $4::bigint)
ON CONFLICT (key) DO UPDATE SET incarnation = excluded.incarnation, term = excluded.term,
  owner_digest = excluded.owner_digest
RETURNING 1
)sql";

constexpr const char* known =
    "SELECT 1 FROM leasehold_fence WHERE key = $1::bytea AND incarnation = $2::uuid";

Rows run(PGconn* connection, const char* sql, const Parameters& parameters = {}) {
  Rows rows(PQexecParams(connection, sql, parameters.size(), nullptr, parameters.pointers().data(),
                         nullptr, nullptr, 0));
  const ExecStatusType status = rows.status();
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return rows;
  std::string words = PQerrorMessage(connection);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  throw PostgresFailure(PostgresFailure::Stage::refused, {}, words);
}

FenceVerdict shown(PGconn* connection, const char* sql, const Fence& fence) {
  if (!run(connection, is_there).boolean(0, 0)) run(connection, layout);
  Parameters token;
  token.add_bytes(fence.key).add_id(fence.incarnation);
  const Parameters key = token;
  token.add(static_cast<std::int64_t>(fence.term));
  token.add(static_cast<std::int64_t>(fence.owner_digest));
  if (run(connection, sql, token).size() > 0) return FenceVerdict::accepted;
  return run(connection, known, key).size() > 0 ? FenceVerdict::refused
                                                : FenceVerdict::other_incarnation;
}

Result<FenceVerdict> show(PGconn* connection, const char* sql, const Fence& fence) {
  if (!fence.incarnation || fence.term == 0) {
    return Error{Errc::misuse, "fence: it is empty: take it from a guard that was granted"};
  }
  if (PQtransactionStatus(connection) != PQTRANS_INTRANS) {
    return Error{Errc::misuse, "fence of \"" + fence.key +
                                   "\": no transaction is open, or it has failed: begin one"};
  }
  try {
    return shown(connection, sql, fence);
  } catch (const PostgresFailure& failure) {
    return Error{Errc::not_applied, "fence of \"" + fence.key + "\": " + failure.what() +
                                        "; roll back, and try again"};
  }
}

}  // namespace

Result<FenceVerdict> raise_fence(pg_conn* connection, const Fence& fence) {
  return show(connection, raise, fence);
}

Result<FenceVerdict> repin_fence(pg_conn* connection, const Fence& fence) {
  return show(connection, repin, fence);
}

const char* postgres_fence_table() { return layout; }

}  // namespace leasehold
