// The command that runs under the lock: a process group of its own.
#pragma once

#include <csignal>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "lib/cli/descriptor.h"

namespace leasehold::cli {

/// How the command's process is started.
struct Launch {
  std::vector<std::string> arguments;
  /// The signals that its user had blocked.
  sigset_t mask{};
  /// SIGCHLD was ignored by whoever started us.
  bool ignores_children = false;
  /// The terminal that it gets if `lender` is its foreground group; -1: none.
  int terminal = -1;
  pid_t lender = 0;
};

/// A process group that began with one process.
class CommandGroup {
 public:
  /// Forks the process that becomes the command. It dies with the thread that called this. Throws
  /// std::system_error if the kernel has no process left. To be called where there is one thread.
  explicit CommandGroup(const Launch& launch);

  pid_t group() const { return leader_; }
  /// Readable once it is known whether the command runs.
  const Descriptor& outcome() const { return outcome_; }
  /// Reads `outcome`: the errno of a command that can't be run.
  std::optional<int> failure();

  /// Takes note of what a wait for any child found.
  void note(pid_t pid, int status);
  /// The wait status of the command itself, once it has ended.
  std::optional<int> status() const { return status_; }
  void signal(int number) const;

 private:
  pid_t leader_ = 0;
  Descriptor outcome_;
  std::optional<int> status_;
};

}  // namespace leasehold::cli
