// `leasehold run` with a minimum hold and with a lock delay. Waits for what it needs; no verdict
// depends on how long anything takes.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/src/runtime/system_clock.h"
#include "lib/tests/cli_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

struct CliDelays : CliFixture {
  static Length boot_now() { return Length(SystemClock::shared().now().at.ns()); }
  /// The command says who it is and ends at once.
  Words says_its_pid(const Words& options, int code = 0) const {
    return run_words(options, {"sh", "-c", "echo $$; exit " + std::to_string(code)});
  }
  static void expect_command_to_end(const Program& wrapper) {
    const pid_t command = std::atoi(wrapper.line().c_str());
    ASSERT_GT(command, 0);
    while (kill(command, 0) == 0 || errno != ESRCH) std::this_thread::sleep_for(1ms);
  }
  Ended attempt(Words options = {}) {
    options.insert(options.end(), {"-k", "k", "--no-wait"});
    return run(options, {"true"});
  }
};

TEST_F(CliDelays, TheLockIsKeptForItsMinimumHoldAndThenReleased) {
  const Length began = boot_now();
  const Ended one = run({"-k", "k", "--min-hold", "600ms"}, {"sh", "-c", "exit 3"});
  EXPECT_EQ(one.code, 3) << "the command's own";
  EXPECT_THAT(one.errors, IsEmpty());
  EXPECT_GE(boot_now() - began, 600ms);
  EXPECT_EQ(attempt().code, 0);
}

TEST_F(CliDelays, WithinItNobodyElseGetsTheLockThoughTheCommandHasEnded) {
  Program one(says_its_pid({"-k", "k", "--min-hold", "1h"}, 5), new_errors());
  expect_command_to_end(one);
  EXPECT_EQ(attempt().code, 75);
  // Told to go it leaves the lock behind, and says how long.
  one.signal(SIGTERM);
  EXPECT_EQ(one.wait(), 5);
  EXPECT_THAT(one.errors(), HasSubstr("told to go within --min-hold; others get the lock when its "
                                      "lease has run out, in 30s at most"));
  EXPECT_EQ(attempt().code, 75) << "the lease is 30 s";
}

TEST_F(CliDelays, WhoIsToldToGoWithinItLeavesTheLeaseToRunOut) {
  Program one(says_its_pid({"-k", "k", "--lease", "2s", "--min-hold", "1h"}), new_errors());
  expect_command_to_end(one);
  const std::int64_t deadline = deadline_of("k");
  one.signal(SIGINT);
  EXPECT_EQ(one.wait(), 0);
  const Ended next = run({"-k", "k"}, {"true"});
  EXPECT_EQ(next.code, 0) << next.errors;
  EXPECT_GE(boot_now().count(), deadline) << "not released earlier";
}

TEST_F(CliDelays, WhoIsKilledWithinItLeavesTheLeaseToRunOutToo) {
  Program one(says_its_pid({"-k", "k", "--lease", "2s", "--min-hold", "1h"}), new_errors());
  expect_command_to_end(one);
  one.signal(SIGKILL);
  EXPECT_EQ(one.wait(), 200 + SIGKILL);
  EXPECT_EQ(run({"-k", "k"}, {"true"}).code, 0);
}

TEST_F(CliDelays, ALongCommandIsNotHeldUp) {
  Program one(run_words({"-k", "k", "--min-hold", "1ms"}, {"sh", "-c", "echo runs; read line"}),
              new_errors());
  ASSERT_EQ(one.line(), "runs");
  one.end_input();
  EXPECT_EQ(one.wait(), 1);
  EXPECT_EQ(attempt().code, 0);
}

TEST_F(CliDelays, ALeaseThatRanOutIsLeftAloneForTheLockDelay) {
  Program one(run_words({"-k", "k", "--lease", "2s"}, {"sh", "-c", "echo runs; read line"}),
              new_errors());
  ASSERT_EQ(one.line(), "runs");
  one.signal(SIGKILL);
  one.wait();
  // Nobody renews it any more.
  while (boot_now().count() <= deadline_of("k")) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(attempt({"--lock-delay", "1h"}).code, 75);
  EXPECT_EQ(attempt({"--lock-delay", "1ms"}).code, 0);
  EXPECT_EQ(attempt({"--lock-delay", "1h"}).code, 0) << "released, so free at once";
}

}  // namespace
}  // namespace leasehold
