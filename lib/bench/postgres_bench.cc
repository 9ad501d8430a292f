// The PostgreSQL store against the server's own floor: one prepared statement each way, at the same
// durability (grants are on the disk, releases need not be), on a server of the bench's own on
// loopback.
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include <libpq-fe.h>

#include <leasehold/postgres_store.h>
#include "lib/bench/store_bench.h"
#include "lib/tests/stores/postgres_server.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using bench::fail;

/// What anybody would write who wants a lease in a row: an upsert and an update.
class Floor {
 public:
  explicit Floor(const PostgresServer& server)
      : takes_(PQconnectdb(server.url().c_str()), &PQfinish),
        frees_(PQconnectdb(server.url().c_str()), &PQfinish) {
    check(PQexec(takes_.get(),
                 "CREATE TABLE floor(key text PRIMARY KEY, owner uuid, term bigint NOT NULL, "
                 "expires_at timestamptz) WITH (fillfactor = 50)"));
    check(PQexec(frees_.get(), "SET synchronous_commit = off"));
    check(PQprepare(takes_.get(), "take",
                    "INSERT INTO floor AS f VALUES ($1, $2::uuid, 1, clock_timestamp() + "
                    "interval '15 s') ON CONFLICT (key) DO UPDATE SET owner = $2::uuid, term = "
                    "f.term + 1, expires_at = clock_timestamp() + interval '15 s' WHERE f.owner IS "
                    "NULL OR f.expires_at < clock_timestamp() RETURNING term",
                    0, nullptr));
    check(PQprepare(frees_.get(), "free",
                    "UPDATE floor SET owner = NULL WHERE key = $1 AND owner = $2::uuid AND term = "
                    "$3::bigint",
                    0, nullptr));
  }

  void acquire_and_release() {
    const char* taken[] = {"k", "00000000-0000-0000-0000-000000000001"};
    const auto term = check(PQexecPrepared(takes_.get(), "take", 2, taken, nullptr, nullptr, 0));
    const std::string now = PQgetvalue(term.get(), 0, 0);
    const char* freed[] = {taken[0], taken[1], now.c_str()};
    check(PQexecPrepared(frees_.get(), "free", 3, freed, nullptr, nullptr, 0));
  }

 private:
  using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;
  static Answer check(PGresult* result) {
    Answer owned(result, &PQclear);
    if (PQresultStatus(result) == PGRES_FATAL_ERROR) fail(PQresultErrorMessage(result));
    return owned;
  }

  const std::unique_ptr<PGconn, decltype(&PQfinish)> takes_;
  const std::unique_ptr<PGconn, decltype(&PQfinish)> frees_;
};

}  // namespace
}  // namespace leasehold

// An exception ends it, as it should.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  using namespace leasehold;
  if (PostgresServer::programs().empty()) {
    std::fprintf(stderr, "postgres_bench: there is no PostgreSQL server here\n");
    return bench::not_run;
  }
  PostgresServer server(true);
  Floor floor(server);
  bench::Ours ours(PostgresStore::open(server.url(), {.patience = 10s}));
  bench::register_against_floor("postgresql", floor, ours);
  return bench::run_registered(argc, argv);
}
