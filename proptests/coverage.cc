#include "proptests/coverage.h"

#include <cstddef>
#include <cstdio>

namespace leasehold::proptests {

using sim::Mark;

void Coverage::count(const sim::Run& run) {
  ++worlds_;
  for (std::size_t mark = 0; mark < sim::mark_count; ++mark) {
    reached_.at(mark) += run.marks.of(static_cast<Mark>(mark)) > 0 ? 1 : 0;
  }
}

void Coverage::print(const char* name) const {
  for (std::size_t mark = 0; mark < sim::mark_count; ++mark) {
    std::printf("%s: in %d of %d worlds %s\n", name, reached_.at(mark), worlds_,
                to_string(static_cast<Mark>(mark)));
  }
}

std::string Coverage::missed(int worlds) const {
  std::string missed;
  for (std::size_t mark = 0; mark < sim::mark_count; ++mark) {
    if (reached_.at(mark) > 0 && reached_.at(mark) >= worlds_ / worlds) continue;
    missed += std::string(missed.empty() ? "" : ", ") + to_string(static_cast<Mark>(mark));
  }
  return missed;
}

}  // namespace leasehold::proptests
