#include "sim/planted/test_run.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sstream>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace leasehold::sim {
namespace {

struct Ended {
  std::string printed;
  int status = 0;
};

[[noreturn]] void be_the_tests(const std::string& program, const Suite& suite, const char* bug,
                               int out) {
  setpgid(0, 0);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  setenv("LEASEHOLD_PLANT", bug, 1);
  // Goes on in the program that follows, and ends it.
  alarm(suite.most_seconds);
  const std::string only = "--gtest_filter=" + suite.filter;
  execl(program.c_str(), program.c_str(), only.c_str(), "--gtest_fail_fast", nullptr);
  std::fprintf(stderr, "%s: %s\n", program.c_str(), std::generic_category().message(errno).c_str());
  _exit(127);
}

Ended ended(const std::string& program, const Suite& suite, Bug bug) {
  std::fflush(nullptr);
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) be_the_tests(program, suite, to_string(bug), ends[1]);
  close(ends[1]);
  Ended end;
  std::array<char, 4096> part{};
  for (ssize_t got = 0; (got = read(ends[0], part.data(), part.size())) != 0;) {
    if (got < 0 && errno != EINTR) break;
    if (got > 0) end.printed.append(part.data(), static_cast<std::size_t>(got));
  }
  close(ends[0]);
  while (waitpid(child, &end.status, 0) < 0 && errno == EINTR) {
  }
  // What a test started and left behind.
  kill(-child, SIGKILL);
  return end;
}

// "[  FAILED  ] Suite.Test (3 ms)": the first; else the last that began and did not end.
std::string first_failed(const std::string& printed) {
  constexpr std::string_view failed = "[  FAILED  ] ";
  constexpr std::string_view begun = "[ RUN      ] ";
  std::string running;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    const auto name = [&line](std::string_view mark) {
      return line.substr(mark.size(), line.find_first_of(" ,", mark.size()) - mark.size());
    };
    if (line.starts_with(failed)) return name(failed);
    if (line.starts_with(begun)) running = name(begun);
  }
  return running;
}

bool passed(const Ended& end) { return WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0; }

}  // namespace

TestRun run_tests(const Suite& suite, Bug bug) {
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe");
  const std::string program = here.parent_path() / suite.program;
  if (access(program.c_str(), X_OK) != 0) {
    return {{}, program + " is not there: build the target " + suite.program};
  }
  const Ended under_bug = ended(program, suite, bug);
  if (under_bug.printed.find("[==========] Running 0 tests") != std::string::npos) {
    return {{}, suite.program + " has no test " + suite.filter};
  }
  if (passed(under_bug)) return {};
  TestRun run{first_failed(under_bug.printed), {}};
  if (run.failed.empty()) return {{}, suite.program + " failed before its first test"};
  if (!passed(ended(program, {suite.program, run.failed, suite.most_seconds}, Bug::none))) {
    return {{}, run.failed + " fails without any bug too"};
  }
  if (WIFSIGNALED(under_bug.status)) {
    run.failed += WTERMSIG(under_bug.status) == SIGALRM ? " (does not end)" : " (crashes)";
  }
  return run;
}

}  // namespace leasehold::sim
