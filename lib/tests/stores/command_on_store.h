// `leasehold` on a store of another machine, for the fixture `Server` that has one.
#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "lib/tests/cli_fixture.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {

template <class Server>
class CommandOnStore : public Server {
 protected:
  /// `leasehold WORDS...` on the store at `url`.
  std::unique_ptr<Program> leasehold(const std::string& url, Words words) const {
    Words all{program("leasehold"), words.front(), "--store", url};
    all.insert(all.end(), words.begin() + 1, words.end());
    return std::make_unique<Program>(all, dir_.file("errors"));
  }
  std::string text_of_errors() const {
    std::ifstream file(dir_.file("errors"));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Takes the lock, shows it, is refused beside it and takes it again; `authority` judges.
  void expect_to_run_under_the_lock(const std::string& url, const std::string& authority) const {
    const Words tells{
        "run", "--key", "deploy", "--", "sh", "-c", "echo term $LEASEHOLD_TERM; read x"};
    const auto first = leasehold(url, tells);
    EXPECT_EQ(first->line(), "term 1") << text_of_errors();
    EXPECT_EQ(leasehold(url, {"run", "--key", "deploy", "--wait", "0s", "--", "true"})->wait(), 75);
    const std::string status = leasehold(url, {"status"})->rest();
    EXPECT_NE(status.find("deploy"), std::string::npos) << text_of_errors();
    const std::string record = leasehold(url, {"inspect", "deploy"})->rest();
    EXPECT_NE(record.find(authority), std::string::npos) << text_of_errors();
    first->end_input();
    EXPECT_EQ(first->wait(), 1) << "read met the end of its input";
    const auto second = leasehold(url, tells);
    EXPECT_EQ(second->line(), "term 2");
    second->end_input();
    EXPECT_EQ(second->wait(), 1);
  }
  /// A server that can't be reached is one line, without the password "secret" of `url`.
  void expect_one_clear_error(const std::string& url) const {
    const auto status = leasehold(url, {"status"});
    EXPECT_EQ(status->rest(), "");
    EXPECT_EQ(status->wait(), 125);
    const std::string said = text_of_errors();
    EXPECT_NE(said.find("refused"), std::string::npos) << said;
    EXPECT_EQ(said.find("secret"), std::string::npos) << said;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  }

 private:
  const TempDir dir_;
};

}  // namespace leasehold
