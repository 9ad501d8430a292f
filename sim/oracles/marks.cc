#include "sim/oracles/marks.h"

namespace leasehold::sim {

const char* to_string(Mark mark) {
  switch (mark) {
    case Mark::ending_met_another:
      return "a release or an abandon met another's tenure";
  }
  return "?";
}

}  // namespace leasehold::sim
