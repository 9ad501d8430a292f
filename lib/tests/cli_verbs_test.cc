// The verbs of `leasehold` that look at locks, and the one that ends them.
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/tests/cli_fixture.h"

namespace leasehold {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

struct CliVerbs : CliFixture {
  Ended ask(Words words) {
    words.insert(words.begin() + 1, {"--store", store});
    return ended(leasehold(words));
  }
  /// Somebody who has `key` until its input ends.
  std::unique_ptr<Program> holder(const std::string& key) {
    auto one = std::make_unique<Program>(
        run_words({"-k", key}, {"sh", "-c", "echo runs; read line; exit 0"}), new_errors());
    EXPECT_EQ(one->line(), "runs");
    return one;
  }
};

TEST_F(CliVerbs, StatusTellsWhoHasWhat) {
  EXPECT_EQ(run({"-k", "free"}, {"true"}).code, 0);
  const auto one = holder("held \x1b[31m");
  const Ended table = ask({"status"});
  EXPECT_EQ(table.code, 0);
  const std::string pid = std::to_string(one->pid());
  EXPECT_THAT(table.out, testing::StartsWith("KEY "));
  EXPECT_THAT(table.out, ContainsRegex("\nheld .x1b.31m +held +sh +[^ ]+ +" + pid +
                                       " +20..-..-..T..:..:..Z +1 +[0-9.]+s\n"));
  EXPECT_THAT(table.out, AllOf(Not(HasSubstr("free")), Not(HasSubstr("\x1b"))));
  EXPECT_THAT(ask({"status", "--all"}).out, HasSubstr("\nfree "));
  const Ended json = ask({"status", "--json"});
  EXPECT_THAT(json.out, AllOf(testing::StartsWith("[{\"key\": \"held \\u001b[31m\", \"state\": "
                                                  "\"held\", \"term\": 1, \"holder\": \"sh\""),
                              HasSubstr("\"pid\": " + pid), testing::EndsWith("}]\n")));
}

TEST_F(CliVerbs, AStoreThatIsNotThereHasNoLocksAndIsNotMade) {
  EXPECT_EQ(ask({"status", "--json"}).out, "[]\n");
  EXPECT_EQ(ask({"inspect", "k"}).code, 1);
  EXPECT_EQ(ask({"watch", "k"}).code, 125);
  EXPECT_EQ(ask({"release", "k", "--term", "1", "--force"}).code, 1);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(CliVerbs, InspectSaysByItsCodeWhetherTheLockIsHeld) {
  const auto one = holder("k");
  const Ended held = ask({"inspect", "k"});
  EXPECT_EQ(held.code, 0);
  EXPECT_THAT(held.out, AllOf(HasSubstr("state        held\n"), HasSubstr("term         1\n"),
                              HasSubstr("lease        30s\n")));
  one->end_input();
  EXPECT_EQ(one->wait(), 0);
  const Ended free = ask({"inspect", "k", "--json"});
  EXPECT_EQ(free.code, 1);
  EXPECT_THAT(free.out, AllOf(HasSubstr("\"state\": \"free\""), HasSubstr("\"left_ms\": null")));
  EXPECT_EQ(ask({"inspect", "never"}).code, 1);
}

TEST_F(CliVerbs, ReleaseEndsTheTenureThatWasNamedAndNoOther) {
  const auto one = holder("k");
  const Ended timid = ask({"release", "k", "--term", "1"});
  EXPECT_EQ(timid.code, 125);
  EXPECT_THAT(timid.errors, HasSubstr("--force"));
  const Ended other = ask({"release", "k", "--term", "2", "--force"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.errors,
              HasSubstr("its term is 1, not 2: look at leasehold status; nothing was changed"));
  EXPECT_EQ(ask({"inspect", "k"}).code, 0);
  const Ended forced = ask({"release", "k", "--term", "1", "--force"});
  EXPECT_EQ(forced.code, 0);
  EXPECT_THAT(forced.errors, HasSubstr("pid " + std::to_string(one->pid())));
  EXPECT_EQ(ask({"inspect", "k"}).code, 1);
  // Its holder learns of it at its renewal, and its command is ended.
  EXPECT_EQ(one->wait(), 124);
  EXPECT_THAT(one->errors(), HasSubstr("the lock is lost (superseded); the command was killed"));
  EXPECT_EQ(ask({"release", "k", "--term", "1", "--force"}).code, 1) << "nobody has it";
}

TEST_F(CliVerbs, WatchTellsOfEveryHand) {
  auto one = holder("k");
  Program watcher(leasehold({"watch", "--store", store, "--every", "1ms", "k"}), new_errors());
  EXPECT_THAT(watcher.line(), HasSubstr("held  term 1  pid " + std::to_string(one->pid())));
  one->end_input();
  EXPECT_EQ(one->wait(), 0);
  EXPECT_THAT(watcher.line(), HasSubstr("free  term 1  -"));
  one = holder("k");
  EXPECT_THAT(watcher.line(), HasSubstr("held  term 2"));
}

TEST_F(CliVerbs, CheckSaysWhetherAStoreIsFit) {
  const Ended fit = ask({"check"});
  EXPECT_THAT(fit.out,
              AllOf(ContainsRegex("\nauthority +host_clock\n"), ContainsRegex("\ndomain +boot:"),
                    ContainsRegex("\ngrant_median +[0-9]+us\n"),
                    ContainsRegex("\nread_median +[0-9]+us\n")));
  // Of the store's own facts, which its tests look at one by one.
  EXPECT_THAT(
      fit.out,
      AllOf(HasSubstr(file + "\n"), ContainsRegex("\nfile_mode +06"),
            ContainsRegex("\nfile_owner +" + std::to_string(geteuid()) + ":"),
            ContainsRegex("\ndirectory_mode +07"), ContainsRegex("\nfilesystem +[^ ]+\n"),
            ContainsRegex("\nfilesystem_use +local\n"), ContainsRegex("\nsqlite_version +3\\.")));
  EXPECT_THAT(fit.out, AllOf(ContainsRegex("\njournal_mode +wal\n"),
                             ContainsRegex("\nsynchronous_grants +FULL\n"),
                             ContainsRegex("\nschema +3\n"), ContainsRegex("\nsane +(yes|no)\n")));
  // On a machine that stands still a grant may take longer than a lease allows.
  if (fit.code == 0) {
    EXPECT_THAT(fit.out, ContainsRegex("\nsane +yes\n"));
  }
  std::filesystem::permissions(file, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  const Ended open = ask({"check", "--json"});
  EXPECT_EQ(open.code, 1);
  EXPECT_THAT(open.out, AllOf(testing::StartsWith("{\"store\": \"" + store + "\", \"file\": "),
                              HasSubstr("\"directory_writable\": \"yes\""),
                              HasSubstr("\"journal_mode\": \"wal\""),
                              HasSubstr("\"grant_median\": \""), HasSubstr("\"sane\": false}")));
  EXPECT_THAT(open.errors, HasSubstr("chmod o-w"));
  std::ofstream(dir.file("diary")) << "no database at all, but a text that is long enough to look";
  const Ended wrong = ended(leasehold({"check", "--store", "sqlite:" + dir.file("diary")}));
  EXPECT_EQ(wrong.code, 125);
  EXPECT_THAT(wrong.errors, HasSubstr("diary"));
}

TEST_F(CliVerbs, ACommandLineThatIsWrongIsToldInOneLine) {
  const struct {
    Words words;
    std::string told;
  } cases[] = {{{"inspect"}, "key is required"},
               {{"status", "more"}, "found \"more\""},
               {{"status", "--", "true"}, "only run takes a command"},
               {{"release", "k", "--force"}, "--term is required"},
               {{"release", "k", "--force", "--term", "x"}, "--term"},
               {{"watch", "k", "--every", "0s"}, "found \"0s\""},
               {{"inspect", ""}, "key"},
               {{"chekc"}, "did you mean \"check\"?"}};
  for (const auto& one : cases) {
    const Ended said = ended(leasehold(one.words));
    EXPECT_EQ(said.code, 125) << said.errors;
    EXPECT_THAT(said.errors, HasSubstr(one.told));
    EXPECT_EQ(std::count(said.errors.begin(), said.errors.end(), '\n'), 1) << said.errors;
  }
}

}  // namespace
}  // namespace leasehold
