// The `leasehold` command on a etcd store.
#include <string>

#include "lib/tests/cli_fixture.h"
#include "lib/tests/stores/etcd_fixture.h"

namespace leasehold {
namespace {

class EtcdCli : public EtcdTest {
 protected:
  /// `leasehold WORDS...` on the store.
  std::unique_ptr<Program> leasehold(Words words) const {
    Words all{program("leasehold"), words.front(), "--store", url()};
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

TEST_F(EtcdCli, RunsUnderTheLockShowsItAndRefusesASecond) {
  const auto first =
      leasehold({"run", "--key", "deploy", "--", "sh", "-c", "echo term $LEASEHOLD_TERM; read x"});
  EXPECT_EQ(first->line(), "term 1") << text_of_errors();
  EXPECT_EQ(leasehold({"run", "--key", "deploy", "--wait", "0s", "--", "true"})->wait(), 75);
  EXPECT_NE(leasehold({"status"})->rest().find("deploy"), std::string::npos) << text_of_errors();
  EXPECT_NE(leasehold({"inspect", "deploy"})->rest().find("observation"), std::string::npos)
      << text_of_errors();
  first->end_input();
  EXPECT_EQ(first->wait(), 1) << "read met the end of its input";
  const auto second =
      leasehold({"run", "--key", "deploy", "--", "sh", "-c", "echo term $LEASEHOLD_TERM"});
  EXPECT_EQ(second->line(), "term 2");
  EXPECT_EQ(second->wait(), 0);
}

TEST_F(EtcdCli, CheckSaysWhatIsWrongWithTheCluster) {
  const auto check = leasehold({"check", "--json"});
  const std::string told = check->rest();
  EXPECT_EQ(check->wait(), 1) << "the tests' cluster is one member";
  EXPECT_NE(told.find("\"members\": \"m0\""), std::string::npos) << told;
  EXPECT_NE(told.find("\"sane\": false"), std::string::npos) << told;
  EXPECT_NE(text_of_errors().find("check: members m0: "), std::string::npos) << text_of_errors();
}

TEST_F(EtcdCli, AServerThatIsNotThereIsOneClearError) {
  const Words words{program("leasehold"), "status", "--store",
                    "etcd://user:secret@127.0.0.1:1/locks"};
  Program status(words, errors());
  EXPECT_EQ(status.rest(), "");
  EXPECT_EQ(status.wait(), 125);
  const std::string said = text_of_errors();
  EXPECT_NE(said.find("refused"), std::string::npos) << said;
  EXPECT_EQ(said.find("secret"), std::string::npos) << said;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

}  // namespace
}  // namespace leasehold
