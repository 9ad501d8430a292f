// `leasehold run` at a terminal, under a shell with job control.
#include <cerrno>
#include <poll.h>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>

#include "lib/tests/cli_fixture.h"

namespace leasehold {
namespace {

using testing::HasSubstr;

/// bash, on a terminal of its own.
class Shell {
 public:
  explicit Shell(const std::string& store) {
    pid_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    EXPECT_GE(pid_, 0);
    if (pid_ != 0) return;
    const std::string url = "LEASEHOLD_STORE=" + store;
    const std::string path = "PATH=" + program("").append(":/usr/bin:/bin");
    execl("/usr/bin/env", "env", url.c_str(), path.c_str(), "PS1=ready\\$ ", "HISTFILE=", "bash",
          "--norc", "--noprofile", "-i", nullptr);
    _exit(1);
  }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  ~Shell() {
    close(terminal_);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  void type(const std::string& text) const {
    EXPECT_EQ(write(terminal_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  /// What is shown until `wanted` is; without it after a time in which anything would have come.
  std::string until(const std::string& wanted) const {
    std::string text;
    constexpr int long_enough_ms = 300'000;
    pollfd readable{.fd = terminal_, .events = POLLIN, .revents = 0};
    for (char byte = 0; text.find(wanted) == std::string::npos;) {
      if (poll(&readable, 1, long_enough_ms) <= 0 || read(terminal_, &byte, 1) != 1) break;
      text.push_back(byte);
    }
    return text;
  }
  /// Waits for `wanted`, which must not stand in what was typed, and fails without it.
  void see(const std::string& wanted) const { EXPECT_THAT(until(wanted), HasSubstr(wanted)); }
  /// Waits until a job is in the foreground: before that a control character is the shell's.
  void lends_terminal() const {
    while (tcgetpgrp(terminal_) == pid_) continue;
  }
  /// The shell is there and reads.
  void answers() const {
    type("echo alive$((40 + 2))\n");
    see("alive42");
  }

 private:
  int terminal_ = -1;
  pid_t pid_ = -1;
};

struct CliTerminal : CliFixture {
  const Shell shell{store};
};

TEST_F(CliTerminal, TheCommandReadsAndIsInterrupted) {
  shell.type(
      "leasehold run -k k -- sh -c 'trap \"echo inter\"\"rupted; exit 9\" INT; read line; "
      "echo \"got $line\"; while :; do sleep 0.02; done'; echo \"code $?\"\n");
  shell.type("hello\n");
  shell.see("got hello");
  shell.type("\x03");
  shell.see("interrupted");
  shell.see("code 9");
  shell.answers();
}

TEST_F(CliTerminal, AJobThatIsStoppedGoesOnInTheForeground) {
  shell.type("leasehold run -k k -- sh -c 'echo be\"gins\"; read line; echo \"got $line\"'\n");
  shell.see("begins");
  shell.type("\x1a");
  shell.see("Stopped");
  shell.answers();
  shell.type("fg\n");
  shell.type("hello\n");
  shell.see("got hello");
  shell.answers();
}

// The shell keeps the terminal when a job ends behind its back. (The command starts nothing: a
// process that is stopped between vfork and exec stops nobody who could tell.)
TEST_F(CliTerminal, AJobThatEndsInTheBackgroundLeavesTheTerminalAlone) {
  shell.type("leasehold run -k k -- stamper " + dir.file("stamps") + " '' 1000\n");
  shell.see("runs ");
  shell.type("\x1a");
  shell.see("Stopped");
  shell.type("bg\n");
  shell.type("wait; echo wai\"ted\"\n");
  shell.see("waited");
  shell.answers();
}

TEST_F(CliTerminal, InAPipelineTheCommandGetsTheTerminalWhenItReads) {
  shell.type(
      "leasehold run -k k -- sh -c 'echo be\"gins\"; read line; echo \"got $line\"' | cat\n");
  shell.see("begins");
  shell.type("hello\n");
  shell.see("got hello");
  shell.answers();
}

TEST_F(CliTerminal, WhoWaitsIsStoppedAndInterrupted) {
  Program holder(run_words({"-k", "k"}, {"sh", "-c", "echo runs; read line"}), new_errors());
  ASSERT_EQ(holder.line(), "runs");
  shell.type("leasehold run -k k -- true; echo \"code $?\"\n");
  while (ended({"pgrep", "-f", "leasehold run -k k -- true"}).code != 0) continue;
  shell.type("\x1a");
  shell.see("Stopped");
  shell.answers();
  shell.type("fg\n");
  shell.see("leasehold run");
  shell.lends_terminal();
  shell.type("\x03");
  shell.answers();
}

}  // namespace
}  // namespace leasehold
