// Lending the terminal to the command.
#pragma once

#include <sys/types.h>

#include "lib/cli/descriptor.h"

namespace leasehold::cli {

/// The terminal that controls this process, if there is one. Requires for all: SIGTTOU is blocked.
class Terminal {
 public:
  Terminal();
  /// -1: there is none.
  int fd() const { return tty_.get(); }
  /// Stdin and stdout are terminals and our group is its foreground. In a pipeline the command gets
  /// it only when it asks: the other ends would be in its background.
  bool is_lent_at_start() const { return is_lent_at_start_; }
  /// Whether `group` is the foreground.
  bool is_with(pid_t group) const;
  /// Makes `group` the foreground if ours is. Whether it is now.
  bool lend(pid_t group) const;
  /// Makes ours the foreground again if `group` is.
  void take_back(pid_t group) const;

 private:
  Descriptor tty_;
  bool is_lent_at_start_ = false;
};

}  // namespace leasehold::cli
