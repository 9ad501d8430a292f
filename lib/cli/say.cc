#include "lib/cli/say.h"

#include <new>
#include <system_error>
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

int complain(const std::exception& error) {
  const bool refused = dynamic_cast<const std::system_error*>(&error) != nullptr ||
                       dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
  return complain(std::string(error.what()) +
                  (refused
                       ? "; the system refuses it: look at this user's limits (ulimit -a) and at "
                         "the memory that is left"
                       : "; that is a mistake in Leasehold: please report it"));
}

}  // namespace leasehold::cli
