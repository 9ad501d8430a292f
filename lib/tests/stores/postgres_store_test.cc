// The PostgreSQL store where it is not plain sailing: bad urls, missing rights, rows that others
// hold, tables that went.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "lib/tests/stores/lossy_proxy.h"
#include "lib/tests/stores/postgres_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

using PostgresStoreTest = PostgresTest;

constexpr OwnerId a{1, 1};
constexpr OwnerId b{1, 2};

/// A transaction of somebody else's.
class Other {
 public:
  explicit Other(const std::string& url) : connection_(PQconnectdb(url.c_str()), &PQfinish) {}
  void run(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection_.get(), sql.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        << PQerrorMessage(connection_.get());
  }

 private:
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

Error refused(const std::string& url, Length patience = 2min) {
  const auto opened = PostgresStore::open(url, {.patience = patience});
  EXPECT_FALSE(opened) << url;
  return opened ? Error{} : opened.error();
}

void expect_refused(const std::string& url, Errc kind, const std::string& words) {
  const Error error = refused(url);
  EXPECT_EQ(error.kind, kind) << error.detail;
  EXPECT_NE(error.detail.find(words), std::string::npos) << error.detail;
  EXPECT_EQ(error.detail.find('\n'), std::string::npos) << error.detail;
}

TEST(PostgresUrl, IsRefusedWithWhatIsWrong) {
  expect_refused("postgresql://h/d?leasehold_schema=A-b", Errc::misuse, "found \"A-b\"");
  expect_refused("postgresql://h/d?sslmode=maybe&leasehold_schema=9", Errc::misuse, "found \"9\"");
  expect_refused("postgresql://h/d?nonsense=1", Errc::misuse, "nonsense");
  // Nobody listens there.
  expect_refused("postgresql://user:secret@127.0.0.1:1/d", Errc::not_applied, "Connection refused");
  EXPECT_EQ(refused("postgresql://user:secret@127.0.0.1:1/d").detail.find("secret"),
            std::string::npos);
}

TEST_F(PostgresStoreTest, RefusesWhatTryingAgainCannotMend) {
  server().sql("CREATE ROLE guarded LOGIN PASSWORD 'right'; CREATE ROLE nobody LOGIN");
  const std::string host = "@127.0.0.1:" + std::to_string(server().port());
  expect_refused("postgresql://guarded:wrong" + host + "/postgres", Errc::misuse,
                 "password authentication failed");
  expect_refused("postgresql://guarded" + host + "/postgres", Errc::misuse, "password");
  expect_refused("postgresql://postgres" + host + "/nowhere", Errc::misuse, "create the database");
  expect_refused("postgresql://stranger" + host + "/postgres", Errc::misuse, "stranger");
  expect_refused(url("nobody"), Errc::misuse, "grant it");
  // A schema that is there, and not for everybody.
  ASSERT_TRUE(open());
  expect_refused(url("nobody"), Errc::misuse, "grant it");
  server().sql("GRANT USAGE ON SCHEMA " + schema +
               " TO nobody; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA " + schema +
               " TO nobody; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA " + schema + " TO nobody");
  const auto store = open(url("nobody"));
  ASSERT_TRUE(store);
  EXPECT_EQ(acquire(*store, "k", a), "granted");
}

TEST_F(PostgresStoreTest, RefusesAServerThatIsTooOld) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> here(PQconnectdb(server().url().c_str()),
                                                          &PQfinish);
  const std::string major = std::to_string(PQserverVersion(here.get()) / 10000);
  const std::string told("server_version\0", 15);
  const LossyProxy old(server().port(), {told + major, told + "11"});
  const std::string through =
      "postgresql://postgres@127.0.0.1:" + std::to_string(old.port()) + "/postgres?sslmode=disable";
  const Error error = refused(through);
  EXPECT_EQ(error.kind, Errc::misuse);
  EXPECT_NE(error.detail.find("the server has version 11"), std::string::npos) << error.detail;
}

TEST_F(PostgresStoreTest, WantsTheEncryptionThatItsUrlOrServerAsksFor) {
  server().sql("CREATE ROLE encrypted LOGIN");
  expect_refused(url() + "&sslmode=require", Errc::not_applied, "SSL");
  expect_refused(url("encrypted"), Errc::misuse, "pg_hba.conf");
}

TEST_F(PostgresStoreTest, RefusesANewerLayoutAndAnEmptyMeta) {
  ASSERT_TRUE(open());
  server().sql("UPDATE " + schema + ".meta SET layout = 7");
  expect_refused(url(), Errc::misuse, "layout 7 is newer");
  server().sql("DELETE FROM " + schema + ".meta");
  expect_refused(url(), Errc::misuse, "meta is empty");
}

TEST_F(PostgresStoreTest, ManyOpenAFreshSchemaAtOnceAndShareIt) {
  constexpr int many = 20;
  std::vector<std::unique_ptr<PostgresStore>> stores(many);
  std::vector<std::thread> threads;
  threads.reserve(many);
  for (auto& store : stores) {
    threads.emplace_back([&] { store = open(); });
  }
  for (std::thread& thread : threads) thread.join();
  int granted = 0;
  Incarnation incarnation;
  for (std::uint64_t i = 0; i < many; ++i) {
    ASSERT_TRUE(stores[i]);
    if (acquire(*stores[i], "k", {2, i + 1}) == "granted") ++granted;
    const auto seen = stores[i]->inspect("k");
    ASSERT_TRUE(seen) << seen.error().detail;
    if (i == 0) incarnation = seen->incarnation;
    EXPECT_TRUE(seen->incarnation);
    EXPECT_EQ(seen->incarnation, incarnation);
  }
  EXPECT_EQ(granted, 1);
}

TEST_F(PostgresStoreTest, OfManyThatAskAtOnceOneIsGrantedEachTerm) {
  constexpr int many = 8;
  constexpr Term terms = 25;
  std::vector<std::unique_ptr<PostgresStore>> stores(many);
  for (auto& store : stores) store = open();
  for (Term term = 0; term < terms; ++term) {
    std::atomic<int> granted = 0;
    std::vector<std::thread> threads;
    threads.reserve(many);
    for (std::uint64_t i = 0; i < many; ++i) {
      threads.emplace_back([&, i] {
        const OwnerId owner{3, i + 1};
        if (acquire(*stores[i], "k", owner, term) == "granted") ++granted;
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(granted, 1) << "under term " << term + 1;
    const auto record = stores[0]->inspect("k");
    ASSERT_TRUE(record && record->answer);
    ASSERT_EQ(record->answer->term, term + 1);
    const auto freed = stores[0]->release({"k", record->answer->owner, term + 1});
    ASSERT_TRUE(freed && std::holds_alternative<Released>(freed->answer));
  }
}

TEST_F(PostgresStoreTest, ARowThatSomebodyHoldsFailsAloneInItsBatch) {
  const auto store = open(url(), 8s);
  ASSERT_TRUE(store);
  for (const char* const key : {"a", "b", "c"}) ASSERT_EQ(acquire(*store, key, a), "granted");
  Other other(server().url());
  other.run("BEGIN; SELECT FROM " + schema + ".record WHERE key = 'b' FOR UPDATE");
  const std::vector<RenewRequest> batch{renewal("a", a, 1), renewal("b", a, 1), renewal("c", a, 1)};
  const auto answered = store->renew(batch);
  ASSERT_TRUE(answered) << answered.error().detail;
  EXPECT_TRUE(std::holds_alternative<Renewed>(answered->answer[0]));
  ASSERT_TRUE(std::holds_alternative<Error>(answered->answer[1]));
  EXPECT_EQ(std::get<Error>(answered->answer[1]).kind, Errc::not_applied);
  EXPECT_TRUE(std::holds_alternative<Renewed>(answered->answer[2]));
  // Who only looks waits for nobody; who would write does not wait for ever.
  EXPECT_EQ(acquire(*store, "b", b), "busy");
  const auto released = store->release({"b", a, 1});
  ASSERT_FALSE(released);
  EXPECT_EQ(released.error().kind, Errc::not_applied) << released.error().detail;
  other.run("COMMIT");
  EXPECT_TRUE(store->release({"b", a, 1}));
}

TEST_F(PostgresStoreTest, ADroppedSchemaIsMadeAnewUnderAnotherIncarnation) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  const Incarnation before = store->inspect("k")->incarnation;
  server().sql("DROP SCHEMA " + schema + " CASCADE");
  const std::vector<RenewRequest> batch{renewal("k", a, 1)};
  const auto renewed = store->renew(batch);
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_FALSE(renewed->incarnation);
  EXPECT_TRUE(std::holds_alternative<NotOwner>(renewed->answer[0]));
  EXPECT_FALSE(store->inspect("k")->incarnation);
  EXPECT_FALSE(store->release({"k", a, 1})->incarnation);
  EXPECT_EQ(acquire(*store, "k", b), "granted");
  const Incarnation after = store->inspect("k")->incarnation;
  EXPECT_TRUE(after);
  EXPECT_NE(after, before);
}

TEST_F(PostgresStoreTest, WhoDidNotMakeTheSchemaAnewGoesOnWithIt) {
  const auto one = open();
  const auto other = open();
  ASSERT_TRUE(one && other);
  for (int times = 0; times < 7; ++times) {
    // Until plans are kept.
    ASSERT_EQ(acquire(*one, "k", a), "granted");
    ASSERT_TRUE(one->renew(std::vector{renewal("k", a, static_cast<Seq>(times + 1))}));
    ASSERT_TRUE(one->inspect("k"));
  }
  server().sql("DROP SCHEMA " + schema + " CASCADE");
  ASSERT_EQ(acquire(*other, "k", b), "granted");
  EXPECT_EQ(acquire(*one, "k", a), "busy");
  const auto renewed = one->renew(std::vector{renewal("k", a, 9)});
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_TRUE(std::holds_alternative<NotOwner>(renewed->answer[0]));
  const auto record = one->inspect("k");
  ASSERT_TRUE(record) << record.error().detail;
  EXPECT_EQ(record->incarnation, other->inspect("k")->incarnation);
  EXPECT_EQ(renewed->incarnation, record->incarnation);
}

// The terms of a table that was dropped begin anew, so they are of another incarnation.
TEST_F(PostgresStoreTest, IfOneTableGoesAllAreMadeAnew) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  const Incarnation before = store->inspect("k")->incarnation;
  server().sql("DROP TABLE " + schema + ".record CASCADE");
  EXPECT_EQ(acquire(*store, "k", b), "granted");
  EXPECT_NE(store->inspect("k")->incarnation, before);
}

TEST_F(PostgresStoreTest, AFunctionThatWentIsMadeAgainOfTheSameIncarnation) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  const Incarnation before = store->inspect("k")->incarnation;
  server().sql("DROP FUNCTION " + schema + ".acquire_1");
  EXPECT_EQ(acquire(*store, "k", b), "busy");
  EXPECT_EQ(store->inspect("k")->incarnation, before);
}

TEST_F(PostgresStoreTest, AConnectionThatWasEndedIsMadeAnewUnseen) {
  const auto store = open();
  ASSERT_TRUE(store);
  ASSERT_EQ(acquire(*store, "k", a), "granted");
  server().sql(
      "SELECT count(pg_terminate_backend(pid, 600000)) FROM pg_stat_activity WHERE "
      "application_name = 'leasehold'");
  EXPECT_EQ(acquire(*store, "k", b), "busy");
}

TEST_F(PostgresStoreTest, KeysAndInfosAreBytes) {
  const auto store = open();
  ASSERT_TRUE(store);
  const std::string key("\0\\x\"{},'\xff", 9);
  ASSERT_EQ(acquire(*store, key, a), "granted");
  const std::vector<RenewRequest> batch{renewal(key, a, 1)};
  const auto renewed = store->renew(batch);
  ASSERT_TRUE(renewed) << renewed.error().detail;
  EXPECT_TRUE(std::holds_alternative<Renewed>(renewed->answer[0]));
  const auto keys = store->list("", 10);
  ASSERT_TRUE(keys) << keys.error().detail;
  EXPECT_EQ(keys->answer, std::vector<std::string>{key});
}

TEST_F(PostgresStoreTest, TellsWhatItsServerPromises) {
  const auto store = open();
  ASSERT_TRUE(store);
  const auto facts = store->facts();
  ASSERT_TRUE(facts) << facts.error().detail;
  std::string wrong;
  for (const Fact& fact : *facts) {
    if (!fact.wrong.empty()) wrong += fact.name + " ";
  }
  // The tests' server does not wait for its disk.
  EXPECT_EQ(wrong, "fsync ");
}

}  // namespace
}  // namespace leasehold
