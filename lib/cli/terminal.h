// Lending the terminal to the command.
#pragma once

#include <sys/types.h>

namespace leasehold::cli {

/// The terminal on stdin, if this process's group is its foreground and stdout goes there too. In a
/// pipeline it is not lent: the other ends would be in its background.
class Terminal {
 public:
  Terminal();
  bool is_lent() const { return is_lent_; }
  /// Makes `group` the foreground again after it was taken back, if we are the foreground now.
  void lend(pid_t group) const;
  void take_back() const;

 private:
  bool is_lent_ = false;
};

}  // namespace leasehold::cli
