// The `leasehold` command on an etcd store.
#include <string>

#include "lib/tests/stores/command_on_store.h"
#include "lib/tests/stores/etcd_fixture.h"

namespace leasehold {
namespace {

using EtcdCli = CommandOnStore<EtcdTest>;

TEST_F(EtcdCli, RunsUnderTheLockShowsItAndRefusesASecond) {
  expect_to_run_under_the_lock(url(), "observation");
}

TEST_F(EtcdCli, CheckSaysWhatIsWrongWithTheCluster) {
  const auto check = leasehold(url(), {"check", "--json"});
  const std::string told = check->rest();
  EXPECT_EQ(check->wait(), 1) << "the tests' cluster is one member";
  EXPECT_NE(told.find("\"members\": \"m0\""), std::string::npos) << told;
  EXPECT_NE(told.find("\"sane\": false"), std::string::npos) << told;
  EXPECT_NE(text_of_errors().find("check: members m0: "), std::string::npos) << text_of_errors();
}

TEST_F(EtcdCli, AServerThatIsNotThereIsOneClearError) {
  expect_one_clear_error("etcd://user:secret@127.0.0.1:1/locks");
}

}  // namespace
}  // namespace leasehold
