// The PostgreSQL store against the server's own floor: one prepared statement each way, at the same
// durability (grants are on the disk, releases need not be), on a server of the bench's own on
// loopback.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <libpq-fe.h>

#include <leasehold/postgres_store.h>
#include "lib/tests/stores/postgres_server.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 7;
constexpr int cycles = 1000;
constexpr std::size_t many = 10'000;

double seconds_of(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "postgres_bench: %s\n", why.c_str());
  std::exit(1);
}

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

  double cycles_a_second() {
    const auto began = Clock::now();
    for (int cycle = 0; cycle < cycles; ++cycle) {
      const char* taken[] = {"k", "00000000-0000-0000-0000-000000000001"};
      const auto term = check(PQexecPrepared(takes_.get(), "take", 2, taken, nullptr, nullptr, 0));
      const std::string now = PQgetvalue(term.get(), 0, 0);
      const char* freed[] = {taken[0], taken[1], now.c_str()};
      check(PQexecPrepared(frees_.get(), "free", 3, freed, nullptr, nullptr, 0));
    }
    return cycles / seconds_of(began);
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

class Ours {
 public:
  explicit Ours(const PostgresServer& server) {
    auto opened = PostgresStore::open(server.url(), {.patience = 10s});
    if (!opened) fail(opened.error().detail);
    store_ = *std::move(opened);
  }

  double cycles_a_second() {
    const auto began = Clock::now();
    for (int cycle = 0; cycle < cycles; ++cycle) {
      const OwnerId owner{1, ++owners_};
      if (!take("k", owner, term_)) fail("the lock is taken");
      const auto freed = store_->release({"k", owner, ++term_});
      if (!freed) fail(freed.error().detail);
    }
    return cycles / seconds_of(began);
  }

  /// One try that finds the lock held, in microseconds.
  double busy_us() {
    const OwnerId owner{1, ++owners_};
    if (!held_ && !take("held", {9, 9}, 0)) fail("nobody has it");
    held_ = true;
    const auto began = Clock::now();
    for (int times = 0; times < cycles; ++times) {
      if (take("held", owner, 1)) fail("two have it");
    }
    return seconds_of(began) * 1e6 / cycles;
  }
  double read_us() {
    const auto began = Clock::now();
    for (int times = 0; times < cycles; ++times) {
      if (!store_->inspect("held")) fail("it can't be read");
    }
    return seconds_of(began) * 1e6 / cycles;
  }

  void take_many() {
    for (std::size_t i = 0; i < many; ++i) {
      if (!take(key(i), {2, 1}, 0)) fail("a fresh lock is taken");
    }
  }
  double renew_many_ms() {
    ++seq_;
    std::vector<RenewRequest> batch;
    const auto began = Clock::now();
    for (std::size_t i = 0; i < many; ++i) {
      batch.push_back({key(i), {2, 1}, 1, seq_, {3, seq_}, 1h});
      if (batch.size() < largest_batch && i + 1 < many) continue;
      const auto renewed = store_->renew(batch);
      if (!renewed) fail(renewed.error().detail);
      for (const RenewAnswer& answer : renewed->answer) {
        if (!std::holds_alternative<Renewed>(answer)) fail("a lock was lost");
      }
      batch.clear();
    }
    return seconds_of(began) * 1e3;
  }

 private:
  static std::string key(std::size_t i) { return "lock " + std::to_string(i); }
  bool take(const std::string& key, const OwnerId& owner, Term expected) {
    const auto taken = store_->acquire({.key = key,
                                        .owner = owner,
                                        .expected_term = expected,
                                        .lease = 1h,
                                        .info = "bench",
                                        .unchanged = std::nullopt});
    if (!taken) fail(taken.error().detail);
    return std::holds_alternative<Granted>(taken->answer);
  }

  std::unique_ptr<PostgresStore> store_;
  std::uint64_t owners_ = 0;
  Term term_ = 0;
  Seq seq_ = 0;
  bool held_ = false;
};

void run() {
  PostgresServer server(true);
  Floor floor(server);
  Ours ours(server);
  std::vector<double> floors;
  std::vector<double> cycles_of_ours;
  std::vector<double> ratios;
  std::vector<double> busy;
  std::vector<double> reads;
  std::vector<double> renewals;
  ours.take_many();
  // Side by side, so that a machine that is slow for a while is so for both; the first warms up.
  for (int round = 0; round <= rounds; ++round) {
    const double one = floor.cycles_a_second();
    const double other = ours.cycles_a_second();
    const double looked = ours.busy_us();
    const double read = ours.read_us();
    const double renewed = ours.renew_many_ms();
    if (round == 0) continue;
    floors.push_back(one);
    cycles_of_ours.push_back(other);
    ratios.push_back(other / one);
    busy.push_back(looked);
    reads.push_back(read);
    renewals.push_back(renewed);
  }
  std::printf("acquire + release a second: %.0f, floor %.0f, ratio %.2f (bar 0.8)\n",
              median(cycles_of_ours), median(floors), median(ratios));
  std::printf("acquire when busy: %.0f us, a read %.0f us, ratio %.2f\n", median(busy),
              median(reads), median(busy) / median(reads));
  std::printf("renewing %zu locks: %.0f ms (bar 200)\n", many, median(renewals));
}

}  // namespace
}  // namespace leasehold

int main() {
  if (leasehold::PostgresServer::programs().empty()) {
    std::fprintf(stderr, "postgres_bench: not run: there is no PostgreSQL server here\n");
    return 77;
  }
  leasehold::run();
}
