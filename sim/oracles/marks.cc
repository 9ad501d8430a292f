#include "sim/oracles/marks.h"

namespace leasehold::sim {

const char* to_string(Mark mark) {
  switch (mark) {
    case Mark::ending_met_another:
      return "a release or an abandon met another's tenure";
    case Mark::not_applied_heard:
      return "a process heard not_applied";
    case Mark::unknown_heard:
      return "a process heard unknown";
    case Mark::renewal_unanswered:
      return "a renewal was not answered in time";
    case Mark::refused_as_unknown:
      return "a try ended as unknown";
  }
  return "?";
}

}  // namespace leasehold::sim
