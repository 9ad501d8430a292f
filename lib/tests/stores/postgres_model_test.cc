// The PostgreSQL store gives the answers of the memory store to any history of requests, and keeps
// the contract in virtual and in real time.
#include <memory>
#include <string>

#include <leasehold/conformance.h>
#include "lib/tests/conformance_subject.h"
#include "lib/tests/store_twins.h"
#include "lib/tests/stores/postgres_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

/// The time of a schema's functions, moved by hand.
class PostgresClock {
 public:
  PostgresClock(const PostgresServer& server, const std::string& schema)
      : schema_(schema), connection_(PQconnectdb(server.url().c_str()), &PQfinish) {
    run("SET synchronous_commit = off");
    run("CREATE TABLE " + schema + ".test_time(us bigint); INSERT INTO " + schema +
        ".test_time VALUES (0)");
    run("CREATE OR REPLACE FUNCTION " + schema +
        ".now_us_1() RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT us FROM " + schema +
        ".test_time'");
  }

  void set(Instant<LocalClock> now) {
    run("UPDATE " + schema_ + ".test_time SET us = " + std::to_string(now.ns() / 1000));
  }

 private:
  void run(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection_.get(), sql.c_str()), &PQclear);
    EXPECT_EQ(PQresultStatus(result.get()), PGRES_COMMAND_OK) << PQerrorMessage(connection_.get());
  }

  const std::string schema_;
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

class PostgresModel : public PostgresTest {};

TEST_F(PostgresModel, AnyHistoryGetsTheAnswersOfTheMemoryStore) {
  const auto store = open();
  ASSERT_TRUE(store);
  PostgresClock time(server(), schema);
  SeenAnswers seen;
  for (std::uint64_t seed = 1; seed <= sequences(300); ++seed) {
    doubles::ManualClock clock(StoreTwins::start, Span<LocalClock>::ns(1000));
    StoreTwins twins(
        seed, *store, clock, [&] { time.set(clock.now().at); }, std::to_string(seed) + "/");
    time.set(clock.now().at);
    for (int step = 0; step < 40; ++step) {
      ASSERT_TRUE(twins.step()) << "seed " << seed << ", step " << step;
    }
    ASSERT_TRUE(twins.records_are_equal()) << "seed " << seed;
    for (const auto& [kind, times] : twins.seen()) seen[kind] += times;
  }
  expect_rich(seen, 20);
}

namespace kit {

using namespace conformance;

class Subjects : public PostgresTest, public testing::WithParamInterface<Case> {};

class VirtualPostgres final : public VirtualSubject {
 public:
  VirtualPostgres(std::unique_ptr<Store> one, std::unique_ptr<Store> two,
                  const PostgresServer& server, const std::string& schema)
      : one_(std::move(one)), two_(std::move(two)), time_(server, schema) {
    time_.set(clock().now().at);
  }
  Store& store() override { return *one_; }
  Store& another() override { return *two_; }
  void pass(Length length) override {
    VirtualSubject::pass(length);
    time_.set(clock().now().at);
  }

 private:
  const std::unique_ptr<Store> one_;
  const std::unique_ptr<Store> two_;
  PostgresClock time_;
};

TEST_P(Subjects, HoldInVirtualTime) {
  auto one = open();
  auto two = open();
  VirtualPostgres subject(std::move(one), std::move(two), server(), schema);
  expect_kept(GetParam(), subject, true);
}

TEST_P(Subjects, HoldInRealTime) {
  RealSubject subject(open(), open(), 400ms);
  expect_kept(GetParam(), subject, false);
}

INSTANTIATE_TEST_SUITE_P(PostgresConformance, Subjects,
                         testing::ValuesIn(cases().begin(), cases().end()),
                         [](const auto& about) { return std::string(about.param.name); });

}  // namespace kit
}  // namespace
}  // namespace leasehold
