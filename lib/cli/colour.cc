#include "lib/cli/colour.h"

#include <cstdlib>
#include <unistd.h>

namespace leasehold::cli {

bool wants_colours() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody writes it meanwhile
  const char* const refused = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (refused == nullptr || refused[0] == '\0');
}

}  // namespace leasehold::cli
