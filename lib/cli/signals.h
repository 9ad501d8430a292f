// The signals that a wrapper passes on.
#pragma once

#include <csignal>
#include <optional>

#include "lib/cli/descriptor.h"

namespace leasehold::cli {

/// Takes the signals that are meant for the command out of their usual way, but for those that are
/// ignored (nohup, a background job of a script). To be made before any other thread.
class Signals {
 public:
  /// Throws std::system_error if the kernel has no descriptor left.
  Signals();
  int fd() const { return fd_.get(); }
  /// The next one that came. Never blocks.
  std::optional<int> next() const;
  /// What was blocked before.
  const sigset_t& mask_before() const { return before_; }
  /// Whether SIGCHLD was ignored before. It isn't any more: else no child's end could be seen.
  bool children_were_ignored() const { return children_were_ignored_; }

 private:
  sigset_t before_{};
  bool children_were_ignored_ = false;
  Descriptor fd_;
};

/// Whether a signal asks whoever waits for the lock to go.
bool asks_to_go(int signal);

}  // namespace leasehold::cli
