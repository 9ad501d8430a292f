// `leasehold run` where nothing goes wrong but the command line, the store and the command.
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/tests/cli_fixture.h"
#include "lib/tests/sanitized.h"

namespace leasehold {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

using CliRun = CliFixture;

TEST_F(CliRun, TheExitCodeIsTheCommands) {
  for (const int code : {0, 1, 7, 75, 124, 255}) {
    const Ended one = run({"-k", "k"}, {"sh", "-c", "exit " + std::to_string(code)});
    EXPECT_EQ(one.code, code);
    EXPECT_THAT(one.errors, IsEmpty());
  }
}

TEST_F(CliRun, ACommandThatDiesOfASignalIs128AndMore) {
  EXPECT_EQ(run({"-k", "k"}, {"sh", "-c", "kill -9 $$"}).code, 128 + SIGKILL);
  EXPECT_EQ(run({"-k", "k"}, {"sh", "-c", "kill -TERM $$"}).code, 128 + SIGTERM);
  EXPECT_EQ(run({"-k", "k"}, {"sh", "-c", "kill -SEGV $$"}).code, 128 + SIGSEGV);
}

TEST_F(CliRun, ACommandThatCannotRunIs127Or126) {
  const Ended missing = run({"-k", "k"}, {dir.file("not-there")});
  EXPECT_EQ(missing.code, 127);
  EXPECT_THAT(missing.errors, AllOf(HasSubstr("not-there"), HasSubstr("No such file")));
  std::ofstream(dir.file("plain")) << "no program";
  const Ended plain = run({"-k", "k"}, {dir.file("plain")});
  EXPECT_EQ(plain.code, 126);
  EXPECT_THAT(plain.errors, HasSubstr("Permission denied"));
  EXPECT_EQ(run({"-k", "k", "-n"}, {"true"}).code, 0) << "the lock was released";
}

TEST_F(CliRun, TheCommandIsToldItsKeyTermAndFence) {
  const std::string key = "deploy 🚀 to \"prod\" & more";
  for (int term = 1; term <= 2; ++term) {
    const Ended one =
        run({"-k", key}, {"sh", "-c", "echo \"$LEASEHOLD_KEY|$LEASEHOLD_TERM|$LEASEHOLD_FENCE\""});
    EXPECT_EQ(one.code, 0) << one.errors;
    EXPECT_THAT(one.out,
                testing::MatchesRegex("deploy 🚀 to \"prod\" & more\\|" + std::to_string(term) +
                                      "\\|[0-9a-f]+:" + std::to_string(term) + ":[0-9a-f]+\n"));
  }
}

// What would be an option, a vector or nothing to a parser is the command's own.
TEST_F(CliRun, TheCommandsWordsAreLeftAsTheyAre) {
  const Words odd{"--key", "[a,b]", "", "--", "-n", "a b", "$HOME"};
  Words command{"printf", "%s|"};
  command.insert(command.end(), odd.begin(), odd.end());
  EXPECT_EQ(run({"-k", "k"}, command).out, "--key|[a,b]||--|-n|a b|$HOME|");
}

TEST_F(CliRun, InputAndOutputAreTheCommands) {
  EXPECT_EQ(ended({"sh", "-c", "echo through | \"$@\"", "sh", program("leasehold"), "run",
                   "--store", store, "-k", "k", "--", "cat"})
                .out,
            "through\n");
}

TEST_F(CliRun, WhoFindsTheLockTakenSaysWhoHasIt) {
  Program holder(run_words({"-k", "k"}, {"sh", "-c", "echo runs; read line"}), new_errors());
  ASSERT_EQ(holder.line(), "runs");
  const Ended once = run({"-k", "k", "--no-wait"}, {"echo", "never"});
  EXPECT_EQ(once.code, 75);
  EXPECT_THAT(once.out, IsEmpty());
  EXPECT_THAT(once.errors, AllOf(HasSubstr("\"k\""), HasSubstr("held by"),
                                 HasSubstr("pid " + std::to_string(holder.pid()))));
  const Ended waited = run({"-k", "k", "--wait", "50ms", "-E", "3"}, {"echo", "never"});
  EXPECT_EQ(waited.code, 3);
  EXPECT_THAT(waited.out, IsEmpty());
  EXPECT_EQ(run({"-k", "another"}, {"true"}).code, 0);
  // The next one waits, and comes when the first has ended.
  Program next(run_words({"-k", "k"}, {"sh", "-c", "echo \"term $LEASEHOLD_TERM\""}), new_errors());
  holder.end_input();
  EXPECT_EQ(holder.wait(), 1) << "read found the end of its input";
  EXPECT_EQ(next.line(), "term 2");
  EXPECT_EQ(next.wait(), 0);
}

struct BadWords {
  Words words;
  std::string told;
};
TEST_F(CliRun, ABadCommandLineIsToldInOneLine) {
  const std::string longer(513, 'k');
  const BadWords cases[] = {
      {{"run", "--", "true"}, "--key is required"},
      {{"run", "-k", "k"}, "behind \"--\""},
      {{"run", "-k", "k", "--"}, "behind \"--\""},
      {{"run", "-k", "k", "true"}, "found \"true\""},
      {{"run", "-k", "", "--", "true"}, "empty"},
      {{"run", "-k", longer, "--", "true"}, "512"},
      {{"run", "-k", "k", "--frob", "--", "true"}, "found \"--frob\""},
      {{"run", "-k", "k", "--wiat", "1s", "--", "true"}, "did you mean \"--wait\"?"},
      {{"run", "-k", "k", "--wait", "soon", "--", "true"}, "found \"soon\""},
      {{"run", "-k", "k", "--wait", "-1s", "--", "true"}, "found \"-1s\""},
      {{"run", "-k", "k", "--wait", "1s", "-n", "--", "true"}, "excludes"},
      {{"run", "-k", "k", "--lease", "0s", "--", "true"}, "found \"0s\""},
      {{"run", "-k", "k", "--lease", "20d", "--", "true"}, "found \"20d\""},
      {{"run", "-k", "k", "--min-hold", "-1s", "--", "true"}, "found \"-1s\""},
      {{"run", "-k", "k", "--lock-delay", "8d", "--", "true"}, "found \"8d\""},
      {{"run", "-k", "k", "--grace", "28s", "--", "true"}, "lower --grace"},
      {{"run", "-k", "k", "--on-lost", "cry", "--", "true"}, "cry"},
      {{"run", "-k", "k", "-E", "300", "--", "true"}, "300"},
      {{"run", "-k", "k", "--store", "ftp://x", "--", "true"}, "ftp://x"},
      {{"run", "-k", "k", "--store", "sqlite:" + dir.path().string(), "--", "true"},
       dir.path().string()},
      {{"run", "-k", "k", "--store", "sqlite:/nowhere/locks.db", "--", "true"}, "/nowhere"},
      {{"rnu"}, "did you mean \"run\"?"},
      {{}, "subcommand"},
  };
  for (const BadWords& bad : cases) {
    const Ended one = ended(leasehold(bad.words));
    const std::string shown = testing::PrintToString(bad.words);
    EXPECT_EQ(one.code, 125) << shown;
    EXPECT_THAT(one.out, IsEmpty()) << shown;
    EXPECT_THAT(one.errors, AllOf(testing::StartsWith("leasehold: "), HasSubstr(bad.told)));
    EXPECT_EQ(std::count(one.errors.begin(), one.errors.end(), '\n'), 1) << one.errors;
  }
}

TEST_F(CliRun, AFileThatIsNoDatabaseIsLeftAlone) {
  std::ofstream(file) << "my diary, not a database, and long enough to be looked at as one";
  const Ended one = run({"-k", "k"}, {"true"});
  EXPECT_EQ(one.code, 125);
  EXPECT_THAT(one.errors, HasSubstr(file));
  std::ifstream kept(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(kept), {}).substr(0, 8), "my diary");
}

// A real file system of a quarter of a megabyte, full to the brim.
TEST_F(CliRun, AFullDiskIsSaidAndNothingRuns) {
  const std::string script =
      "mount -t tmpfs -o size=256k small \"$1\" || exit 77\n"
      "head -c 1M /dev/zero >\"$1/filler\" 2>/dev/null\n"
      "exec \"$2\" run --store \"sqlite:$1/locks.db\" -k k --wait 100ms -- echo never";
  const Ended one = ended({"unshare", geteuid() == 0 ? "-m" : "-rm", "sh", "-c", script, "sh",
                           dir.path().string(), program("leasehold")});
  if (one.code == 77 || one.errors.find("unshare") != std::string::npos) {
    // ctest counts it. Every write that finds no room is tried by sqlite_faults_test.cc everywhere.
    GTEST_SKIP() << "no file system can be mounted here: " << one.errors;
  }
  EXPECT_EQ(one.code, 125);
  EXPECT_THAT(one.out, IsEmpty());
  EXPECT_THAT(one.errors, HasSubstr("make room"));
}

TEST_F(CliRun, WhatTheSystemRefusesIsToldWithWhereToLook) {
#ifdef LEASEHOLD_ASAN
  // ctest counts it; every build without this sanitizer runs it.
  GTEST_SKIP() << "the sanitizer opens files itself, and fails before the command does";
#endif
  const Ended one = ended({"sh", "-c", "ulimit -n 5; exec \"$@\"", "sh", program("leasehold"),
                           "run", "--store", store, "-k", "k", "--", "echo", "never"});
  EXPECT_EQ(one.code, 125);
  EXPECT_THAT(one.out, IsEmpty());
  EXPECT_THAT(one.errors, HasSubstr("Too many open files; the system refuses it: look at this "
                                    "user's limits (ulimit -a)"));
}

TEST_F(CliRun, TheDefaultStoreIsInTheUsersStateDirectory) {
  const std::string home = dir.file("home");
  const Ended one = ended({"env", "-u", "XDG_STATE_HOME", "-u", "LEASEHOLD_STORE", "HOME=" + home,
                           program("leasehold"), "run", "-k", "k", "--", "true"});
  EXPECT_EQ(one.code, 0) << one.errors;
  const std::filesystem::path made = home + "/.local/state/leasehold";
  EXPECT_TRUE(std::filesystem::exists(made / "locks.db"));
  EXPECT_EQ(std::filesystem::status(made).permissions(), std::filesystem::perms::owner_all);
  const Ended nowhere = ended({"env", "-u", "XDG_STATE_HOME", "-u", "LEASEHOLD_STORE", "-u", "HOME",
                               program("leasehold"), "run", "-k", "k", "--", "true"});
  EXPECT_EQ(nowhere.code, 125);
  EXPECT_THAT(nowhere.errors, HasSubstr("--store"));
}

}  // namespace
}  // namespace leasehold
