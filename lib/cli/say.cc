#include "lib/cli/say.h"

#include <unistd.h>

#include "lib/cli/exit_code.h"

namespace leasehold::cli {

void say(const std::string& what) {
  const std::string line = "leasehold: " + what + "\n";
  // Nobody is left to be told that stderr is closed.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

int complain(const std::string& what) {
  say(what);
  return exit_failed;
}

}  // namespace leasehold::cli
