// `leasehold run` among signals, stops and kills: whatever is done to it, its command is over
// before the lock is somebody else's.
#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/tests/cli_fixture.h"
#include "lib/tests/sqlite_user.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

/// How late this machine lets a process be. A command that ran on past its deadline on a machine
/// that stood still meanwhile proves nothing: the bound is "no later than the guardian is".
class Lateness {
 public:
  Lateness() : watcher_([this] { watch(); }) {}
  Lateness(const Lateness&) = delete;
  Lateness& operator=(const Lateness&) = delete;
  ~Lateness() {
    is_over_ = true;
    watcher_.join();
  }
  std::chrono::nanoseconds worst() const { return std::chrono::nanoseconds(worst_); }

 private:
  void watch() {
    while (!is_over_) {
      const auto before = std::chrono::steady_clock::now();
      std::this_thread::sleep_for(5ms);
      const auto late = std::chrono::steady_clock::now() - before - 5ms;
      worst_ = std::max<std::int64_t>(worst_, late.count());
    }
  }
  std::atomic<bool> is_over_ = false;
  std::atomic<std::int64_t> worst_ = 0;
  std::thread watcher_;
};

struct CliEnds : CliFixture {
  // A margin of 300 ms.
  const Words short_lease{"-k", "k", "--lease", "3s", "--grace", "200ms"};

  Words stamping(const std::string& name, const Words& manner = {}) const {
    Words words{program("stamper"), dir.file(name)};
    words.insert(words.end(), manner.begin(), manner.end());
    return words;
  }
  /// For tests that wait until the lease is over.
  Words short_run(const Words& manner = {}) const {
    return run_words(short_lease, stamping("first", manner));
  }
  Words long_run(const Words& manner = {}) const {
    return run_words({"-k", "k"}, stamping("first", manner));
  }
  const Stamps& stamps(const std::string& name) const {
    return *map_stamps(dir.file(name).c_str());
  }
  /// The stamper's process, once it runs.
  static pid_t runs(const Program& program) {
    const std::string line = program.line();
    EXPECT_THAT(line, testing::StartsWith("runs "));
    return std::atoi(line.c_str() + 5);
  }
  /// The first child of a wrapper, once it has one.
  static pid_t guardian_of(const Program& wrapper) {
    const std::string pid = std::to_string(wrapper.pid());
    pid_t guardian = 0;
    const std::string children =
        std::string("/proc/").append(pid).append("/task/").append(pid) + "/children";
    while (!(std::ifstream(children) >> guardian)) {
      std::this_thread::sleep_for(1ms);
    }
    return guardian;
  }
  /// Takes the lock after "first" and sees that it had ended by then; when it could be had.
  void expect_handed_over() {
    const Ended next = run(short_lease, stamping("second", {"", "1"}));
    EXPECT_EQ(next.code, 0) << next.errors;
    EXPECT_LT(stamps("first").last, stamps("second").first) << "both ran";
  }
  void expect_over_by(std::int64_t deadline, const Lateness& lateness) const {
    const std::int64_t left = deadline - stamps("first").last;
    RecordProperty("left_before_deadline_us", static_cast<int>(left / 1000));
    // In time is in time on any machine. A miss is the guardian's unless nothing here ran in time,
    // by half of its margin: then it is told as skipped, and ctest counts it. That two commands
    // never ran at once is judged in every case (`expect_handed_over`).
    if (left <= 0 && lateness.worst() > 150ms) GTEST_SKIP() << "the machine stood still";
    EXPECT_GT(left, 0) << "the command ran on past its deadline, by " << -left << " ns";
  }
};

TEST_F(CliEnds, TermAndOtherSignalsArePassedOn) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) {
    Program one(long_run(), new_errors());
    runs(one);
    one.signal(signal);
    EXPECT_EQ(one.wait(), 128 + signal);
    EXPECT_THAT(one.errors(), IsEmpty());
  }
  EXPECT_EQ(run({"-k", "k", "-n"}, {"true"}).code, 0) << "the lock was released";
}

// A signal that its command handles ends nothing.
TEST_F(CliEnds, TheCommandDecidesWhatASignalMeans) {
  const std::string script =
      "trap 'echo heard' USR1; trap 'exit 5' TERM; echo runs; while :; do sleep 0.02; done";
  Program one(run_words({"-k", "k"}, {"sh", "-c", script}), new_errors());
  ASSERT_EQ(one.line(), "runs");
  one.signal(SIGUSR1);
  EXPECT_EQ(one.line(), "heard");
  one.signal(SIGTERM);
  EXPECT_EQ(one.wait(), 5);
}

TEST_F(CliEnds, WhoWaitsLeavesWhenAskedTo) {
  Program holder(long_run(), new_errors());
  runs(holder);
  for (const int signal : {SIGTERM, SIGINT}) {
    Program waiter(run_words({"-k", "k"}, {"echo", "never"}), new_errors());
    guardian_of(waiter);  // from now on signals are its own to handle
    waiter.signal(signal);
    EXPECT_EQ(waiter.wait(), 128 + signal);
    EXPECT_THAT(waiter.rest(), IsEmpty());
  }
}

TEST_F(CliEnds, AWrapperThatIsStoppedBeyondItsLease) {
  const Lateness lateness;
  Program one(short_run(), new_errors());
  runs(one);
  one.signal(SIGSTOP);
  const std::int64_t deadline = deadline_of("k");
  expect_handed_over();
  expect_over_by(deadline, lateness);
  one.signal(SIGCONT);
  EXPECT_EQ(one.wait(), 124);
  EXPECT_THAT(one.errors(), HasSubstr("no renewal was confirmed in time"));
}

TEST_F(CliEnds, ACommandThatIsStoppedKeepsTheLock) {
  const Lateness lateness;
  Program one(run_words({"-k", "k", "--lease", "3s"}, stamping("first", {"", "300"})),
              new_errors());
  const pid_t stamper = runs(one);
  ASSERT_EQ(kill(stamper, SIGSTOP), 0);
  const std::int64_t first_deadline = deadline_of("k");
  // Until the lease has been prolonged well beyond its first end, or was lost.
  while (deadline_of("k") < first_deadline + std::chrono::nanoseconds(3s).count() &&
         one.errors().empty()) {
    std::this_thread::sleep_for(50ms);
  }
  const int code = run({"-k", "k", "-n"}, {"echo", "never"}).code;
  ASSERT_EQ(kill(stamper, SIGCONT), 0);
  const int own = one.wait();
  // On a machine that stands still a lease may be lost; then ctest counts it as skipped. That a
  // stopped command is ended in time is judged always, by the tests around this one.
  if (own == 124 && lateness.worst() > 150ms) GTEST_SKIP() << "the machine stood still";
  EXPECT_EQ(code, 75);
  EXPECT_EQ(own, 0) << one.errors();
}

TEST_F(CliEnds, WrapperAndCommandAreStoppedBeyondTheLease) {
  Program one(short_run(), new_errors());
  const pid_t stamper = runs(one);
  ASSERT_EQ(kill(stamper, SIGSTOP), 0);
  one.signal(SIGSTOP);
  expect_handed_over();
  EXPECT_EQ(kill(stamper, SIGCONT), -1) << "it was killed, not left to wake up";
  one.signal(SIGCONT);
  EXPECT_EQ(one.wait(), 124);
}

TEST_F(CliEnds, AWrapperThatIsKilled) {
  for (const char* const manner : {"", "ignore-term", "fork"}) {
    const Lateness lateness;
    Program one(short_run({manner}), new_errors());
    runs(one);
    const std::int64_t deadline = deadline_of("k");
    one.signal(SIGKILL);
    EXPECT_EQ(one.wait(), 200 + SIGKILL);
    one.rest();
    expect_over_by(deadline, lateness);
    EXPECT_THAT(one.errors(), HasSubstr("is gone; the command was stopped"));
    expect_handed_over();
  }
}

TEST_F(CliEnds, AGuardianThatIsKilledTakesTheCommandAlong) {
  for (const char* const manner : {"", "ignore-term", "fork"}) {
    Program one(long_run({manner}), new_errors());
    runs(one);
    ASSERT_EQ(kill(guardian_of(one), SIGKILL), 0);
    EXPECT_EQ(one.wait(), 125);
    EXPECT_THAT(one.errors(), HasSubstr("was killed"));
    expect_handed_over();
  }
}

// Then nobody is left to end its group; the command itself dies with its guardian.
TEST_F(CliEnds, WrapperAndGuardianAreKilled) {
  Program one(short_run({"ignore-term"}), new_errors());
  runs(one);
  const pid_t guardian = guardian_of(one);
  one.signal(SIGKILL);
  ASSERT_EQ(kill(guardian, SIGKILL), 0);
  EXPECT_EQ(one.wait(), 200 + SIGKILL);
  EXPECT_THAT(one.rest(), IsEmpty()) << "its output is closed";
  expect_handed_over();
}

TEST_F(CliEnds, ACommandThatIgnoresTermIsKilled) {
  const Lateness lateness;
  Program one(short_run({"ignore-term"}), new_errors());
  runs(one);
  one.signal(SIGSTOP);
  const std::int64_t deadline = deadline_of("k");
  expect_handed_over();
  expect_over_by(deadline, lateness);
  one.signal(SIGCONT);
  EXPECT_EQ(one.wait(), 124);
}

TEST_F(CliEnds, WhatACommandLeavesBehindInItsGroupIsStopped) {
  for (const char* const manner : {"fork", "ignore-term"}) {
    Program one(run_words({"-k", "k"}, {"sh", "-c",
                                        program("stamper") + " " + dir.file("first") + " " +
                                            manner + " & read line; exit 9"}),
                new_errors());
    runs(one);
    one.end_input();
    EXPECT_EQ(one.wait(), 9);
    EXPECT_THAT(one.errors(), HasSubstr("left processes behind"));
    expect_handed_over();
  }
}

// `timeout` and job control make groups of their own; they are the command's all the same.
TEST_F(CliEnds, WhatMakesAGroupOfItsOwnIsStoppedToo) {
  const std::string stamper = program("stamper") + " " + dir.file("first") + " ignore-term";
  for (const std::string& script :
       {"timeout 1000 " + stamper + "; exit 3", "set -m; " + stamper + " & wait"}) {
    Program one(run_words(short_lease, {"bash", "-c", script}), new_errors());
    runs(one);
    one.signal(SIGSTOP);
    expect_handed_over();
    one.signal(SIGCONT);
    EXPECT_EQ(one.wait(), 124);
  }
}

// The way to hold two locks. The inner one's own grace is as long as it likes.
TEST_F(CliEnds, ARunInsideARunEndsWithTheOuterOne) {
  Words inner = run_words({"-k", "inner", "--grace", "9s"}, stamping("first", {"ignore-term"}));
  for (const int signal : {SIGSTOP, SIGKILL}) {
    Program outer(run_words(short_lease, inner), new_errors());
    runs(outer);
    outer.signal(signal);
    expect_handed_over();
    if (signal == SIGSTOP) outer.signal(SIGCONT);
    EXPECT_EQ(outer.wait(), signal == SIGSTOP ? 124 : 200 + SIGKILL);
    // It was killed, and so its own lock runs out.
    EXPECT_EQ(ended(leasehold({"release", "--store", store, "inner", "--term",
                               signal == SIGSTOP ? "1" : "2", "--force"}))
                  .code,
              0);
  }
}

TEST_F(CliEnds, AStoppedCommandHearsThatItShouldGo) {
  Program one(long_run(), new_errors());
  ASSERT_EQ(kill(runs(one), SIGSTOP), 0);
  one.signal(SIGTERM);
  EXPECT_EQ(one.wait(), 128 + SIGTERM);
}

TEST_F(CliEnds, ItIsAllTheSameWhatWasIgnoredBefore) {
  // The shell's own children are reaped by nobody; nohup ignores HUP.
  for (const std::string ignored : {"CHLD", "HUP"}) {
    Program one(
        {"bash", "-c", "trap '' " + ignored + "; exec \"$@\"", "bash", program("leasehold"), "run",
         "--store", store, "-k", "k", "--", "sh", "-c", "echo runs; read line; exit 6"},
        new_errors());
    ASSERT_EQ(one.line(), "runs");
    if (ignored == "HUP") one.signal(SIGHUP);
    one.end_input();
    EXPECT_EQ(one.wait(), 6) << ignored;
  }
}

// Granted and then stopped, both of them, before the command could begin.
TEST_F(CliEnds, ACommandThatCouldNotBeginInTimeDoesNotBegin) {
  for (const char* const on_lost : {"term", "warn"}) {
    Program holder(long_run(), new_errors());
    runs(holder);
    Program one(run_words({"-k", "k", "--lease", "3s", "--grace", "200ms", "--on-lost", on_lost},
                          {"echo", "never"}),
                new_errors());
    const pid_t guardian = guardian_of(one);
    ASSERT_EQ(kill(guardian, SIGSTOP), 0);
    holder.signal(SIGTERM);
    EXPECT_EQ(holder.wait(), 128 + SIGTERM);
    // It has the lock, and its guardian does not hear of it.
    while (ended(leasehold({"inspect", "--store", store, "k"})).code != 0) {
      std::this_thread::sleep_for(5ms);
    }
    one.signal(SIGSTOP);
    expect_handed_over();
    ASSERT_EQ(kill(guardian, SIGCONT), 0);
    one.signal(SIGCONT);
    EXPECT_EQ(one.wait(), 124) << on_lost;
    EXPECT_THAT(one.rest(), IsEmpty());
  }
}

TEST_F(CliEnds, WhatLeavesTheSessionIsItsOwnMaster) {
  Program one(long_run({"leave"}), new_errors());
  const pid_t left = runs(one);
  one.end_input();
  EXPECT_EQ(one.wait(), 9);
  EXPECT_THAT(one.errors(), IsEmpty());
  EXPECT_EQ(kill(left, SIGKILL), 0) << "it lives";
}

TEST_F(CliEnds, AStoreThatVanishesEndsTheCommand) {
  Program one(short_run(), new_errors());
  runs(one);
  for (const char* const part : {"", "-wal", "-shm"}) std::filesystem::remove(file + part);
  EXPECT_EQ(one.wait(), 124);
  EXPECT_THAT(one.errors(), HasSubstr("the lock is lost (store_gone); the command was killed"));
}

// The user's own transaction keeps the writer for longer than a lease: the wrapper runs, and can't
// renew. If its guardian does not act, it acts itself.
TEST_F(CliEnds, AStoreThatDoesNotAnswerEndsTheCommandInTime) {
  for (const bool with_guardian : {true, false}) {
    const Lateness lateness;
    Program one(short_run({"ignore-term"}), new_errors());
    runs(one);
    if (!with_guardian) {
      ASSERT_EQ(kill(guardian_of(one), SIGSTOP), 0);
    }
    SqliteUser user(file);
    user.run("BEGIN IMMEDIATE");
    const std::int64_t deadline = deadline_of("k");
    EXPECT_EQ(one.wait(), 124);
    // Which of the two wakes first on a busy machine is nobody's promise.
    const auto without_it = HasSubstr("does not act; killing the command");
    EXPECT_THAT(one.errors(),
                AnyOf(without_it, HasSubstr(with_guardian ? "was stopped" : "not act")));
    expect_over_by(deadline, lateness);
    user.run("ROLLBACK");
    expect_handed_over();
  }
}

TEST_F(CliEnds, WhoWantsAWarningOnlyGetsOne) {
  Program one(run_words({"-k", "k", "--lease", "3s", "--on-lost", "warn"},
                        {"sh", "-c", "echo runs; read line; exit 5"}),
              new_errors());
  ASSERT_EQ(one.line(), "runs");
  for (const char* const part : {"", "-wal", "-shm"}) std::filesystem::remove(file + part);
  while (one.errors().empty()) std::this_thread::sleep_for(10ms);
  EXPECT_THAT(one.errors(), HasSubstr("goes on without it"));
  one.end_input();
  EXPECT_EQ(one.wait(), 5);
}

// Each adds one to a number in a way that loses count if two do so at once.
void race(CliFixture& fixture, int racers) {
  const std::string number = fixture.dir.file("number");
  std::ofstream(number) << 0;
  std::vector<std::unique_ptr<Program>> all;
  all.reserve(static_cast<std::size_t>(racers));
  for (int one = 0; one < racers; ++one) {
    all.push_back(std::make_unique<Program>(
        fixture.run_words({"-k", "k"},
                          {"sh", "-c", "read n <\"$1\"; echo $((n + 1)) >\"$1\"", "sh", number}),
        fixture.new_errors()));
  }
  for (const auto& one : all) EXPECT_EQ(one->wait(), 0) << one->errors();
  int counted = 0;
  std::ifstream(number) >> counted;
  EXPECT_EQ(counted, racers);
}
TEST_F(CliEnds, TwoRace) { race(*this, 2); }
TEST_F(CliEnds, FiftyRace) { race(*this, 50); }

}  // namespace
}  // namespace leasehold
