// The `leasehold` command on a Redis store.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "lib/tests/cli_fixture.h"
#include "lib/tests/stores/redis_fixture.h"

namespace leasehold {
namespace {

class RedisCli : public RedisTest {
 protected:
  /// `leasehold WORDS...` on the store at `url`.
  std::unique_ptr<Program> leasehold(const std::string& url, Words words) const {
    Words all{program("leasehold"), words.front(), "--store", url};
    all.insert(all.end(), words.begin() + 1, words.end());
    return std::make_unique<Program>(all, errors());
  }
  std::string errors() const { return dir_.file("errors"); }
  std::string text_of_errors() const {
    std::ifstream file(errors());
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  const TempDir dir_;
};

TEST_F(RedisCli, RunsUnderTheLockShowsItAndRefusesASecond) {
  const RedisServer server;
  const auto first = leasehold(server.url(), {"run", "--key", "deploy", "--", "sh", "-c",
                                              "echo term $LEASEHOLD_TERM; read x"});
  EXPECT_EQ(first->line(), "term 1") << text_of_errors();
  EXPECT_EQ(
      leasehold(server.url(), {"run", "--key", "deploy", "--wait", "0s", "--", "true"})->wait(),
      75);
  EXPECT_NE(leasehold(server.url(), {"status"})->rest().find("deploy"), std::string::npos)
      << text_of_errors();
  EXPECT_NE(leasehold(server.url(), {"inspect", "deploy"})->rest().find("store_clock"),
            std::string::npos)
      << text_of_errors();
  first->end_input();
  EXPECT_EQ(first->wait(), 1) << "read met the end of its input";
  const auto second = leasehold(
      server.url(), {"run", "--key", "deploy", "--", "sh", "-c", "echo term $LEASEHOLD_TERM"});
  EXPECT_EQ(second->line(), "term 2");
  EXPECT_EQ(second->wait(), 0);
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
  const auto status = leasehold(url, {"status"});
  EXPECT_EQ(status->rest(), "");
  EXPECT_EQ(status->wait(), 125);
  const std::string said = text_of_errors();
  EXPECT_NE(said.find("Connection refused"), std::string::npos) << said;
  EXPECT_EQ(said.find("secret"), std::string::npos) << said;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

}  // namespace
}  // namespace leasehold
