#include "lib/cli/command.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>

namespace leasehold::cli {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child. Whoever starts it is its guardian and must not die before it.
[[noreturn]] void become(const Launch& launch, char* const* arguments, pid_t guardian,
                         int outcome) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have died before it was asked for.
  if (getppid() != guardian) _exit(0);
  // From the background this stops a process that has not blocked SIGTTOU; all are blocked here.
  if (launch.terminal >= 0 && tcgetpgrp(launch.terminal) == launch.lender) {
    tcsetpgrp(launch.terminal, getpid());
  }
  if (launch.ignores_children) signal(SIGCHLD, SIG_IGN);
  pthread_sigmask(SIG_SETMASK, &launch.mask, nullptr);
  execvp(arguments[0], arguments);
  const int why = errno;
  [[maybe_unused]] const ssize_t told = write(outcome, &why, sizeof why);
  _exit(0);
}

}  // namespace

CommandGroup::CommandGroup(const Launch& launch) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  outcome_ = Descriptor(ends[0]);
  const Descriptor childs(ends[1]);
  std::vector<std::string> arguments = launch.arguments;
  const std::vector<char*> pointers = pointers_to(arguments);
  const pid_t guardian = getpid();
  leader_ = fork();
  if (leader_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (leader_ == 0) become(launch, pointers.data(), guardian, childs.get());
  // Whoever of the two comes first makes the group, so that it is there for both.
  setpgid(leader_, leader_);
}

std::optional<int> CommandGroup::failure() {
  int why = 0;
  const bool failed = read(outcome_.get(), &why, sizeof why) == static_cast<ssize_t>(sizeof why);
  outcome_.reset();
  return failed ? std::optional(why) : std::nullopt;
}

void CommandGroup::note(pid_t pid, int status) {
  if (pid == leader_ && (WIFEXITED(status) || WIFSIGNALED(status))) status_ = status;
}

void CommandGroup::signal(int number) const { kill(-leader_, number); }

}  // namespace leasehold::cli
