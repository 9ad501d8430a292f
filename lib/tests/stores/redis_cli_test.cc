// The `leasehold` command on a Redis store.
#include <string>

#include "lib/tests/stores/command_on_store.h"
#include "lib/tests/stores/redis_fixture.h"

namespace leasehold {
namespace {

using RedisCli = CommandOnStore<RedisTest>;

TEST_F(RedisCli, RunsUnderTheLockShowsItAndRefusesASecond) {
  const RedisServer server;
  expect_to_run_under_the_lock(server.url(), "store_clock");
}

TEST_F(RedisCli, CheckSaysWhatIsWrongWithTheServer) {
  const RedisServer forgetful;
  const auto check = leasehold(forgetful.url(), {"check", "--json"});
  const std::string told = check->rest();
  EXPECT_EQ(check->wait(), 1) << "this server keeps nothing on the disk";
  EXPECT_NE(told.find("\"appendonly\": \"no\""), std::string::npos) << told;
  EXPECT_NE(told.find("\"sane\": false"), std::string::npos) << told;
  EXPECT_NE(text_of_errors().find("check: appendonly no: "), std::string::npos);
  const RedisServer durable(RedisServer::durable());
  EXPECT_NE(leasehold(durable.url(), {"check"})->rest().find("appendfsync"), std::string::npos);
}

TEST_F(RedisCli, AServerThatIsNotThereIsOneClearError) {
  RedisServer server;
  const std::string url = "redis://user:secret@127.0.0.1:" + server.port();
  server.kill_hard();
  expect_one_clear_error(url);
}

}  // namespace
}  // namespace leasehold
