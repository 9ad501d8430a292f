// The `leasehold` command on a PostgreSQL store.
#include <string>

#include "lib/tests/stores/command_on_store.h"
#include "lib/tests/stores/postgres_fixture.h"

namespace leasehold {
namespace {

using PostgresCli = CommandOnStore<PostgresTest>;

TEST_F(PostgresCli, RunsUnderTheLockShowsItAndRefusesASecond) {
  expect_to_run_under_the_lock(url(), "store_clock");
}

TEST_F(PostgresCli, CheckSaysWhatIsWrongWithTheServer) {
  const auto check = leasehold(url(), {"check", "--json"});
  const std::string told = check->rest();
  EXPECT_EQ(check->wait(), 1) << "the tests' server does not wait for its disk";
  EXPECT_NE(told.find("\"fsync\": \"off\""), std::string::npos) << told;
  EXPECT_NE(told.find("\"sane\": false"), std::string::npos) << told;
  EXPECT_NE(text_of_errors().find("check: fsync off: "), std::string::npos) << text_of_errors();
}

TEST_F(PostgresCli, AServerThatIsNotThereIsOneClearError) {
  expect_one_clear_error("postgresql://user:secret@127.0.0.1:1/postgres");
}

}  // namespace
}  // namespace leasehold
