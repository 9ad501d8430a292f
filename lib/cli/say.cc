#include "lib/cli/say.h"

#include <new>
#include <system_error>
#include <unistd.h>

#include "lib/cli/exit_code.h"

namespace leasehold::cli {
namespace {

bool is_limit(const std::error_code& code) {
  return code == std::errc::resource_unavailable_try_again ||
         code == std::errc::not_enough_memory || code == std::errc::too_many_files_open ||
         code == std::errc::too_many_files_open_in_system;
}

}  // namespace

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
  const auto* const system = dynamic_cast<const std::system_error*>(&error);
  const bool refused = dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
                       (system != nullptr && is_limit(system->code()));
  return complain(std::string(error.what()) +
                  (refused
                       ? "; the system refuses it: look at this user's limits (ulimit -a) and at "
                         "the memory that is left"
                       : "; Leasehold does not expect that: please report it, with this line"));
}

}  // namespace leasehold::cli
