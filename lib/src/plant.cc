#include "lib/src/plant.h"

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace leasehold {
namespace {

#define LEASEHOLD_BUG(name) #name,
constexpr std::array names{"none", LEASEHOLD_BUGS(LEASEHOLD_BUG)};
#undef LEASEHOLD_BUG

}  // namespace

const char* to_string(Bug bug) { return names.at(static_cast<std::size_t>(bug)); }

Bug bug_of_environment() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody writes it meanwhile
  const char* const wanted = std::getenv("LEASEHOLD_PLANT");
  if (wanted == nullptr) return Bug::none;
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (std::strcmp(names.at(index), wanted) == 0) return static_cast<Bug>(index);
  }
  std::fprintf(stderr, "LEASEHOLD_PLANT: found \"%s\"; accepted: the name of a planted bug\n",
               wanted);
  std::abort();
}

}  // namespace leasehold
