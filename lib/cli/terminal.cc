#include "lib/cli/terminal.h"

#include <unistd.h>

namespace leasehold::cli {

Terminal::Terminal()
    : is_lent_(isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 &&
               tcgetpgrp(STDIN_FILENO) == getpgrp()) {}

void Terminal::lend(pid_t group) const {
  if (is_lent_ && tcgetpgrp(STDIN_FILENO) == getpgrp()) tcsetpgrp(STDIN_FILENO, group);
}

void Terminal::take_back() const {
  if (is_lent_) tcsetpgrp(STDIN_FILENO, getpgrp());
}

}  // namespace leasehold::cli
