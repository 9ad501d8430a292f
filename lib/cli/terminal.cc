#include "lib/cli/terminal.h"

#include <fcntl.h>
#include <unistd.h>

namespace leasehold::cli {

Terminal::Terminal()
    : tty_(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)),
      is_lent_at_start_(isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 &&
                        is_with(getpgrp())) {}

bool Terminal::is_with(pid_t group) const { return tty_ && tcgetpgrp(tty_.get()) == group; }

bool Terminal::lend(pid_t group) const {
  if (is_with(getpgrp())) tcsetpgrp(tty_.get(), group);
  return is_with(group);
}

void Terminal::take_back(pid_t group) const {
  if (is_with(group)) tcsetpgrp(tty_.get(), getpgrp());
}

}  // namespace leasehold::cli
